"""docs/how/fields.md, the field dictionary for those who do not sign in: `make fields`; a test holds it to the rules."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tuodi.policy.dictionary import entries
from tuodi.policy.parameters import shipped

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how" / "fields.md"
AS_OF = date(2026, 11, 24)
PLACE = "533103"


def page() -> str:
    """docs/how/fields.md as it should be."""
    rows = entries(shipped(), PLACE, AS_OF)
    lines = [
        "# 事项字典 The field dictionary",
        "",
        f"Written by `make fields` from `core/facts.py`, `core/topics/` and the rules as of {AS_OF.isoformat()}; the page `/fields/` shows it as of",
        "today. Each fact is asked or fetched once and shared by all programmes. *Known to*: who has it already, so that the family is not",
        "asked. *For*: the programmes whose rule reads it, found by running the rules. *Seen by*: the bodies that own those programmes;",
        "no other body is shown it. A ● marks what is sensitive (health, numbers): masked, and revealed only for a purpose.",
    ]
    group = ""
    for one in rows:
        if one.group != group:
            group = one.group
            lines += [
                "",
                f"## {group}",
                "",
                "| 事项 | 谁的 | 怎么得来 | 谁已知道 | 谁可以看 | 哪些项目要用 |",
                "| --- | --- | --- | --- | --- | --- |",
            ]
        mark = " ●" if one.field.sensitive else ""
        lines.append(
            f"| {one.field.label}{mark} `{one.field.name}` | {one.whose} | {one.how} | {one.sources or '—'} | {one.seen_by or '—'} | {one.purpose} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
