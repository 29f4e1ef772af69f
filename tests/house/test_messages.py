"""Chinese first, English second: every word a person sees is in the catalogue, said in English, and never written in English.

The collector is tuodi/locale/messages.py (`make messages`), the edge tuodi/kit/wording.py, the reasons docs/decisions/0005.
"""

from __future__ import annotations

import ast
import gettext as catalogues
import html
import io
import json
import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.delivery.verification.conftest import (  # noqa: F401
    application,
    check,
    counter,
    facts,
    flagged,
    place,
    reviewer,
    sources,
)
from tests.delivery.verification.family import ON
from tuodi.kit.wording import FIGURE, NUMBERS, in_chinese, said
from tuodi.locale import messages
from tuodi.records.org import clock

# The design system's own sample page, for us; the name of a language in its own letters.
NOT_FOR_OFFICERS = {"styleguide.html", "_language.html"}
MARKS_TOO = re.compile("[\u3001-\u303f\u3400-\u9fff\uff00-\uffef]")
REMARKS = re.compile(r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}", re.S)
BLOCKS = re.compile(r"\{%\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*%\}", re.S)
TRANSLATED = re.compile(r"\{%\s*translate\s.*?%\}|_\((?:\"[^\"]*\"|'[^']*')\)", re.S)


def untranslated(template: str) -> list[str]:
    """Chinese words and marks of a template that do not go through gettext, in tags too."""
    bare = TRANSLATED.sub("", BLOCKS.sub("", REMARKS.sub("", template)))
    return [m[0] for m in re.finditer(r"[^<>\n]{0,20}" + MARKS_TOO.pattern + r"+[^<>\n]{0,20}", bare)]


def faults_of(used: dict[str, set[str]], english: dict[str, str]) -> list[str]:
    """What is wrong with a translation: missing, still Chinese, or waiting for other figures."""
    found = []
    for text in sorted(used):
        answer = english.get(text, "")
        if not answer:
            found.append(f"no English: {text!r} ({sorted(used[text])[0]})")
        elif messages.placeholders(text) != messages.placeholders(answer):
            found.append(f"other figures: {text!r} -> {answer!r}")
        elif messages.HAN.search(quoted_words(answer)):
            found.append(f"Chinese left: {text!r} -> {answer!r}")
    return found


def quoted_words(answer: str) -> str:
    """English without what is meant to be Chinese: titles in 《》, words to be typed or looked for as they stand, the demo's names."""
    answer = re.sub("《[^》]*》|[“(][^”(]*[”)]", "", answer)
    return re.sub(r",(放假|上班),\S+|day,放假 or 上班|是 or 否|刀保相|杨晓梅", "", answer)


def test_no_template_shows_chinese_that_is_not_in_the_catalogue():
    found = {
        str(path.relative_to(messages.HOUSE)): raw
        for path in messages.templates()
        if path.name not in NOT_FOR_OFFICERS and (raw := untranslated(path.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "broken",
    [
        "<p>受理</p>",
        '<c-fact label="受理">x</c-fact>',
        "{% if a %}是{% endif %}",
        "{{ a|default:'无' }}",
        "{% translate '受理' %}：{{ a }}",
    ],
)
def test_the_scan_of_templates_would_notice(broken):
    assert untranslated(broken)


def test_every_word_in_use_has_its_english_with_the_same_figures():
    assert faults_of(messages.collect(), messages.read_po()) == [], "run `make messages` and translate"


def test_the_check_of_translations_would_notice():
    used = {"剩 {n} 天": {"a.py"}, "受理": {"b.html"}, "《社会救助暂行办法》第五条": {"c.py"}}
    good = {
        "剩 {n} 天": "{n} days left",
        "受理": "Accepted",
        "《社会救助暂行办法》第五条": "《社会救助暂行办法》 Art. 5",
    }
    assert faults_of(used, good) == []
    assert len(faults_of(used, good | {"受理": ""})) == 1
    assert len(faults_of(used, good | {"剩 {n} 天": "{m} days left"})) == 1
    assert len(faults_of(used, good | {"受理": "受理 accepted"})) == 1


def test_the_compiled_catalogue_is_the_written_one():
    assert messages.MO.read_bytes() == messages.compiled(messages.read_po()), "run `make messages`"


def test_the_compiled_catalogue_is_read_by_the_standard_library():
    read = catalogues.GNUTranslations(io.BytesIO(messages.compiled(messages.read_po())))
    for text, answer in messages.read_po().items():
        if text and answer:
            assert read.gettext(text) == answer


def test_no_mark_is_put_around_text_that_is_only_known_later():
    assert messages.unknowable() == []


def test_what_is_set_aside_comes_back_translated(tmp_path):
    path = tmp_path / "django.po"
    messages.write_po({"受理": {"a.py"}}, {"受理": "Accept", "旧句：“{n}”\n": "Old: “{n}”\n"}, path)
    assert messages.read_po(path).keys() == {"", "受理"}
    assert messages.read_po(path, set_aside=True)["旧句：“{n}”\n"] == "Old: “{n}”\n"


# --- the edge: what rules, procedures and the record wrote, said to a reader ---------------------------------


def test_a_chinese_reader_gets_the_very_words():
    for text in ("受理", "工资性收入：岩温申报 1 元，未填", "入户所见良好"):
        assert said(text) is text


SENTENCES = [
    text
    for text, files in sorted(messages.collect().items())
    if FIGURE.search(text) and files & {"delivery/verification/matching.py", "policy/minimum_living/rule.py"}
]


@pytest.mark.parametrize("text", SENTENCES)
def test_a_finished_sentence_is_said_in_english_with_its_own_figures(text):
    """Every sentence of the rule and of the comparison, with figures in it, is found again; none is taken for another."""
    figures = {name: f"{n}2" if name in NUMBERS else f"<{n}>" for n, name in enumerate(FIGURE.findall(text))}
    written = FIGURE.sub(lambda m: figures[m[1]], text)
    expected = FIGURE.sub(lambda m: figures[m[1]], messages.read_po()[text])
    with translation.override("en"):
        assert said(written).strip() == expected.strip()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("户籍：岩温按证件号码在公安户籍中查无记录", "Registration: 岩温 is not found in the police register by document number"),
        ("家庭年收入须低于 100 元，现为 200 元，高出 100 元；若低于此数，符合低保，每月 416 元。",
         "Household income a year must be below 100 yuan; it is 200 yuan, 100 yuan too much; below that, "
         "eligible for the subsistence allowance, 416 yuan a month."),
        ("岩温说车是哥哥的，受理时没有带证", "岩温说车是哥哥的，受理时没有带证"),
        ("民发〔2022〕83号", "民发〔2022〕83号"),
        ("段中国", "段中国"),
        ("", ""),
    ],
)  # fmt: skip
def test_names_titles_and_what_officers_wrote_stay_as_they_are(written, expected):
    with translation.override("en"):
        assert said(written) == expected


