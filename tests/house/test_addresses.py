"""Every address of the house says who may open it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver


def addresses(patterns: list | None = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address pattern with its whole path."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        path = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, path)
        else:
            yield path, one


ALL = dict(addresses())


@pytest.mark.parametrize("path", sorted(ALL))
def test_every_address_has_a_right(path):
    from tuodi.records.org.rights import RIGHTS

    view = ALL[path].callback
    right = getattr(view, "right", None) or getattr(getattr(view, "view_class", None), "right", None)
    assert right is not None, f"{path} names no right: give its view @page(…) or @public_page"
    assert right == "public" or right in RIGHTS, f"{path}: {right!r} is not in the table of rights"


def test_public_addresses_are_few_and_known():
    """A new public page is a decision: add it here with its reason."""
    allowed = {
        "healthz",  # monitoring asks it; tells nothing about any person
        "login/", "login/second-factor/", "logout/",
        "determination/notice/",  # public notice of proposed grants, whitelisted fields
        "payment/totals/",  # sums per county and month, nobody named (ZJ-13)
        "rules/",  # the rule book: regulations and numbers, no person (lessons.md 9)
        "api/v1/openapi.json",  # how the machine interface is spoken to; fields of forms, no person
        "can-have/",  # ten questions, answered and forgotten
        "language/",
        "account/text-size/",  # large text for whoever reads a public page
        "kit/styleguide/",  # made-up content only
    }  # fmt: skip
    public = {path for path, one in ALL.items() if getattr(one.callback, "right", None) == "public"}
    strange = {p for p in public if not any(p == a or p.startswith(a) for a in allowed)}
    assert not strange, f"public, but not on the list: {sorted(strange)}"


def test_names_are_unique():
    from collections import Counter

    named = Counter(
        (tuple(r), p.name)
        for r, p in ((path.split("/")[0:1], one) for path, one in ALL.items())
        if p.name
    )  # fmt: skip
    assert not [key for key, count in named.items() if count > 4], "the same address name used over and over"
