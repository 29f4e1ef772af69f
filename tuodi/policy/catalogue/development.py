"""What the development and reform commission leads: linking benefits to prices."""

from __future__ import annotations

from tuodi.policy.programme import Programme, rows

PROGRAMMES: tuple[Programme, ...] = rows()