# --- what is written down is Chinese -------------------------------------------------------------------------

# Words made outside `raise` in the acts' own files that are for the reader alone, or made in a decorated act.
FOR_THE_READER = {
    "settled_assessment",
    "step_conflict",
    "refuse_same_person",
    "sentence",
    "why_not_askable",
}


def written_in_any_language(source: str) -> list[str]:
    """Acts that put translated words into what they keep (`note=`, `text=`, …) and do not say in which language."""
    found = []
    for act in ast.parse(source).body:
        if not isinstance(act, ast.FunctionDef):
            continue
        if any("in_chinese" in ast.unparse(d) for d in act.decorator_list):
            continue
        for call in ast.walk(act):
            if isinstance(call, ast.Call) and not ast.unparse(call.func).endswith(("Refused", "Conflict")):
                for keyword in call.keywords:
                    if keyword.arg in KEPT and any(
                        isinstance(n, ast.Call) and getattr(n.func, "id", "") == "_"
                        for n in ast.walk(keyword.value)
                    ):
                        found.append(f"{act.name}: {keyword.arg}={ast.unparse(keyword.value)[:60]}")
    return found


KEPT = {"note", "purpose", "text", "opinion", "special", "objector", "reason", "message", "title", "sentence", "defaults"}  # fmt: skip


def test_no_act_writes_the_readers_language_into_the_record():
    found = {
        str(path.relative_to(messages.HOUSE)): wrong
        for pattern in ("delivery/*/services/*.py", "delivery/*/services.py", "funds/services.py", "records/*/services.py")
        for path in sorted(messages.HOUSE.glob(pattern))
        if (wrong := written_in_any_language(path.read_text(encoding="utf-8")))
    }  # fmt: skip
    assert found == {}


def test_the_scan_of_acts_would_notice():
    assert written_in_any_language('def act():\n    advance(row, note=_("成立") if a else "")\n')
    assert not written_in_any_language('@in_chinese()\ndef act():\n    advance(row, note=_("成立"))\n')


def test_an_act_done_from_an_english_page_writes_chinese_and_the_thread_speaks_english_again():
    @in_chinese()
    def act() -> str:
        return str(translation.gettext("已按要求停止"))

    with translation.override("en"):
        assert act() == "已按要求停止"
        assert translation.gettext("已按要求停止") == "Stopped as asked"


def english(officer) -> Client:
    client = Client()
    client.force_login(officer, backend="tuodi.records.org.backend.OfficerBackend")
    client.cookies["tuodi_language"] = "en"
    return client


@pytest.fixture
def the_day(monkeypatch, settings):
    settings.AXES_ENABLED = False
    monkeypatch.setattr(clock, "today", lambda: ON)


