"""The departments' data sources: which there are, what they hold, how they are asked (policy.md 13.6; SA Art 58).

`SOURCES` is the catalogue as data: an eighteenth source is one more entry. `SourceClient.ask` is the one way to ask:
one signed message for all persons of a household, or of many households (`ask_many`); whatever comes back that is not
a whole, signed, well-formed answer to exactly what was asked is `Unavailable` and never an empty answer (B4).
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, hmac
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuodi.core import identity
from tuodi.kit.sealed import lookup_hash

Text = str | Promise

# --- the catalogue ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Field:
    """One field of a record. `kind`: text, code, day, fen (whole fen), count (whole number), flag (true or false)."""

    name: str
    label: Text
    kind: str = "text"
    unit: Text = ""
    required: bool = True
    private: bool = False  # never shown whole: plates, certificates, addresses of others

    def fault(self, value: Any) -> str | None:
        """What is wrong with a value, or None."""
        if value is None:
            return f"{self.name} is missing" if self.required else None
        good = {
            "text": isinstance(value, str),
            "code": isinstance(value, str) and len(value) <= 32,
            "day": is_day(value),
            "fen": type(value) is int,
            "count": type(value) is int and value >= 0,
            "flag": type(value) is bool,
        }[self.kind]
        return None if good else f"{self.name} is not a {self.kind}"


@dataclass(frozen=True)
class Source:
    """One source: who owns it, what a record carries, on what ground it may be asked, and what a hit means."""

    code: str
    department: str  # code of the owning department; what it is called on a day is `records.org`'s
    label: Text
    fields: tuple[Field, ...]
    basis: Text
    meaning: Text
    household: bool = True  # asked for every check; False: only where a case calls for it

    def faults(self, record: Any) -> list[str]:
        """All that is wrong with a record as this source defines it."""
        if not isinstance(record, dict):
            return ["record is not a document"]
        return [fault for f in self.fields if (fault := f.fault(record.get(f.name)))]

    def shown(self, record: Mapping[str, Any]) -> list[tuple[Text, str]]:
        """A record as label and text, private fields masked, empty ones left out."""
        return [
            (f.label, in_words(f, record[f.name]))
            for f in self.fields
            if record.get(f.name) not in (None, "")
        ]


def in_words(f: Field, value: Any) -> str:
    """A field's value as an officer reads it; private values with only their ends shown."""
    if f.kind == "fen":
        return _("{yuan} 元").format(yuan=f"{value / 100:,.2f}".removesuffix(".00"))
    if f.kind == "flag":
        return _("是") if value else _("否")
    if f.private:
        return masked(str(value))
    return f"{value}{f.unit}"


def masked(text: str) -> str:
    """A plate, certificate or code with its first two characters and the rest starred."""
    return text[:2] + "·****" if len(text) > 2 else "****"


def is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


_L = gettext_lazy
ART_58 = _L("《社会救助暂行办法》第五十八条")
ART_17 = _L("《最低生活保障审核确认办法》第十七条")


def _source(
    code: str,
    department: str,
    label: str,
    meaning: str,
    *fields: Field,
    basis: Text = ART_58,
    household: bool = True,
) -> Source:
    return Source(code, department, _L(label), fields, basis, _L(meaning), household)


def _f(
    name: str,
    label: str,
    kind: str = "text",
    unit: str = "",
    *,
    may_miss: bool = False,
    private: bool = False,
) -> Field:
    return Field(name, _L(label), kind, unit, not may_miss, private)


