"""A letter as a paper the office can go on editing (.docx): the words of the typst source, set by `kit.papers`.

The source is asked for its parts (`form=blocks` in common.typ) instead of its page, so a sentence changed there is changed
in both, and neither can say what the other does not.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import segno
import typst
from docx.shared import Mm

from tuodi.kit.letters import HERE, LETTERS, _fonts, contents_of
from tuodi.kit.papers import BODY, HEAD, SMALL_FOUR, Paper, shared_out
from tuodi.kit.wording import in_chinese


@in_chinese()
def parts_of(template: str, data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a letter says, part after part, as plain text."""
    assert LETTERS[template].edited, f"{template} is not a letter that offices edit"
    contents = json.dumps(contents_of(template, data), ensure_ascii=False, sort_keys=True)
    found = typst.query(
        str(HERE / f"{template}.typ"),
        "<part>",
        field="value",
        root=str(HERE),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": contents, "form": "blocks"},
    )
    parts: list[dict[str, Any]] = json.loads(found)
    return parts


@in_chinese()
def office_letter(template: str, data: Mapping[str, Any], *, note: str = "") -> bytes:
    """The letter as .docx. Same data, same bytes; `note` stands in the file's properties."""
    parts = parts_of(template, data)
    head = parts[0]
    assert head["kind"] == "title", f"{template} does not begin with its title"
    paper = Paper(
        head["text"].replace("\n", ""),
        data["issued_on"],
        author=str(data["issuer"]),
        subject=head["serial"],
        note=note,
    )
    for part in parts:
        _set(paper, part, str(data.get("qr") or ""))
    return paper.content()


def _set(paper: Paper, part: Mapping[str, Any], qr: str) -> None:
    match part["kind"]:
        case "title":
            paper.title(part["text"])
            for line in (part["sub"], part["serial"]):
                if line:
                    paper.text(line, align="center", indent=False)
            paper.gap()
        case "to":
            paper.text(part["text"], indent=False)
        case "para":
            paper.text(part["text"])
        case "head":
            paper.head(part["text"])
        case "facts":
            paper.table(
                (),
                part["rows"],
                widths=shared_out(("9em", "1fr")),
                align=("left", "left"),
                font=BODY,
                size=SMALL_FOUR,
            )
        case "table":
            sides = [a.split()[0] for a in part["align"]]
            rows = part["rows"]
            paper.table(
                rows[0],
                rows[1:],
                widths=shared_out(part["columns"]),
                align=sides,
                font=BODY,
                size=SMALL_FOUR,
            )
        case "qr":
            out = io.BytesIO()
            segno.make(qr, error="m", micro=False).save(out, kind="png", scale=8, border=2)
            paper.picture(out.getvalue(), Mm(24))
            paper.text(part["text"], indent=False)
        case "sign":
            paper.signed(part["issuer"], part["day"])
        case "slip":
            paper.gap()
            paper.text(part["text"], HEAD, SMALL_FOUR, indent=False)
        case other:
            raise AssertionError(f"a part of a letter that no paper knows: {other}")
