"""What the poverty office (rural vitalisation) gives and registers."""

from __future__ import annotations

from tuodi.policy.programme import Programme, rows

PROGRAMMES: tuple[Programme, ...] = rows()
