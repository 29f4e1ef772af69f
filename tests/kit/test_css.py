"""The style sheet keeps the floor of Chromium 90, stays small, and every text can be read (4.5:1)."""

import re
from itertools import product
from pathlib import Path

import pytest

import tuodi.kit

STATIC = Path(tuodi.kit.__file__).parent / "static" / "kit"
CSS = (STATIC / "kit.css").read_text()

ABOVE_FLOOR = {  # what it looks like: the Chromium it needs
    r":has\(": 105,
    r"color-mix\(": 111,
    r"\bokl(ch|ab)\(": 111,
    r"(?<![-\w])(lab|lch|color)\(": 111,
    r"@layer\b": 99,
    r"@container\b": 105,
    r"@scope\b": 118,
    r"@starting-style\b": 117,
    r"\baccent-color\b": 93,
    r"\bsubgrid\b": 117,
    r"\b\d+[dsl]v[hwi]\b": 108,
    r"\btext-wrap\b": 114,
    r"@media[^{]*[<>]=?": 104,
    r"[{;]\s*(translate|rotate|scale):": 104,
    r"(^|[\s{;])&": 112,
    r"\bscrollbar-gutter\b": 94,
    r"\blight-dark\(": 123,
    r"\bfield-sizing\b": 123,
    r":user-invalid": 119,
    r"\bfont-palette\b": 101,
    r"\bmath-style\b": 109,
    r"\bcontent-visibility: auto; contain-intrinsic": 95,
    r"\bnth-child\([^)]* of ": 111,
}
JS_ABOVE_FLOOR = {
    r"\.at\(": 92,
    r"\bstructuredClone\b": 98,
    r"\bObject\.hasOwn\b": 93,
    r"\.findLast(Index)?\(": 97,
    r"\.toSorted\(": 110,
    r"\.showPopover\b": 114,
    r"\bstatic \{": 94,
    r"/v[;,)\s]": 112,
    r"\bawait import\b.*assert": 91,
}


def above_floor(text, table):
    """Which lines of `text` need a newer browser than the floor."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    return [
        f"{m.group(0)!r} needs Chromium {need}"
        for sign, need in table.items()
        for m in re.finditer(sign, text)
    ]


def nested(css):
    """Rules inside rules (nesting needs Chromium 112); at-rules may hold rules."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    stack, found, word = [], [], ""
    for c in css:
        if c == "{":
            head = word.strip()
            if stack and not stack[-1].startswith("@"):
                found.append(f"{head!r} inside {stack[-1]!r}")
            stack.append(head)
            word = ""
        elif c == "}":
            stack.pop()
            word = ""
        elif c == ";":
            word = ""
        else:
            word += c
    assert not stack, "braces do not match"
    return found


HOUSE = Path(tuodi.kit.__file__).parents[1]


@pytest.mark.parametrize("sheet", sorted(HOUSE.glob("**/static/**/*.css")), ids=lambda p: p.name)
def test_every_style_sheet_of_the_house_keeps_the_floor(sheet):
    assert above_floor(sheet.read_text(), ABOVE_FLOOR) == []
    assert nested(sheet.read_text()) == []


@pytest.mark.parametrize("script", sorted(HOUSE.glob("**/static/**/*.js")), ids=lambda p: p.name)
def test_every_script_of_the_house_keeps_the_floor(script):
    assert above_floor(script.read_text(), JS_ABOVE_FLOOR) == []


@pytest.mark.parametrize(
    "newer",
    [
        "a:has(b) { color: red; }",
        "a { color: color-mix(in srgb, red, blue); }",
        "a { color: oklch(40% 0.2 20); }",
        "@layer x { }",
        "@media (width >= 40em) { }",
        "@container (min-width: 1px) { }",
        "a { height: 100dvh; }",
        "a { &:hover { color: red; } }",
        "input { accent-color: red; }",
        "a { rotate: 4deg; }",
    ],
)
def test_the_lint_finds_what_is_too_new(newer):
    assert above_floor(newer, ABOVE_FLOOR) or nested(newer)


def test_the_lint_finds_nesting_and_lets_at_rules_be():
    assert nested("a { b { color: red; } }")
    assert nested("@media print { a { color: red; } }") == []


def test_the_style_sheet_is_small_and_asks_for_nothing_outside():
    assert len(CSS.encode()) < 26_000
    assert "url(" not in CSS and "@import" not in CSS


# --- contrast -------------------------------------------------------------------------------------------------------

TOKENS = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", CSS.split("}")[0]))


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


TEXT_ON = [
    *product(["ink", "soft", "blue", "red"], ["paper", "ground", "shade"]),
    *product(["ink", "blue"], ["blue-pale", "green-pale", "amber-pale", "red-pale"]),
    ("soft", "amber-pale"),
    ("blue-deep", "blue-pale"),
    ("green", "green-pale"),
    ("green", "paper"),
    ("amber", "amber-pale"),
    ("amber", "paper"),
    ("red", "red-pale"),
    ("paper", "blue"),
    ("paper", "blue-deep"),
    ("paper", "red"),
    ("paper", "green"),
]
EDGE_ON = [
    ("edge", "paper"),
    ("edge", "ground"),
    ("blue", "blue-pale"),
    ("ring", "paper"),
    ("ring", "ground"),
    ("paper", "blue-deep"),
    ("green", "paper"),
    ("red", "paper"),
]


@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_can_be_read(text, ground):
    assert contrast(TOKENS[text], TOKENS[ground]) >= 4.5


@pytest.mark.parametrize(("edge", "ground"), EDGE_ON)
def test_edges_of_controls_and_focus_can_be_seen(edge, ground):
    assert contrast(TOKENS[edge], TOKENS[ground]) >= 3


def test_contrast_is_measured_as_wcag_does():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # the known pair that just fails


def test_chart_colours_stand_out_from_paper():
    fills = re.findall(r"\.s-\d \{ color: (#[0-9a-f]{6})", CSS)
    assert len(fills) == 6
    assert min(contrast(f, "#ffffff") for f in fills) >= 2.9


def test_every_token_used_is_defined():
    assert set(re.findall(r"var\(--([\w-]+)\)", CSS)) <= set(re.findall(r"--([\w-]+):", CSS))
