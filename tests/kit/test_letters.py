"""Letters: same data same bytes, nothing typed becomes markup, rare names are printed, nothing is missing."""

import io
import random
import re
from datetime import date

import pytest
from pypdf import PdfReader

from tuodi.kit.letters import LETTERS, prepared, qr_svg, render_letter

DAY = date(2026, 11, 23)
CASE = {
    "issuer": "芒市遮放镇人民政府",
    "issued_on": DAY,
    "serial": "遮民受〔2026〕17号",
    "phone": "0692-2100000",
    "officer": "杨晓梅",
    "number": "DB-2026-000017",
    "applicant": "李秀花",
    "programme": "最低生活保障",
    "applied_on": date(2026, 11, 20),
}
LETTER_DATA = {
    "acceptance": {
        **CASE,
        "accepted_on": DAY,
        "due": "自受理之日起 30 个工作日内",
        "documents": ["居民户口簿", "收入证明"],
        "next": ["三个工作日内开始信息核对和入户调查。"],
        "qr": "DB-2026-000017",
        "members_text": "李秀花、岩𬱖（2 人）",
    },
    "correction": {
        **CASE,
        "missing": [{"name": "残疾证复印件", "how": "可在窗口免费复印"}],
        "correct_by": date(2026, 12, 10),
    },
    "notice": {
        **CASE,
        "since": DAY,
        "until": date(2026, 11, 30),
        "place": "遮放镇",
        "objections_to": "遮放镇社会事务办公室",
        "rows": [{"applicant": "李秀花", "size": 3, "village": "弄坎村", "monthly_fen": 124500}],
    },
    "confirmation": {
        **CASE,
        "size": 3,
        "monthly_fen": 124500,
        "since": "2026年12月",
        "basis": "《社会救助暂行办法》第九条",
        "remedies_to": "芒市人民政府",
        "reasons": ["家庭年收入 5,220.00 元，3 口人标准合计 20,160.00 元。"],
        "account_text": "云南农信 6217********0012",
    },
    "refusal": {
        **CASE,
        "remedies_to": "芒市人民政府",
        "change": ["金融资产降到 53,568.00 元以下的，可以再次申请。"],
        "findings": [
            {"holds": True, "text": "家庭收入低于标准。", "basis": "办法 第四条"},
            {"holds": False, "text": "金融资产高于限额。", "basis": "办法 第十四条"},
            {"holds": None, "text": "机动车情况未查明。", "basis": ""},
        ],
    },
    "termination": {
        **CASE,
        "reason": "申请人不配合入户调查，两次书面通知后仍未配合。",
        "basis": "办法 第二十九条",
        "remedies_to": "芒市人民政府",
    },
    "change": {
        **CASE,
        "what": "每月保障金减少",
        "since": "2027年1月",
        "before_fen": 124500,
        "monthly_fen": 98000,
        "reason": "岩𬱖已满 18 周岁并外出务工。",
        "basis": "办法 第三十二条",
        "remedies_to": "芒市人民政府",
    },
    "recovery_notice": {
        **CASE,
        "reason": "死亡后继续发放",
        "facts": "户主 2026 年 8 月 3 日死亡，9 月、10 月待遇仍发到其账户。",
        "basis": "民发〔2022〕83号",
        "amount_fen": 124500,
        "rows": [
            {"month": "2026-09", "reference": "T000000000101", "paid_fen": 124500, "claimed_fen": 124500}
        ],
        "objection_until": date(2026, 11, 30),
    },
    "recovery_decision": {
        **CASE,
        "reason": "死亡后继续发放",
        "facts": "户主 2026 年 8 月 3 日死亡，9 月、10 月待遇仍发到其账户。",
        "basis": "民发〔2022〕83号",
        "amount_fen": 124500,
        "rows": [
            {"month": "2026-09", "reference": "T000000000101", "paid_fen": 124500, "claimed_fen": 124500}
        ],
        "pay_by": date(2026, 12, 30),
        "answer": "已核对户籍注销证明。",
        "remedies_to": "芒市人民政府",
    },
    "supervision": {
        "issuer": "芒市困难群众基本生活保障工作协调领导小组办公室",
        "issued_on": DAY,
        "serial": "芒民督字〔2026〕3号",
        "number": "533103105-2026-00012",
        "body": "风平镇人民政府",
        "what": "审核确认环节",
        "step": "待提审核意见",
        "place": "风平镇",
        "since": date(2026, 11, 9),
        "due": date(2026, 11, 16),
        "days": 7,
        "answer_due": date(2026, 11, 26),
    },
    "roster": {
        "issuer": "芒市民政局",
        "issued_on": DAY,
        "programme": "农村最低生活保障",
        "month": "2026年11月",
        "area": "芒市",
        "total_fen": 249000,
        "count": 2,
        "people": 5,
        "made_by": "段丽",
        "rows": [
            {
                "name": "李秀花",
                "number": "533103********1230",
                "place": "遮放镇弄坎村",
                "size": 3,
                "amount_fen": 124500,
                "account": "6217********0012",
                "bank": "云南农信",
            },
            {
                "name": "岩𬱖",
                "number": "533103********4512",
                "place": "遮放镇弄坎村",
                "size": 2,
                "amount_fen": 124500,
                "account": "6217********0020",
                "bank": "云南农信",
            },
        ],
    },
    "receipt": {
        **CASE,
        "members": [{"name": "李秀花", "relation": "户主", "sex": "女", "birth": "1962年3月"}],
        "address": "芒市遮放镇弄坎村",
        "needs": ["生活", "医疗"],
        "documents": ["居民户口簿"],
        "declared": [{"label": "家庭年收入", "value": "17,856.00 元"}],
        "qr": "DB-2026-000017",
    },
    "file_index": {
        "issuer": "芒市遮放镇人民政府",
        "issued_on": DAY,
        "household": "李秀花",
        "place": "芒市 遮放镇 弄坎村",
        "members": [{"name": "李秀花", "birth": "1962-03", "number": "533103********1230"}],
        "rows": [
            {
                "on": "2026-11-20",
                "title": "申请",
                "text": "最低生活保障 · 窗口",
                "number": "DB-2026-000017",
                "who": "杨晓梅",
                "file": "",
            },
            {
                "on": "2026-11-23",
                "title": "受理通知书",
                "text": "",
                "number": "芒民救受字〔2026〕1号",
                "who": "杨晓梅",
                "file": "002",
            },
        ],
        "count": 1,
        "made_by": "段丽",
    },
    "referral": {
        "issuer": "芒市风平镇人民政府",
        "issued_on": DAY,
        "number": "533103105-2026-00012-03",
        "application": "533103105-2026-00012",
        "programme": "农村危房改造补助",
        "to": "州住房和城乡建设局",
        "applicant": "岩𬱖",
        "whose": "全户",
        "place": "风平镇上东村",
        "sent_on": DAY,
        "accept_by": date(2026, 11, 26),
        "overall_due": date(2028, 3, 9),
        "why": "家庭提出需要，待部门查明",
        "findings": ["属于低保家庭，是危房改造的重点对象"],
        "missing": ["住房危险性鉴定等级"],
        "papers": ["危险房屋鉴定表"],
        "facts": [{"whose": "全户", "rows": [{"label": "住房（套、处）", "value": "1"}]}],
    },
    "file_sheet": {
        "issuer": "芒市遮放镇人民政府",
        "issued_on": DAY,
        "heading": "入户调查",
        "on": DAY,
        "number": "DB-2026-000017",
        "facts": [["调查人员", "杨晓梅、刀保相"]],
        "said": "住土木房两间，无大件家电。",
        "heads": ["事项", "此前", "所见"],
        "rows": [["岩𬱖，工资性收入", "0.00 元", "12,000.00 元"]],
    },
}
# What a reader must find on the page, whatever else is there.
MUST_SAY = {
    "acceptance": [
        "受理通知书",
        "李秀花",
        "DB-2026-000017",
        "2026年11月20日",
        "30个工作日",
        "岩𬱖",
        "不收取任何费用",
    ],
    "correction": ["一次性告知书", "残疾证复印件", "可在窗口免费复印", "2026年12月10日", "送达回证"],
    "notice": ["公示", "李秀花", "1,245.00", "2026年11月30日", "遮放镇社会事务办公室", "0692-2100000"],
    "confirmation": [
        "审核确认通知书",
        "1,245.00元",
        "壹仟贰佰肆拾伍元整",
        "行政复议",
        "6个月",
        "6217********0012",
    ],
    "refusal": [
        "不予确认通知书",
        "家庭收入低于标准",
        "金融资产高于限额",
        "机动车情况未查明",
        "不符合",
        "未查明",
        "行政复议",
        "行政诉讼",
    ],
    "termination": ["终止审核确认", "两次书面通知", "第二十九条", "行政复议", "可以随时重新申请"],
    "recovery_notice": [
        "追回事先告知书",
        "2026-09",
        "1,245.00",
        "壹仟贰佰肆拾伍元整",
        "陈述和申辩",
        "2026年11月30日",
        "不是决定",
    ],
    "recovery_decision": [
        "追回决定书",
        "死亡后继续发放",
        "对您家陈述申辩的答复",
        "2026年12月30日",
        "照常全额发放",
        "行政复议",
    ],
    "change": ["变更告知书", "1,245.00", "980.00元", "已满18周岁", "不追回", "行政复议"],
    "supervision": [
        "督办单",
        "芒民督字〔2026〕3号",
        "风平镇人民政府：",
        "超过规定时限7天",
        "2026年11月26日前书面说明",
    ],
    "roster": ["资金发放花名册", "岩𬱖", "533103********1230", "2,490.00", "贰仟肆佰玖拾元整", "合计2户"],
    "receipt": ["申请登记表", "李秀花", "户主", "17,856.00元", "医疗", "承诺"],
    "file_index": ["一户一档目录", "533103********1230", "芒民救受字〔2026〕1号", "002", "共2条", "段丽"],
    "referral": [
        "转办单",
        "州住房和城乡建设局",
        "2026年11月26日",
        "重点对象",
        "住房危险性鉴定等级",
        "仅供办理本项目使用",
    ],
    "file_sheet": ["入户调查", "杨晓梅、刀保相", "住土木房两间", "岩𬱖", "12,000.00元"],
}