def test_a_check_asked_for_from_an_english_page_is_written_in_chinese(check, sources, counter, the_day):  # noqa: F811
    from tests.delivery.verification.family import AS_OF, CAR, FATHER
    from tuodi.gateways import departments
    from tuodi.kit.models import Job
    from tuodi.records.journal.models import JournalLine

    departments.load("vehicles", AS_OF, [(FATHER["number"], "岩温", CAR)])
    assert english(counter).post(reverse("verification:ask", args=[check.pk])).status_code == 302
    report = check.reports.get()
    kept = json.dumps(report.lines.open(), ensure_ascii=False)
    kept += "".join(d.detail.open()["sentence"] for d in report.discrepancies.all())
    assert "车辆：申报 0 辆，交管登记 1 辆（云N·****，岩温，2019 年登记）" in kept
    assert "declared" not in kept.replace('"declared":', "")
    for text in [
        *JournalLine.objects.values_list("note", flat=True),
        *Job.objects.values_list("title", flat=True),
    ]:
        assert not re.search("[a-z]{3,} [a-z]{2,}", text), text


# --- pages in English ----------------------------------------------------------------------------------------


class Words(HTMLParser):
    """The words of a page as people and screen readers meet them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.language = ""
        self._quiet = 0

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "html":
            self.language = attrs.get("lang", "")
        self._quiet += tag in ("script", "style")
        self.found += [
            attrs[k] for k in ("title", "aria-label", "placeholder", "data-label", "alt") if attrs.get(k)
        ]

    def handle_endtag(self, tag):
        self._quiet -= tag in ("script", "style")

    def handle_data(self, data):
        if not self._quiet:
            self.found.append(data.strip())


def chinese_left(text: str) -> list[str]:
    """Chinese on a page that is neither a name of a person, place or office, nor the title of a regulation."""
    from tuodi.records.org.models import Area, Department, Officer
    from tuodi.records.people.models import Person

    words = Words()
    words.feed(text)
    names = {str(n) for model in (Area, Officer, Person, Department) for n in model.objects.all()}
    names |= {p.name for p in Person.objects.all()} | {"简体中文", "缅籍配偶，未办永居", "云N·", "德宏农商行"}
    left = []
    for word in words.found:
        bare = re.sub("《[^》]*》(第[一二三四五六七八九十]+条)?", "", word)
        for name in sorted(names, key=len, reverse=True):
            bare = bare.replace(name, "")
        if messages.HAN.search(bare):
            left.append(word)
    return left


def page(officer, address) -> str:
    answer = english(officer).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_worklist_the_form_and_a_check_speak_english(flagged, counter, the_day):  # noqa: F811
    for address in (
        reverse("portal:worklist"),
        reverse("intake:new"),
        reverse("verification:check", args=[flagged.pk]),
        reverse("portal:case", args=[flagged.application.number]),
        reverse("org:account"),
    ):
        client = english(counter)
        text = client.get(address, follow=True).content.decode()
        assert '<html lang="en"' in text
        assert chinese_left(text) == [], address


def test_a_refusal_and_a_fault_are_said_in_english(check, counter, the_day):  # noqa: F811
    """Refusals come from acts, which speak Chinese; the page says them in English."""
    client = english(counter)
    answer = client.post(
        reverse("verification:survey", args=[check.application.number]), {"second_surveyor": ""}, follow=True
    )
    assert chinese_left(answer.content.decode()) == []


# --- choosing the language -----------------------------------------------------------------------------------


def test_chinese_comes_first_whatever_the_browser_asks_for(db):
    answer = Client().get("/login/", headers={"accept-language": "en-US,en;q=0.9"})
    assert '<html lang="zh-Hans"' in answer.content.decode()
    assert answer["Content-Language"] == "zh-hans"
    assert "accept-language" not in answer.get("Vary", "").lower()


def test_the_switch_in_the_footer_changes_the_language_and_comes_back_to_the_page(db):
    client = Client()
    text = client.get("/login/").content.decode()
    action = re.search(
        r'<form[^>]*action="([^"]+)"[^>]*>(?:(?!</form>).)*name="language" value="en"', text, re.S
    )
    assert action, "the footer offers English"
    answer = client.post(html.unescape(action[1]), {"language": "en", "next": "/login/"})
    assert (answer.status_code, answer["Location"]) == (302, "/login/")
    cookie = answer.cookies["tuodi_language"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    text = client.get("/login/").content.decode()
    assert '<html lang="en"' in text
    assert 'value="zh-hans"' in text
    assert (
        client.post(action[1], {"language": "zh-hans", "next": "https://elsewhere.example/"})["Location"]
        == "/"
    )
    assert '<html lang="zh-Hans"' in client.get("/login/").content.decode()


def test_the_switch_needs_the_pages_own_token_and_knows_no_other_language(db):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(reverse("org:language"), {"language": "en"}).status_code == 403
    client = Client()
    client.post(reverse("org:language"), {"language": "xx"})
    assert '<html lang="zh-Hans"' in client.get("/login/").content.decode()


def test_a_letter_is_chinese_whoever_asks_for_it():
    from tuodi.kit.letters import prepared

    with translation.override("en"):
        from datetime import date

        assert prepared({"day": date(2026, 11, 23)})["day"] == "2026年11月23日"
