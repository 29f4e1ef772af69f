"""The written order (督办单) on paper: set from what stands in its row, so it reads the same whenever it is printed."""

from __future__ import annotations

from tuodi.coordination.clocks import part
from tuodi.coordination.models import Supervision
from tuodi.coordination.selectors import step_label
from tuodi.coordination.words import Names
from tuodi.kit.letters import render_letter


def order(row: Supervision, known: Names) -> bytes:
    """The PDF of a written order."""
    about = part(row.kind)
    return render_letter(
        "supervision",
        {
            "serial": row.document_number,
            "number": row.number,
            "issuer": known.body("leading_group_office", row.area_id[:6]),
            "issued_on": row.made_on,
            "body": known.body(row.body, row.area_id),
            "what": str(about.label if about else row.kind),
            "step": str(step_label(row)),
            "place": known.place(row.area_id),
            "since": row.since,
            "due": row.due,
            "days": (row.made_on - row.due).days,
            "answer_due": row.answer_due,
        },
    )
