"""Money of the seeded prefecture: allotments released, three months made due and paid, batches left at every state."""

from __future__ import annotations

from datetime import date

from tuodi.demo.staff import Staff


def pay_months(staff: Staff, on: date, seed: int) -> None:
    """Release the year's allotments and run the months up to `on`."""
