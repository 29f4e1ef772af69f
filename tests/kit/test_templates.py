"""Every template of the house: nothing inline (the CSP would block it), nothing from outside, and it compiles."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

import tuodi

HOUSE = Path(tuodi.__file__).parent
TEMPLATES = sorted(HOUSE.glob("**/templates/**/*.html"))
FORBIDDEN = {
    "inline style": r"<[^>]*\sstyle\s*=",
    "style element": r"<style[\s>]",
    "inline script": r"<script(?![^>]*\bsrc=)[^>]*>",
    "event attribute": r"<[a-zA-Z][^>]*\son[a-z]+\s*=",
    "script address": r"javascript:",
    "htmx script": r"hx-on[:=]|hx-(vals|headers)=[\"']js:",
    "outside address": r"(src|href|action)\s*=\s*[\"'](https?:)?//",
    "unescaped attrs": r"\{\{\s*attrs\s*\}\}",
}


def faults(text):
    text = re.sub(r"\{% comment %\}.*?\{% endcomment %\}", "", text, flags=re.S)
    return [name for name, sign in FORBIDDEN.items() if re.search(sign, text)]


def name_of(path):
    return str(path).split("/templates/", 1)[1]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(HOUSE)))
def test_a_template_holds_nothing_inline_and_compiles(path):
    assert faults(path.read_text()) == []
    get_template(name_of(path))


@pytest.mark.parametrize(
    "bad",
    [
        '<p style="color:red">',
        "<style>p{}</style>",
        "<script>x()</script>",
        '<a onclick="x()">',
        '<a href="javascript:x">',
        '<p hx-on:click="x">',
        '<img src="https://example.org/x.png">',
        '<script type="module">x</script>',
        "<p {{ attrs }}>",
    ],
)
def test_the_lint_finds_each_of_them(bad):
    assert faults(bad)


def test_the_lint_lets_files_and_headers_be():
    assert (
        faults(
            """<script src="/x.js" defer></script><body hx-headers='{"a": "b"}'><svg xmlns="http://www.w3.org/2000/svg">"""
        )
        == []
    )


COMPONENTS = sorted((HOUSE / "kit" / "templates" / "cotton").glob("*.html"))


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda p: p.stem)
def test_a_component_gives_every_attribute_a_default(path):
    """What a component does not declare would be taken from the page around it."""
    text = path.read_text()
    declared = set(re.findall(r"[\s:]([a-z_]+)=", (re.search(r"<c-vars(.*?)/>", text, re.S) or [""])[0]))
    local = (
        set(re.findall(r"{% for ([\w, ]+) in", text))
        | set(re.findall(r"\bas (\w+) %}", text))
        | set(re.findall(r"with (\w+)=", text))
    )
    local = (
        {w.strip() for group in local for w in group.split(",")}
        | set(re.findall(r"(\w+)=of\.", text))
        | {"n"}
    )
    used = set(re.findall(r"{{ ?(\w+)", text)) | set(re.findall(r"{% (?:if|elif) (?:not )?(\w+)", text))
    allowed = {"slot", "forloop", "request", "csrf_token"}
    assert used - declared - local - allowed == set()


def test_every_component_is_in_the_readme_and_in_the_style_guide():
    readme = (HOUSE / "kit" / "README.md").read_text()
    guide = (HOUSE / "kit" / "templates" / "kit" / "styleguide.html").read_text() + (
        HOUSE / "kit" / "templates" / "kit" / "base.html"
    ).read_text()
    for path in COMPONENTS:
        tag = "<c-" + path.stem.replace("_", "-")
        assert tag in readme, f"{tag} is not in the README"
        if path.stem != "errors":  # shown by every form
            assert tag in guide, f"{tag} is not in the style guide"


def classes(text):
    """Class names a template writes out in full (parts made by tags are left alone)."""
    text = re.sub(r"{%.*?%}|{{.*?}}", " ", text)
    words = {word for group in re.findall(r'class="([^"]*)"', text) for word in group.split()}
    return {word for word in words if not word.endswith("--")}


# Words the templates choose among by tags, so that only their ends are written out.
PARTS = {"info", "warn", "compare"}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(HOUSE)))
def test_every_class_a_template_uses_is_in_the_style_sheet(path):
    css = "".join(sheet.read_text() for sheet in HOUSE.glob("**/static/**/*.css"))
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    assert classes(path.read_text()) - set(re.findall(r"\.([a-zA-Z][\w-]*)", css)) - PARTS == set()


def test_a_class_that_is_not_there_is_found():
    assert classes('<p class="row {% if x %}nonsense{% endif %} tag--{{ y }}">') == {"row", "nonsense"}
