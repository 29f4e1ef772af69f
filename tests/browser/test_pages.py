"""Every page, as each of the demo's people meets it: no axe violation, no complaint of the browser, nothing sideways at 360 px.

The pages are found as a person finds them: from the first page along the links, with one example of each address pattern.
axe looks at every distinct page once; every page of every role is opened and its layout looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import DESK, PHONE, Office

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

# Whose desks are looked round, in this order; a page known from one is opened again for the others, axe only the first time.
PEOPLE = (
    "jingban",
    "shenhe",
    "queren",
    "minzheng",
    "fafang",
    "caizheng",
    "zhoucaizheng",
    "shenji",
    "guanli",
    "bangongshi",
    "jiaoyu",
    "lingdao",
    "luren",
)
PAPERS = re.compile(r"\.(pdf|xlsx|docx|txt)(\?|$)|xlsx=|export=|/(template|export|marked|result)/(\?|$)")
# Addresses that nobody in this prefecture finds by a link on this day, and where they are opened instead.
NOT_BY_LINK = {
    # forms lead there
    "intake:choose", "intake:programmes", "intake:save", "intake:find", "intake:dry_run", "intake:imported", "intake:answer", "portal:search", "people:reveal",
    "portal:job_progress", "portal:health", "org:language", "rehearsal:job", "rehearsal:progress", "coordination:answer",
    # the walk opens them
    "intake:draft", "determination:notice", "determination:survey_done", "determination:form_opinion",
    "determination:post_notice", "determination:send_up", "determination:receive", "verification:explain", "verification:settle",
    "payment:approve", "payment:send", "payment:reconcile",
    # below, for everybody
    "org:login", "kit:styleguide", "portal:can_have",
    # machines read it
    "exchange:openapi",
    # no case of these townships stands there; tests of the rooms open them
    "determination:appraise", "determination:conclude", "determination:extend", "determination:object", "determination:propose",
    "determination:post_second_notice", "determination:reinvestigate", "determination:new_draw", "determination:new_draw_after",
    "determination:to_notify", "determination:notify", "referral:answer", "referral:readdress", "referral:reply", "referral:rule",
    "entitlement:resume",
    "payment:return", "payment:void", "payment:reply_faults", "verification:alert", "funds:close_ask", "funds:close_return",
    "funds:carry_over", "funds:take_back",
}  # fmt: skip
LARGE = ("portal:worklist", "portal:case", "intake:new", "payment:batch", "verification:check")
EXAMPLES = (
    12  # of each address pattern, for each person: cases stand at different states and offer different acts
)
TABS = {"referral:list?": 10}  # lists whose piles lead to different acts; of others one tab is looked at
CODES_MEANT = ("org:journal", "funds:entry")  # where auditors look for the record as it is written
HREF = re.compile(r'<a\b[^>]*?\bhref="([^"#]*)')
TAGS = re.compile(r"<(script|style)\b.*?</\1>|<[^>]+>", re.S)


@pytest.fixture(scope="module")
def folder(shots) -> Path:
    return shots("pages")


def name_of(path: str) -> str:
    """The name of the address pattern a path belongs to, '' when it is none of ours."""
    try:
        found = resolve(urlsplit(path).path)
    except Resolver404:
        return ""
    return found.view_name


def links(text: str, path: str) -> list[str]:
    """Where one can go from a page: own addresses, without fragments."""
    every = (urlsplit(urljoin(path, unescape(href))) for href in HREF.findall(text) if href)
    return [f"{u.path}{'?' + u.query if u.query else ''}" for u in every if not u.netloc]


def look_round(visit: Callable[[str, str], list[str] | None]) -> int:
    """From the first page along every link, breadth first, some examples of each pattern; `visit` gives a page's links."""
    waiting, known, opened = ["/"], {"/"}, 0
    examples: dict[str, int] = {}
    while waiting:
        path = waiting.pop(0)
        name = name_of(path)
        tabs = "?" in path
        kind = f"{name}{'?' if tabs else ''}"
        if (
            not name
            or PAPERS.search(path)
            or examples.get(kind, 0) >= (TABS.get(kind, 1) if tabs else EXAMPLES)
        ):
            continue
        examples[kind] = examples.get(kind, 0) + 1
        found = visit(path, name)
        if found is not None:
            opened += 1
            new = [link for link in dict.fromkeys(found) if link not in known]
            known.update(new)
            waiting += new
    return opened


def violations(page: Page) -> list[str]:
    return [
        f"{v['id']}: {node['target']} {node.get('failureSummary', '')[:160]}"
        for v in Axe().run(page).response["violations"]
        for node in v["nodes"]
    ]


SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What sticks out, for the message: the deepest elements beyond the right edge that no scrolling box holds.
STICKING_OUT = """[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1
    && !e.closest('.table-wrap, .scroll, .side')).slice(-3).map(e => e.tagName + '.' + e.className + ' ' + e.innerText.slice(0, 30))"""
# Words of ours, not of an office: what slips through when a code or a user name is shown as it stands in the database.
RAW = re.compile(r"-{9}|\bNone\b|\bDB-20\d\d\b|\bminimum_living\b|&lt;|\{\{|\bobject at 0x")