SOURCES: dict[str, Source] = {
    s.code: s
    for s in (
        _source(
            "hukou",
            "public_security",
            "户籍人口",
            "户口注销、迁出或户内另有成员，需说明家庭成员情况",
            _f("household_number", "户号", private=True),
            _f("relation", "与户主关系"),
            _f("area_code", "户籍地代码", "code"),
            _f("kind", "户口性质", "code"),  # urban | rural
            _f("state", "户籍状态", "code"),  # registered | cancelled | moved
            _f("changed_on", "变动日期", "day", may_miss=True),
            _f("members", "同户登记人数", "count", "人"),
        ),
        _source(
            "death",
            "health",
            "死亡登记",
            "登记死亡，须立即核实；不因此自动停发",
            _f("death_on", "死亡日期", "day"),
            _f("reported_on", "登记日期", "day"),
        ),
        _source(
            "funeral",
            "civil_affairs",
            "殡葬（火化）",
            "登记火化，须立即核实；少数民族土葬不在此列，以村级报告为准",
            _f("cremated_on", "火化日期", "day"),
        ),
        _source(
            "marriage",
            "civil_affairs",
            "婚姻登记",
            "婚姻状况与申报不同，或配偶未申报",
            _f("kind", "登记类型", "code"),  # married | divorced
            _f("registered_on", "登记日期", "day"),
            _f("spouse_name", "配偶姓名", private=True),
        ),
        _source(
            "vehicles",
            "traffic_police",
            "机动车登记",
            "名下有机动车；残疾人代步车、报废车除外",
            _f("plate", "号牌", private=True),
            _f("kind", "车辆类型", "code"),  # car | truck | motorcycle | farm | disability | machinery
            _f("first_registered_on", "初次登记", "day"),
            _f("state", "状态", "code"),  # normal | scrapped
            _f("use", "使用性质", "code"),  # private | work
            _f("value_fen", "估值", "fen", may_miss=True),
            basis=ART_17,
        ),
        _source(
            "real_estate",
            "natural_resources",
            "不动产登记",
            "名下住房两套以上或有商铺，需说明；搬迁、危房待拆除外",
            _f("unit_number", "不动产单元号", private=True),
            _f("use", "用途", "code"),  # home | shop | office
            _f("area_sqm", "面积", "count", "平方米"),
            _f("registered_on", "登记日期", "day"),
            _f("replaced", "搬迁安置或危房待拆", "flag"),
            basis=ART_17,
        ),
        _source(
            "social_insurance",
            "human_resources",
            "职工社会保险缴费",
            "有单位缴费，可能有工资收入；停缴可能已失业",
            _f("employer", "缴费单位"),
            _f("base_month_fen", "月缴费基数", "fen"),
            _f("months_12", "近十二个月缴费月数", "count", "个月"),
            _f("last_month", "最近缴费月份", "day"),
            basis=ART_17,
        ),
        _source(
            "pension",
            "human_resources",
            "养老金领取",
            "领取养老金，需与申报的转移性收入核对",
            _f("kind", "险种", "code"),  # resident | employee
            _f("month_fen", "月领取额", "fen"),
            _f("central_basic_fen", "其中中央确定的基础养老金", "fen"),
            _f("since", "起领日期", "day"),
            _f("stopped_on", "停发日期", "day", may_miss=True),
        ),
        _source(
            "business",
            "market_regulation",
            "市场主体登记",
            "名下有企业或个体工商户",
            _f("code", "统一社会信用代码", private=True),
            _f("name", "名称"),
            _f("kind", "类型", "code"),  # company | individual
            _f("role", "身份", "code"),  # legal | shareholder | operator
            _f("paid_in_fen", "实缴资本", "fen"),
            _f("state", "状态", "code"),
            basis=ART_17,
        ),  # active | cancelled
        _source(
            "tax",
            "taxation",
            "个人所得与开票",
            "申报纳税收入高于家庭申报",
            _f("income_12_fen", "近十二个月纳税申报收入", "fen"),
            _f("invoiced_12_fen", "近十二个月开票金额", "fen"),
            _f("until", "统计截止", "day"),
            basis=ART_17,
        ),
        _source(
            "bank",
            "financial_regulation",
            "银行存款",
            "存款高于申报或超过财产限额",
            _f("institution", "机构"),
            _f("balance_fen", "余额", "fen"),
            _f("at", "余额日期", "day"),
            basis=ART_17,
        ),
        _source(
            "housing_fund",
            "housing_fund",
            "住房公积金",
            "有单位缴存，可能有工资收入；余额计入财产",
            _f("employer", "缴存单位"),
            _f("base_month_fen", "月缴存基数", "fen"),
            _f("balance_fen", "余额", "fen"),
            _f("last_month", "最近缴存月份", "day"),
            basis=ART_17,
        ),
        _source(
            "disability",
            "disabled_federation",
            "残疾人证",
            "残疾类别、等级与申报不同；重度残疾未领补贴的应告知",
            _f("certificate", "证号", private=True),
            _f("category", "类别", "code"),  # GB/T 26341: 1-7
            _f("grade", "等级", "count", "级"),
            _f("valid_until", "有效期至", "day"),
            _f("receives_subsidy", "已领两项补贴", "flag"),
        ),
        _source(
            "school",
            "education",
            "学籍",
            "在校情况与申报不同；就读高收费学校",
            _f("school", "学校"),
            _f("stage", "学段", "code"),  # primary | junior | senior | vocational | college
            _f("grade", "年级", "count"),
            _f("boards", "寄宿", "flag"),
            _f("fee_year_fen", "学年收费", "fen"),
            _f("public_fee_year_fen", "同类公办学校收费", "fen"),
        ),
        _source(
            "hospital",
            "medical_insurance",
            "医疗费用结算",
            "自付费用与申报的刚性支出不同；住院花费远高于收入",
            _f("episodes_12", "近十二个月住院次数", "count", "次"),
            _f("total_12_fen", "近十二个月医疗总费用", "fen"),
            _f("self_pay_12_fen", "政策范围内自付", "fen"),
            _f("serious_illness", "重特大疾病认定", "flag"),
        ),
        _source(
            "poverty_list",
            "rural_revitalisation",
            "建档立卡与防返贫监测",
            "建档立卡或监测对象身份与申报不同",
            _f("file_number", "户编号", private=True),
            _f("state", "状态", "code"),  # listed | out | monitored
            _f("cause", "主要致贫原因"),
        ),
        _source(
            "prison",
            "justice",
            "服刑与强制隔离戒毒",
            "服刑或强戒期间不计入家庭成员（自入所次月）",
            _f("kind", "类型", "code"),  # prison | isolation
            _f("since", "入所日期", "day"),
            _f("until", "期满日期", "day", may_miss=True),
        ),
        _source(
            "fiscal_payroll",
            "finance",
            "财政供养与村干部名册",
            "有财政工资或补贴；经办人员、村干部近亲属须备案",
            _f("employer", "单位"),
            _f("kind", "类型", "code"),  # staff | village_official
            _f("month_fen", "月发放额", "fen"),
        ),
        _source(
            "exit_entry",
            "immigration",
            "出入境",
            "长期在境外；持边民证日常往返的不作疑点",
            _f("abroad_days_12", "近十二个月境外天数", "count", "天"),
            _f("border_pass", "持边民证", "flag"),
            basis=ART_17,
        ),
        _source(
            "relief_rolls",
            "civil_affairs",
            "在保名册",
            "在其他县（市）或其他救助项目在保，防止重复享受",
            _f("programme", "项目", "code"),
            _f("county_code", "县（市）", "code"),
            _f("since", "起始月份", "day"),
            _f("month_fen", "月保障金", "fen"),
        ),
        _source(
            "power",
            "power_supply",
            "居民用电",
            "连续三个月零用电，可能不在此居住（仅作线索）",
            _f("kwh_3", "近三个月用电", "count", "度"),
            basis=ART_17,
        ),
    )
}

