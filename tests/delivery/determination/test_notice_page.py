"""The public page of a notice: four fields and nothing else, while it is up, and a sentence afterwards (E5)."""

import io
import random
import re

import pytest
from django.test import Client
from django.urls import reverse

from tuodi.delivery.determination import notices, services
from tuodi.delivery.determination.models import PublicNotice
from tuodi.records.org import clock

NAMES = ("岩温", "玉罕")
CANARIES = (
    "533103198002290011", "533122200801013028", "6217000000000000012", "13887654321", "遮放镇南木村一组", "地中海贫血", "canary-need-9137",
    "德宏农商行", "3000.00",
)  # fmt: skip
# What illness, disability and children look like in words; never on a public page (民发〔2021〕57号 第二十四条).
WORDS = re.compile(
    "残疾|残|疾病|重病|患病|精神|艾滋|肝|癌|病|儿童|未成年|学生|在校|女儿|子女|孤儿|身份证|银行|账号|电话"
)

SENSITIVE = {
    "household": {"need_note": "canary-need-9137", "need_medical": True},
    "father": {
        "disability": "mental",
        "disability_grade": 2,
        "serious_illness": True,
        "illness_note": "地中海贫血",
        "work_ability": "none",
    },
}


@pytest.fixture
def noticed(river):
    return river.to_opinion(**SENSITIVE).opinion().notice()


def text_of(html: str) -> str:
    return re.sub(r"<[^>]+>", " ", html)


def leaks(html: str) -> list[str]:
    """What a page shows that it must not: canaries in the markup, names unmasked, words of illness in what people read."""
    main = html[html.index("<main") : html.index("</main>")] if "<main" in html else html
    return [c for c in (*CANARIES, *NAMES) if c in html] + WORDS.findall(text_of(main))


@pytest.fixture
def today(monkeypatch):
    def on(day):
        monkeypatch.setattr(clock, "today", lambda: day)

    return on


def test_the_page_shows_village_masked_head_size_and_amount_and_needs_no_login(noticed, today):
    today(noticed.on)
    notice = PublicNotice.objects.get()
    assert set(notice.content) == set(notices.FIELDS)
    answer = Client().get(reverse("determination:notice", args=[notice.slug]))
    html = answer.content.decode()
    assert answer.status_code == 200
    shown = text_of(html)
    assert "岩*" in shown and notice.content["village"] in shown and notice.number in shown
    assert leaks(html) == []
    assert "noindex" in answer["X-Robots-Tag"] and "no-store" in answer["Cache-Control"]


def test_it_takes_itself_down_when_its_days_are_over_whether_or_not_the_job_has_run(noticed, today):
    notice = PublicNotice.objects.get()
    url = reverse("determination:notice", args=[notice.slug])
    today(notice.notice_until)
    assert Client().get(url).status_code == 200
    today(noticed.over().on)
    answer = Client().get(url)
    html = answer.content.decode()
    assert answer.status_code == 410
    assert "公示已结束" in html
    assert "岩" not in html and notice.content["village"] not in html and notice.number not in html
    assert leaks(html) == []


def test_it_is_down_as_soon_as_an_objection_is_taken_in(noticed, today):
    today(noticed.on)
    notice = PublicNotice.objects.get()
    services.object_to(notice=notice, objector="", text="异议内容", by=noticed.staff.counter, on=noticed.on)
    assert Client().get(reverse("determination:notice", args=[notice.slug])).status_code == 410


def test_an_address_cannot_be_guessed(noticed, today):
    today(noticed.on)
    slug = PublicNotice.objects.get().slug
    assert len(slug) >= 22
    assert Client().get(reverse("determination:notice", args=["1"])).status_code == 404
    assert str(PublicNotice.objects.get().pk) != slug


def test_the_paper_for_the_village_board_leaks_nothing_either(noticed):
    from pypdf import PdfReader

    from tuodi.records.documents.models import Document
    from tuodi.records.documents.services import rendered

    pdf = rendered(Document.objects.get(kind="notice"))
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert "岩*" in text and "公示" in text
    said = text.replace("最低生活保障", "")
    assert [c for c in (*CANARIES, *NAMES) if c in said] == []
    assert re.findall("残|病|儿童|学生|身份证|银行", said) == []


def test_of_ten_thousand_families_no_notice_holds_more_than_its_four_fields():
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    rng = random.Random(seed)
    for number in range(10_000):
        name = "".join(rng.choice("岩玉刀线尹李赵麻早弄木果孔勒排思晃") for _ in range(rng.randint(2, 5)))
        content = notices.notice_content(
            village="南木村", head=name, size=rng.randint(1, 9), amount_fen=rng.randint(1, 10**6)
        )
        assert set(content) == set(notices.FIELDS), number
        assert name not in str(content) and len(content["head"]) == len(name)
        assert set(content["head"][1:-1]) <= {"*"} and "*" in content["head"]


def test_the_scanner_finds_a_notice_that_forgets_to_mask(river, today, monkeypatch):
    """The broken twin of the page test: with the mask taken out, the scanner must cry."""
    monkeypatch.setattr(notices, "mask_name", lambda name: name)
    river.to_opinion(**SENSITIVE).opinion().notice()
    today(river.on)
    html = (
        Client().get(reverse("determination:notice", args=[PublicNotice.objects.get().slug])).content.decode()
    )
    assert leaks(html) == ["岩温"]


def test_the_scanner_finds_a_word_of_illness():
    assert leaks("<main>户主 岩*，患地中海贫血，二级精神残疾</main>")
