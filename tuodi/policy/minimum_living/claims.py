"""Who an application claims for: the whole family, or under DB-2012 in a mixed family one kind of registration only (T3).

DB-2012 Art 11: where some are registered as urban and some as rural, each kind is applied for by itself, with the per-head
income measured by its own standard. From 2021 on the family makes one claim.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tuodi.policy.minimum_living.rule import LAWS

KINDS = ("urban", "rural")


def splits(p: Any) -> bool:
    """Whether the law in force asks urban and rural members to claim apart."""
    return LAWS[p["dibao.law"]].split_by_registration and not p["dibao.hukou_split.abolished"]


def claimed(facts: Mapping[str, Any], p: Any) -> list[bool]:
    """For each member in order, whether money is asked for them in this application.

    Who is registered in neither way (a foreign spouse) goes with the head, so that everybody is in one claim and in one only.
    """
    members: Sequence[Mapping[str, Any]] = facts["members"]
    kind = facts["household"].get("claim_kind")
    if not splits(p) or kind not in KINDS:
        return [True] * len(members)
    head = next((m for m in members if m.get("relation") == "head"), {})
    heads = head.get("registered_kind", "rural")
    registered = [m.get("registered_kind", "rural") for m in members]
    return [(k if k in KINDS else heads) == kind for k in registered]


def part_of(facts: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """The family as one claim of it sees it: the members of that kind, and those of neither (their income counts)."""
    if not kind:
        return {"household": dict(facts["household"]), "members": list(facts["members"])}
    mine = [m for m in facts["members"] if m.get("registered_kind", "rural") in (kind, "none")]
    return {"household": dict(facts["household"]), "members": mine}