def test_every_page_is_fit_to_be_read(office: Office, folder: Path):
    seen: dict[str, str] = {}
    faults: list[str] = []
    for person in PEOPLE:
        window = office.context(person)
        page = office.watch(window.new_page())

        def visit(
            path: str, name: str, page: Page = page, window: BrowserContext = window, person: str = person
        ) -> list[str] | None:
            where = f"{person} {path}"
            answer = window.request.get(path, max_redirects=3)
            if answer.status != 200 or "text/html" not in answer.headers.get("content-type", ""):
                faults.append(f"{where}: a link leads to {answer.status}")
                return None
            html = answer.text()
            if name not in CODES_MEANT:
                faults.extend(f"{where}: shows {m!r}" for m in set(RAW.findall(TAGS.sub(" ", html))))
            if name not in seen:
                seen[name] = path
                faults.extend(f"{where}: {fault}" for fault in looked_at(page, path, name, folder))
            return links(html, path)

        opened = look_round(visit)
        assert opened >= (2 if person == "luren" else 5), f"{person} finds only {opened} pages"
        window.close()
    faults += office.complaints
    assert not faults, "\n".join([f"{len(faults)} faults", *faults])
    missing = {name for name in gettable() if name not in seen} - NOT_BY_LINK
    assert not missing, f"nobody finds these pages by following links: {sorted(missing)}"


def looked_at(page: Page, path: str, name: str, folder: Path) -> list[str]:
    """A page in the browser, wide and narrow, some in large text: what axe and the layout find. Leaves pictures."""
    page.set_viewport_size({"width": DESK, "height": 800})
    page.goto(path)
    faults = [f"axe {v}" for v in violations(page)]
    file = folder / name.replace(":", "-")
    for width in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": 800})
        if page.evaluate(SIDEWAYS) > 0:
            faults.append(f"scrolls sideways at {width} px: {page.evaluate(STICKING_OUT)}")
        page.screenshot(path=f"{file}-{width}.png", full_page=True)
    if name in LARGE:
        page.evaluate("document.documentElement.classList.add('large')")
        faults += [f"large text, axe {v}" for v in violations(page)]
        if page.evaluate(SIDEWAYS) > 0:
            faults.append(f"large text scrolls sideways: {page.evaluate(STICKING_OUT)}")
        page.screenshot(path=f"{file}-{PHONE}-large.png", full_page=True)
    return faults


def gettable(patterns: list | None = None, space: str = "") -> Iterator[str]:
    """The names of all addresses that answer a GET with a page."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(one, URLResolver):
            yield from gettable(one.url_patterns, f"{one.namespace}:" if one.namespace else space)
        elif (
            isinstance(one, URLPattern)
            and one.name
            and not PAPERS.search(f"/{one.pattern}")
            and not only_post(one.callback)
        ):
            yield f"{space}{one.name}"


def only_post(view) -> bool:  # type: ignore[no-untyped-def]
    """Whether a view takes nothing but POST (its decorator refuses before the view looks)."""
    inner = view
    while inner is not None:
        if "request_method_list" in inner.__code__.co_freevars:
            allowed = dict(
                zip(inner.__code__.co_freevars, (c.cell_contents for c in inner.__closure__), strict=True)
            )
            return "GET" not in allowed["request_method_list"]
        inner = getattr(inner, "__wrapped__", None)
    return False


def test_pages_for_everybody_are_fit_to_be_read(office: Office, folder: Path):
    """Sign-in, a page that is not there, a public notice: what a citizen or a stranger meets."""
    window = office.context("")
    page = office.watch(window.new_page())
    faults = []
    for name, path, status in (
        ("login", "/login/", 200),
        ("lost", "/no-such-page/", 404),
        ("styleguide", "/kit/styleguide/", 200),
        ("rules", "/rules/", 200),
        ("rule", "/rules/minimum_living/", 200),
        ("can-have", "/can-have/", 200),
    ):
        for width in (DESK, PHONE):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.goto(path).status == status
            faults += [f"{path}: axe {v}" for v in violations(page)]
            if page.evaluate(SIDEWAYS) > 0:
                faults.append(f"{path}: sideways at {width}")
            page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
    window.close()
    assert not faults, "\n".join(faults)


def test_a_page_with_a_fault_would_have_been_found(office: Office):
    """The broken twin: grey on white, a nameless field, a wide block, a raw code."""
    window = office.context("jingban", PHONE)
    page = office.watch(window.new_page())
    page.goto("/")
    assert violations(page) == [] and page.evaluate(SIDEWAYS) == 0
    page.evaluate("""() => {
        document.querySelector('label[for=q]').remove();
        document.getElementById('q').removeAttribute('placeholder');
        const wide = document.createElement('div'); wide.textContent = 'DB-2021 '.repeat(80);
        wide.className = 'nowrap'; document.querySelector('main').append(wide); }""")
    assert any(v.startswith("label") for v in violations(page))
    assert page.evaluate(SIDEWAYS) > 0
    assert RAW.search(page.locator("body").inner_text())
    window.close()
