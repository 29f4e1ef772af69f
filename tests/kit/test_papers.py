"""Papers offices edit: the words of the PDF and no others, the page of GB/T 9704-2012, the same bytes each time."""

import io
import re
import zipfile
from datetime import date

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from pypdf import PdfReader

from tests.kit.test_letters import LETTER_DATA, MUST_SAY
from tuodi.kit.letters import HERE, LETTERS, render_letter
from tuodi.kit.letters.office import office_letter, parts_of
from tuodi.kit.papers import CHARACTERS, HIGH, LINE, LINES, WIDE, Paper, shared_out, stilled

EDITED = [name for name, letter in LETTERS.items() if letter.edited]


def words(text):
    """A text without what only sets it: spaces, rules to write on, page numbers."""
    return re.sub(r"[\s_]|—\d+—", "", text)


def words_of_paper(content):
    """All text of a .docx in the order of its body, tables where they stand."""
    return words("".join(t.text or "" for t in Document(io.BytesIO(content)).element.body.iter(qn("w:t"))))


def words_of_pdf(name, data):
    found = "".join(page.extract_text() for page in PdfReader(io.BytesIO(render_letter(name, data))).pages)
    found = re.sub(r"编号\s*\S+\s*—\s*\d+\s*—\s*共\s*\d+\s*页|—\s*\d+\s*—\s*共\s*\d+\s*页", "", found)
    return words(found)


@pytest.mark.parametrize("name", EDITED)
def test_the_paper_says_what_the_letter_says_and_nothing_else(name):
    data = LETTER_DATA[name]
    on_paper, on_pdf = words_of_paper(office_letter(name, data)), words_of_pdf(name, data)
    assert sorted(on_paper) == sorted(on_pdf)
    assert [said for said in MUST_SAY[name] if words(said) not in on_paper] == []


def test_a_sentence_changed_in_the_source_is_changed_in_both_because_there_is_one_source():
    """Nothing of a letter's wording stands in Python: the setter knows kinds of parts and no sentence."""
    for file in ("../papers.py", "office.py"):
        text = (HERE / file).read_text()
        for name in EDITED:
            for part in parts_of(name, LETTER_DATA[name]):
                assert part.get("text", "")[:8] not in text or not part.get("text")


