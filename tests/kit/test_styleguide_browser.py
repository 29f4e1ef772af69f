"""The style guide in a real browser: no axe findings, no sideways scroll, no console error, keyboard works, CSP holds."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.urls import reverse
from playwright.sync_api import sync_playwright

from tests.conftest import chromium

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
HOST = "http://tuodi.test"
SIZES = {"desk": 1366, "phone": 360}
SHOTS = Path(settings.BASE_DIR) / "build" / "screenshots"


@pytest.fixture
def pages(client):
    """The pages as the server answers them, fetched before the browser starts (its loop and the ORM do not mix)."""
    fetched = {}
    for name, path in {"guide": reverse("kit:styleguide"), "lost": "/no-such-page/"}.items():
        answer = client.get(path, headers={"accept-language": "zh-hans"})
        fetched[path] = (answer.status_code, answer.content, answer.headers["Content-Security-Policy"])
        fetched[name] = path
    locked = render_to_string("kit/locked.html").encode()
    fetched["/locked/"] = (429, locked, fetched[reverse("kit:styleguide")][2])
    return fetched


@pytest.fixture
def visit(pages):
    """`visit(path, width)` opens a page in Chromium with nothing but our own answers behind it."""
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=chromium(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        complaints: list[str] = []

        def answer(route):
            path = urlsplit(route.request.url).path
            if route.request.url.startswith(HOST) and path.startswith(settings.STATIC_URL):
                route.fulfill(path=finders.find(path.removeprefix(settings.STATIC_URL)))
            elif route.request.url.startswith(HOST) and path in pages:
                status, body, csp = pages[path]
                route.fulfill(
                    status=status,
                    body=body,
                    content_type="text/html; charset=utf-8",
                    headers={"content-security-policy": csp},
                )
            else:
                complaints.append(f"asked for {route.request.url}")
                route.abort()

        def visit(path, width=1366):
            context = browser.new_context(viewport={"width": width, "height": 768}, locale="zh-CN")
            context.route("**/*", answer)
            page = context.new_page()
            page.on(
                "console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None
            )
            page.on("pageerror", lambda e: complaints.append(str(e)))
            page.goto(HOST + path)
            page.wait_for_function(
                "document.querySelector('form[data-guarded]') || !document.querySelector('form[method=post]')"
            )
            return page

        visit.complaints = complaints
        yield visit
        browser.close()


def findings(page):
    return [
        f"{v['id']}: {node['target']} {node.get('failureSummary', '')[:120]}"
        for v in Axe().run(page).response["violations"]
        for node in v["nodes"]
    ]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(visit, pages, size, large):
    for path in (pages["guide"], pages["lost"], "/locked/"):
        page = visit(path, SIZES[size])
        if large:
            page.evaluate("document.documentElement.classList.add('large')")
        assert findings(page) == []
        assert (
            page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        )
        if path == pages["guide"]:
            SHOTS.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=SHOTS / f"styleguide-{size}{'-large' if large else ''}.png", full_page=True)
    assert [c for c in visit.complaints if "404" not in c and "429" not in c] == []


def test_axe_would_have_found_grey_on_white_and_a_nameless_field(visit, pages):
    page = visit(pages["guide"])
    page.evaluate("""() => {
        document.querySelector('h1').className = 'mark'; document.querySelector('label[for=q]').remove();
        for (const sheet of document.styleSheets) sheet.insertRule('h1 { color: #bbb !important; background: #fff !important }');
    }""")
    found = " ".join(findings(page))
    assert "color-contrast" in found and "label" in found


def test_the_policy_blocks_inline_style_and_script(visit, pages):
    page = visit(pages["guide"])
    page.evaluate("""() => {
        const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s);
        const d = document.createElement('div'); d.id = 'styled';
        d.setAttribute('style', 'position: fixed'); document.body.append(d);
    }""")
    assert page.evaluate("window.ran") is None
    assert page.evaluate("getComputedStyle(document.getElementById('styled')).position") == "static"


def test_slash_goes_to_the_search_box_and_typing_a_slash_types_it(visit, pages):
    page = visit(pages["guide"])
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("a/b")
    assert page.input_value("#q") == "a/b"


def test_g_and_a_letter_follow_the_menu(visit, pages):
    page = visit(pages["guide"])
    page.evaluate("""() => { document.activeElement.blur();
        const a = document.createElement('a'); a.href = '#here'; a.dataset.key = 'z'; document.body.append(a); }""")
    page.keyboard.press("z")
    assert not page.url.endswith("#here")
    page.keyboard.press("g")
    page.keyboard.press("z")
    assert page.url.endswith("#here")


def test_the_first_tab_skips_to_the_text(visit, pages):
    page = visit("/locked/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top >= 0")


def test_faults_take_the_focus_and_lead_to_their_fields(visit, pages):
    page = visit(pages["guide"])
    assert page.evaluate("document.activeElement.hasAttribute('data-focus')")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#id_name")


def test_table_cells_carry_their_heading_on_a_phone(visit, pages):
    page = visit(pages["guide"], 360)
    row = page.locator("#table tbody tr").first
    assert row.locator("td").nth(0).get_attribute("data-label") == "申请人"
    assert row.evaluate("r => getComputedStyle(r).display") == "block"
    foot = page.locator("#table tfoot td").first  # after a cell over five columns
    assert foot.get_attribute("data-label") == "月保障金额（元）"


def test_a_form_goes_out_once_however_often_it_is_clicked(visit, pages):
    page = visit(pages["guide"])
    sent = page.evaluate("""() => {
        const form = document.querySelector('form.form'); let count = 0;
        form.addEventListener('submit', e => { if (!e.defaultPrevented) count += 1; e.preventDefault(); });
        for (let n = 0; n < 3; n++) form.requestSubmit();
        return count; }""")
    assert sent == 1


def test_the_printed_page_has_no_menu_and_repeats_table_heads(visit, pages):
    page = visit(pages["guide"])
    page.emulate_media(media="print")
    for hidden in (".top", ".bottom", ".query", ".pager", ".form__foot"):
        assert not page.locator(hidden).first.is_visible(), hidden
    assert page.evaluate("getComputedStyle(document.querySelector('thead')).display") == "table-header-group"
    assert page.locator("#table").is_visible()