def text_of(pdf):
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.mark.parametrize("name", LETTERS)
def test_the_same_data_gives_the_same_bytes(name):
    data = LETTER_DATA[name]
    shuffled = dict(random.Random(7).sample(list(data.items()), len(data)))
    assert render_letter(name, data) == render_letter(name, shuffled)


@pytest.mark.parametrize("name", LETTERS)
def test_other_data_gives_other_bytes(name):
    assert render_letter(name, LETTER_DATA[name]) != render_letter(
        name, {**LETTER_DATA[name], "issuer": "瑞丽市民政局"}
    )


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_says_what_it_must(name):
    text = text_of(render_letter(name, LETTER_DATA[name]))
    assert [words for words in MUST_SAY[name] if "".join(words.split()) not in text] == []
    assert LETTER_DATA[name]["issuer"] in text and "2026年11月23日" in text


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_is_dated_by_its_data_and_kept_as_pdf_a(name):
    pdf = render_letter(name, LETTER_DATA[name])
    reader = PdfReader(io.BytesIO(pdf))
    assert reader.metadata.creation_date.date() == DAY
    xmp = reader.xmp_metadata
    assert (xmp.pdfaid_part, xmp.pdfaid_conformance) == ("2", "B")


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_carries_its_fonts_and_no_glyph_is_missing(name):
    for page in PdfReader(io.BytesIO(render_letter(name, LETTER_DATA[name]))).pages:
        for font in page["/Resources"]["/Font"].values():
            below = font.get_object()["/DescendantFonts"][0].get_object()
            assert "/FontFile3" in below["/FontDescriptor"].get_object()
            assert "Noto" in below["/BaseFont"]