@pytest.mark.parametrize("name", EDITED)
def test_the_same_data_gives_the_same_bytes_whenever_it_is_made(name):
    first, second = (office_letter(name, LETTER_DATA[name]) for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_without_stilling_the_bytes_would_carry_the_hour(monkeypatch):
    """The broken twin: what python-docx writes itself is dated by the clock."""
    from tuodi.kit import papers

    monkeypatch.setattr(papers, "stilled", lambda package: package)
    with zipfile.ZipFile(io.BytesIO(office_letter("change", LETTER_DATA["change"]))) as package:
        assert (1980, 1, 1, 0, 0, 0) not in {entry.date_time for entry in package.infolist()}


def test_other_data_gives_another_paper():
    data = LETTER_DATA["change"]
    assert office_letter("change", data) != office_letter("change", {**data, "applicant": "岩温"})


@pytest.mark.parametrize("name", EDITED)
def test_the_page_is_that_of_the_standard(name):
    paper = Document(io.BytesIO(office_letter(name, LETTER_DATA[name])))
    page = paper.sections[0]
    near = pytest.approx
    assert (page.page_width.mm, page.page_height.mm) == (near(210, abs=0.1), near(297, abs=0.1))
    margins = (page.top_margin.mm, page.bottom_margin.mm, page.left_margin.mm, page.right_margin.mm)
    assert margins == near((37, 35, 28, 26), abs=0.1)
    grid = page._sectPr.find(qn("w:docGrid"))
    pitch, narrowed = int(grid.get(qn("w:linePitch"))), int(grid.get(qn("w:charSpace")))
    assert grid.get(qn("w:type")) == "linesAndChars"
    # 22 lines and no 23rd fit into 225 mm, 28 characters of 三号 and no 29th into 156 mm.
    assert HIGH // (pitch * 635) == LINES == 22
    assert int(Mm(156).pt / (16 + narrowed / 4096) + 0.01) == 28 == CHARACTERS


def test_title_text_and_heads_have_the_faces_of_the_standard_and_others_stand_in_for_them():
    content = office_letter("confirmation", LETTER_DATA["confirmation"])
    paper = Document(io.BytesIO(content))
    faces = {(p.runs[0]._element.rPr.rFonts.get(qn("w:eastAsia")), p.runs[0].font.size.pt) for p in paper.paragraphs if p.text}  # fmt: skip
    assert faces == {("方正小标宋简体", 22), ("仿宋_GB2312", 16), ("黑体", 16)}
    text = next(p for p in paper.paragraphs if p.text.startswith("您家提出"))
    assert text.paragraph_format.line_spacing == LINE and text.paragraph_format.first_line_indent == Pt(32)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        table = package.read("word/fontTable.xml").decode()
    for face in ("方正小标宋简体", "仿宋_GB2312", "黑体", "宋体"):
        assert re.search(rf'<w:font w:name="{face}"><w:altName w:val="[^"]+"/>', table), face


def test_pages_are_numbered_between_dashes_on_the_outer_side():
    paper = Document(io.BytesIO(office_letter("change", LETTER_DATA["change"])))
    assert paper.settings.odd_and_even_pages_header_footer
    page = paper.sections[0]
    for footer, side in ((page.footer, "RIGHT"), (page.even_page_footer, "LEFT")):
        line = footer.paragraphs[0]
        assert line.alignment.name == side and line.text == "—  —" and "PAGE" in line._p.xml


def test_the_signature_stays_with_the_words_before_it_and_its_lines_are_centred_on_each_other():
    paper = Document(io.BytesIO(office_letter("termination", LETTER_DATA["termination"])))
    lines = list(paper.paragraphs)
    (at,) = [n for n, p in enumerate(lines) if p.text == "芒市遮放镇人民政府（盖章）"]
    assert all(p.paragraph_format.keep_with_next for p in lines[at - 2 : at + 1])
    issuer, day = lines[at], lines[at + 1]
    assert day.text == "2026年11月23日"
    middle = [
        p.paragraph_format.right_indent.pt + 16 * sum(0.5 if c.isascii() else 1 for c in p.text) / 2
        for p in (issuer, day)
    ]
    assert middle[0] == pytest.approx(middle[1], abs=0.1)


def test_what_was_typed_is_text_in_the_paper_too():
    evil = '#panic("x") *粗* _斜_ $x^2$ <w:p/> &amp; "引号"'
    data = {**LETTER_DATA["correction"], "applicant": evil, "missing": [{"name": evil, "how": "a\nb"}]}
    content = office_letter("correction", data)
    assert words_of_paper(content).count(words(evil)) == 2


def test_rosters_and_receipts_are_not_papers_to_edit():
    assert set(LETTERS) - set(EDITED) == {
        "roster",
        "receipt",
        "referral",
        "supervision",
        "file_index",
        "file_sheet",
    }
    with pytest.raises(AssertionError, match="roster"):
        office_letter("roster", LETTER_DATA["roster"])


def test_columns_share_the_width_of_the_text():
    for columns in (("3.2em", "1fr", "4.2em"), ("auto", "1fr", "auto", "auto"), ("3em", "1fr", "1.5fr")):
        widths = shared_out(columns)
        assert abs(sum(widths) - WIDE) < 10 and all(w > 0 for w in widths)
    assert shared_out(("3em", "1fr", "3em"))[0] == 3 * Pt(14)


def test_a_paper_dated_by_its_day_says_nothing_of_the_machine():
    paper = Paper("题目", date(2026, 11, 23), author="芒市民政局")
    paper.title("题目")
    about = Document(io.BytesIO(paper.content())).core_properties
    assert (about.created.date(), about.modified.date()) == (date(2026, 11, 23), date(2026, 11, 23))
    assert (about.author, about.last_modified_by) == ("芒市民政局", "芒市民政局")


def test_stilling_keeps_every_part():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("a.xml", "一")
        package.writestr("b/c.xml", "二")
    with zipfile.ZipFile(io.BytesIO(stilled(out.getvalue()))) as still:
        assert {n: still.read(n).decode() for n in still.namelist()} == {"a.xml": "一", "b/c.xml": "二"}
