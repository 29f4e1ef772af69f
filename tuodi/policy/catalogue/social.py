"""What charities and other social forces give, by referral."""

from __future__ import annotations

from tuodi.policy.programme import Programme, rows

PROGRAMMES: tuple[Programme, ...] = rows()