def test_what_was_typed_is_printed_and_never_run():
    evil = '#panic("x") *粗* _斜_ $x^2$ #include "/etc/passwd" <a> @b \\ "引号" // 注释'
    data = {
        **LETTER_DATA["correction"],
        "applicant": evil,
        "missing": [{"name": evil, "how": evil}],
        "issuer": evil,
    }
    text = text_of(render_letter("correction", data))
    assert text.count("".join(evil.split())) >= 3


def test_a_number_keeps_its_stars():
    assert "533103********1230" in text_of(render_letter("roster", LETTER_DATA["roster"]))


@pytest.mark.parametrize("rare", ["喆", "垚", "玥", "䶮", "𬱖", "㛃", "刀", "岩"])
def test_rare_characters_of_names_are_printed(rare):
    assert rare in text_of(render_letter("receipt", {**LETTER_DATA["receipt"], "applicant": "李" + rare}))


@pytest.mark.parametrize("name", LETTERS)
def test_a_missing_field_stops_the_letter_and_is_named(name):
    for field in LETTERS[name].needs | {"issuer", "issued_on"}:
        data = {k: v for k, v in LETTER_DATA[name].items() if k != field}
        with pytest.raises(AssertionError, match=field):
            render_letter(name, data)


def test_a_letter_without_its_optional_fields_is_still_a_letter():
    for name, letter in LETTERS.items():
        bare = {k: v for k, v in LETTER_DATA[name].items() if k in letter.needs | {"issuer", "issued_on"}}
        assert LETTER_DATA[name]["issuer"] in text_of(render_letter(name, bare))


