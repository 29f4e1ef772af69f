"""What housing gives: rented homes, rent subsidy, safe rural houses."""

from __future__ import annotations

from tuodi.policy.programme import Programme, rows

PROGRAMMES: tuple[Programme, ...] = rows()