# --- asking and answering ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Question:
    """One person asked about, by number and name. `ref` is ours and means nothing outside the message."""

    ref: str
    name: str
    number: str

    def __repr__(self) -> str:  # 姓名、证件号不进日志
        return f"<Question {self.ref}>"


@dataclass(frozen=True)
class Mandate:
    """Under what a source is asked: our key, the purpose, the operator, and the consents (授权书) of those asked about."""

    key: str
    purpose: str
    operator: str
    consents: tuple[str, ...]

    def __post_init__(self) -> None:
        assert self.key and self.purpose and self.operator and self.consents, (
            "no source is asked without a mandate"
        )


@dataclass(frozen=True)
class PersonAnswer:
    """What a source holds about one person asked: records under number and name, and those where the name differs.

    A doubtful record may be another person's: it is kept as evidence, a person looks, and it is compared with nothing.
    """

    ref: str
    records: tuple[dict[str, Any], ...] = ()
    doubtful: tuple[dict[str, Any], ...] = ()

    @property
    def match(self) -> str:
        """`exact`, `doubtful` (only records under another name) or `none`."""
        return "exact" if self.records else "doubtful" if self.doubtful else "none"


@dataclass(frozen=True)
class Answer:
    """A source's whole answer to one household's questions, with the day its data stood at."""

    source: str
    key: str
    as_of: date
    answered_at: datetime
    persons: tuple[PersonAnswer, ...] = field(default=())

    def document(self) -> dict[str, Any]:
        """The answer as a plain document, to be kept sealed."""
        return {p.ref: {"records": list(p.records), "doubtful": list(p.doubtful)} for p in self.persons}


class Unavailable(Exception):
    """The source gave no usable answer: `trouble` is one of TROUBLES. It says nothing about the family."""

    TROUBLES: Mapping[str, Text] = {
        "unconnected": _L("数据源尚未接入"),
        "refused": _L("数据源拒绝连接"),
        "timeout": _L("数据源超时未应答"),
        "error": _L("数据源报错"),
        "half": _L("应答不完整"),
        "garbage": _L("应答无法识读"),
        "signature": _L("应答签名不符"),
        "mismatched": _L("应答与所问不符"),
        "no_data": _L("部门尚未提供数据"),
    }

    def __init__(self, trouble: str) -> None:
        assert trouble in self.TROUBLES, trouble
        self.trouble = trouble
        super().__init__(trouble)

    def __str__(self) -> str:
        return str(self.TROUBLES[self.trouble])


Transport = Callable[[bytes], bytes]  # raises Unavailable for what happens on the line


