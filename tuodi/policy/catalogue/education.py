"""What education gives, from kindergarten to university."""

from __future__ import annotations

from tuodi.policy.programme import Programme, rows

PROGRAMMES: tuple[Programme, ...] = rows()