def test_the_roster_repeats_its_head_on_every_page():
    rows = LETTER_DATA["roster"]["rows"] * 60
    data = {
        **LETTER_DATA["roster"],
        "rows": rows,
        "count": len(rows),
        "total_fen": sum(r["amount_fen"] for r in rows),
    }
    pages = PdfReader(io.BytesIO(render_letter("roster", data))).pages
    assert len(pages) > 2
    assert all("身份证号" in page.extract_text() for page in pages)
    assert "壹拾肆万玖仟肆佰元整" in pages[-1].extract_text()


def test_the_signature_never_stands_alone_on_a_page():
    """However long the reasons, the page of the seal also carries words of the letter (GB/T 9704)."""
    for n in range(1, 40):
        reasons = ["家庭年收入 5,220.00 元，3 口人标准合计 20,160.00 元。"] * n
        pages = PdfReader(
            io.BytesIO(render_letter("confirmation", {**LETTER_DATA["confirmation"], "reasons": reasons}))
        ).pages
        last = "".join(pages[-1].extract_text().split())
        assert "盖章" in last and "如有不明白" in last


def test_amounts_and_days_are_written_out_on_the_way():
    assert prepared({"x_fen": 5, "on": DAY, "rows": [{"y_fen": None}], "n": 3, "ok": True, "none": None}) == {
        "x_yuan": "0.05",
        "x_capital": "伍分",
        "on": "2026年11月23日",
        "rows": [{"y_yuan": "", "y_capital": ""}],
        "n": "3",
        "ok": True,
        "none": None,
    }


def test_a_qr_code_is_a_picture_without_script():
    svg = qr_svg("DB-2026-000017")
    assert svg.startswith("<svg") and "script" not in svg
    assert qr_svg("DB-2026-000018") != svg


def test_titles_and_heads_are_heavier_than_the_text_unless_a_bureau_brings_its_own_faces(
    monkeypatch, tmp_path
):
    """One weight of each face comes with the package: a stroke (text rendering mode 2) makes the rest; else none is drawn."""
    import zlib

    def stroked(pdf: bytes) -> bool:
        streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.S)
        for raw in streams:
            try:
                text = zlib.decompress(raw)
            except zlib.error:
                continue
            if re.search(rb"\b2 Tr\b", text):
                return True
        return False

    assert all(stroked(render_letter(name, data)) for name, data in LETTER_DATA.items())
    monkeypatch.setenv("TUODI_FONT_DIR", str(tmp_path))
    assert not stroked(render_letter("confirmation", LETTER_DATA["confirmation"]))