class SourceClient:
    """The one way to ask a source. `key` signs both directions (HMAC-SM3); the transport only carries bytes."""

    def __init__(self, source: str, transport: Transport, key: bytes) -> None:
        self.source = SOURCES[source]
        self._transport = transport
        self._key = key

    def ask(self, questions: Sequence[Question], mandate: Mandate) -> Answer:
        """Ask about all persons of one household in one message. Raises Unavailable."""
        return self.ask_many([(questions, mandate)])[0]

    def ask_many(self, households: Sequence[tuple[Sequence[Question], Mandate]]) -> list[Answer]:
        """Ask about many households in one message; answers in the same order. Raises Unavailable for all of them."""
        asked = {
            "source": self.source.code,
            "households": [
                {
                    "key": m.key,
                    "purpose": m.purpose,
                    "operator": m.operator,
                    "consents": list(m.consents),
                    "persons": [{"ref": q.ref, "name": q.name, "number": q.number} for q in questions],
                }
                for questions, m in households
            ],
        }
        body = open_message(self._transport(signed(asked, self._key)), self._key)
        if isinstance(body, dict) and body.get("trouble") == "no_data":
            raise Unavailable("no_data")
        return self._read(body, households)

    def _read(self, body: Any, households: Sequence[tuple[Sequence[Question], Mandate]]) -> list[Answer]:
        if (
            not isinstance(body, dict)
            or not is_day(body.get("as_of"))
            or not isinstance(body.get("households"), list)
        ):
            raise Unavailable("garbage")
        if body.get("source") != self.source.code or [
            h.get("key") if isinstance(h, dict) else None for h in body["households"]
        ] != [m.key for _q, m in households]:
            raise Unavailable("mismatched")
        as_of, now = date.fromisoformat(body["as_of"]), timezone.now()
        return [
            Answer(self.source.code, m.key, as_of, now, self._persons(part.get("persons"), questions))
            for part, (questions, m) in zip(body["households"], households, strict=True)
        ]

    def _persons(self, found: Any, questions: Sequence[Question]) -> tuple[PersonAnswer, ...]:
        """One answer per question, none missing and none too many; every record as the catalogue defines it."""
        if not isinstance(found, list) or not all(isinstance(p, dict) for p in found):
            raise Unavailable("garbage")
        if [p.get("ref") for p in found] != [q.ref for q in questions]:
            raise Unavailable("mismatched")
        return tuple(self._person(p, q) for p, q in zip(found, questions, strict=True))

    def _person(self, found: Mapping[str, Any], question: Question) -> PersonAnswer:
        rows = found.get("found")
        if not isinstance(rows, list):
            raise Unavailable("garbage")
        exact: list[dict[str, Any]] = []
        doubtful: list[dict[str, Any]] = []
        for row in rows:
            if (
                not isinstance(row, dict)
                or not isinstance(row.get("name"), str)
                or self.source.faults(row.get("record"))
            ):
                raise Unavailable("garbage")
            # 编号与姓名都相符才算同一人；一项不符，由人来看（policy 13 准确性规则）
            (exact if same_name(row["name"], question.name) else doubtful).append(row["record"])
        return PersonAnswer(question.ref, tuple(exact), tuple(doubtful))


def same_name(one: str, other: str) -> bool:
    """Whether two spellings are one name: width, spaces and the dots of transliterated names (·•．) do not count."""

    def plain(name: str) -> str:
        return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())

    return plain(one) == plain(other)


def number_index(number: str) -> str:
    """The keyed hash under which departments and the register of persons find a number; 15 digits and 18 meet in one."""
    return lookup_hash(identity.to_18(identity.clean(number)))


# --- the message -------------------------------------------------------------------------------------------


def signed(body: Any, key: bytes) -> bytes:
    """A message: its body as text, and the HMAC-SM3 of exactly that text."""
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return json.dumps({"body": text, "signature": signature(text, key)}, ensure_ascii=False).encode()


def signature(text: str, key: bytes) -> str:
    made = hmac.HMAC(key, hashes.SM3())
    made.update(text.encode())
    return made.finalize().hex()


def open_message(message: bytes, key: bytes) -> Any:
    """The body of a signed message. Raises Unavailable when it is not whole, not readable or not signed with `key`."""
    try:
        outer = json.loads(message)
    except (ValueError, UnicodeDecodeError):
        raise Unavailable("half" if message[:8] == b'{"body":' else "garbage") from None
    if not isinstance(outer, dict) or not isinstance(outer.get("body"), str):
        raise Unavailable("garbage")
    expected = hmac.HMAC(key, hashes.SM3())
    expected.update(outer["body"].encode())
    try:
        expected.verify(bytes.fromhex(str(outer.get("signature", ""))))
    except (InvalidSignature, ValueError):
        raise Unavailable("signature") from None
    try:
        return json.loads(outer["body"])
    except ValueError:
        raise Unavailable("garbage") from None


def known(codes: Iterable[str]) -> tuple[str, ...]:
    """`codes` as they are, all of them in the catalogue."""
    made = tuple(codes)
    assert all(c in SOURCES for c in made), made
    return made
