# ruff: noqa: E501 - a kind of family is read as one line, like a row of the table
"""Makes the golden households: twenty kinds of family of the prefecture, ten of each, with what an application should open.

What is expected was written by hand beside each kind, with its reason, and does not come from the rules: `opened` of a kind is its own
statement. Run `python -m tests.golden.make` after a change here; households.jsonl and households.md are kept and a test holds them
to this file. All persons are invented; numbers are synthetic.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from tuodi.core.identity import check_digit
from tuodi.policy import needs
from tuodi.policy.catalogue import PROGRAMMES

HERE = Path(__file__).parent
DATA, TABLE = HERE / "households.jsonl", HERE / "households.md"
ON = date(2026, 11, 23)
EACH = 10
VILLAGES = ("533103105201", "533103205203", "533123104201", "533102001005", "533122101005", "533124101201")
MEN = ("岩温", "岩三", "麻腊", "排早", "杨正荣", "李发旺", "曹国兴", "赵自友", "尹文斌", "番应祥")
WOMEN = ("玉罕", "玉喊", "麻果", "何春燕", "杨桂兰", "李会仙", "曹美仙", "赵改芝", "尹兰芬", "番琼仙")
YUAN = 100


@dataclass(frozen=True)
class Kind:
    """A kind of family: why it opens what it opens, its needs, and how one is made."""

    code: str
    label: str
    why: str
    needs: tuple[str, ...]
    opened: tuple[str, ...]
    make: Callable[[Maker], tuple[dict[str, Any], list[dict[str, Any]]]]


class Maker:
    """Persons and figures for one household, from a seed."""

    def __init__(self, seed: int, village: str) -> None:
        self.random, self.village, self.taken = Random(seed), village, 0
        self.seed = seed

    def yuan(self, low: int, high: int) -> int:
        """A sum in fen, in steps of ten yuan."""
        return self.random.randrange(low, high + 1, 10) * YUAN

    def person(self, relation: str, sex: str, low: int, high: int, **facts: Any) -> dict[str, Any]:
        """Somebody between two ages, both included, whose birthday is not near a boundary."""
        self.taken += 1
        born = date(
            ON.year - self.random.randint(low, high), self.random.randint(1, 10), self.random.randint(1, 28)
        )
        sequence = 100 + (self.seed * 7 + self.taken) % 800
        sequence += (sequence % 2 == 0) == (sex == "1")
        body = f"{self.village[:6]}{born:%Y%m%d}{sequence:03d}"
        names = MEN if sex == "1" else WOMEN
        signed = (
            {"check_consent": True, "check_consent_on": "2026-11-20"} if ON.year - born.year >= 18 else {}
        )
        return {
            "name": names[(self.seed + self.taken) % len(names)] + ("" if self.taken == 1 else "甲乙丙丁戊己庚"[self.taken - 2]),
            "relation": relation, "sex": sex, "birth": born.isoformat(), "number": body + check_digit(body), **signed, **facts,
        }  # fmt: skip


def _parents(**facts: Any) -> dict[str, Any]:
    return {"father_situation": "able", "mother_situation": "able", **facts}


NOBODY = {
    "support_spouse": "none", "support_parents": "none", "support_children": "none", "support_grand": "none", "support_siblings": "none",
}  # fmt: skip
GROWN_CHILDREN = {**NOBODY, "support_children": "able"}
CARES = dict.fromkeys(
    ("eats_alone", "dresses_alone", "gets_up_alone", "toilets_alone", "walks_alone", "bathes_alone"), True
)
PENSION = {"pension_resident_year_fen": 1_716 * YUAN, "pension_basic_year_fen": 1_620 * YUAN}
NO_ALLOWANCE = {
    "other_living_allowance_month_fen": 0,
    "other_care_allowance_month_fen": 0,
    "work_injury_care": False,
}


def elder_tekun(k: Maker) -> Any:
    m = k.person(
        "head",
        k.random.choice("12"),
        66,
        84,
        work_ability="none",
        **PENSION,
        **NOBODY,
        **CARES,
        tekun_form="scattered",
    )
    return {}, [m]


def elder_with_children(k: Maker) -> Any:
    m = k.person("head", k.random.choice("12"), 68, 84, work_ability="none", **PENSION, **GROWN_CHILDREN)
    return {}, [{**m, "maintenance_year_fen": k.yuan(600, 1_800)}]


def poor_couple(k: Maker) -> Any:
    head = k.person(
        "head",
        "1",
        42,
        55,
        employment="farming",
        farm_gross_year_fen=k.yuan(7_000, 10_000),
        farm_cost_year_fen=200_000,
    )
    return {}, [head, k.person("spouse", "2", 40, 54, employment="farming")]


def poor_with_boarder(k: Maker) -> Any:
    household, (head, spouse) = poor_couple(k)
    child = k.person(
        "child",
        "2",
        13,
        14,
        student="junior",
        boarding=True,
        school_roll=True,
        school_place="county",
        school_rural=True,
        **_parents(),
        **GROWN,
    )
    return household, [head, spouse, child]


GROWN = {"support_parents": "able", "support_grand": "none", "support_siblings": "none"}


def poor_with_pupil(k: Maker) -> Any:
    household, (head, spouse) = poor_couple(k)
    child = k.person(
        "child",
        "1",
        8,
        10,
        student="primary",
        school_roll=True,
        school_place="county",
        school_rural=True,
        **_parents(),
        **GROWN,
    )
    return household, [head, spouse, child]


def poor_severe(k: Maker) -> Any:
    household, (head, spouse) = poor_couple(k)
    spouse |= {
        "disability": "physical",
        "disability_grade": k.random.choice([1, 2]),
        "work_ability": "none",
        "care_need_months": 24,
        **NO_ALLOWANCE,
        "support_spouse": "able",
        "support_parents": "none",
        "support_children": "none",
        "support_grand": "none",
        "support_siblings": "none",
    }
    return {**household, "special_living_had": False}, [head, spouse]


def poor_mild(k: Maker) -> Any:
    household, (head, spouse) = poor_couple(k)
    spouse |= {"disability": k.random.choice(["hearing", "sight"]), "disability_grade": 4, **NO_ALLOWANCE}
    return household, [head, spouse]


def well_off(k: Maker) -> Any:
    head = k.person(
        "head",
        "1",
        38,
        52,
        employment="employed",
        wage_year_fen=k.yuan(48_000, 72_000),
        registered_kind="urban",
    )
    return {"claim_kind": "urban", "deposits_fen": k.yuan(60_000, 90_000)}, [
        head,
        k.person(
            "spouse",
            "2",
            36,
            50,
            employment="employed",
            wage_year_fen=k.yuan(36_000, 50_000),
            registered_kind="urban",
        ),
    ]


def margin(k: Maker) -> Any:
    """Between the standard (6,720 a head) and half as much again (10,080)."""
    head = k.person(
        "head",
        "1",
        42,
        55,
        employment="farming",
        farm_gross_year_fen=k.yuan(18_000, 19_000),
        farm_cost_year_fen=100_000,
    )
    return {}, [head, k.person("spouse", "2", 40, 54, employment="farming")]


def car_owner(k: Maker) -> Any:
    household, members = poor_couple(k)
    return {**household, "vehicles": 1}, members


def orphan(k: Maker) -> Any:
    grand = k.person("head", "2", 66, 78, work_ability="none", **PENSION, **GROWN_CHILDREN)
    child = k.person(
        "grandchild",
        "1",
        8,
        10,
        student="primary",
        school_roll=True,
        school_place="county",
        school_rural=True,
        father_situation="dead",
        mother_situation="dead",
        orphan_care="scattered",
        support_parents="none",
        support_grand="able",
        support_siblings="none",
        chosen_identity="orphan",
    )
    return {}, [grand, child]


def unattended(k: Maker) -> Any:
    grand = k.person("head", "2", 66, 78, work_ability="none", **PENSION, **GROWN_CHILDREN)
    child = k.person(
        "grandchild",
        "2",
        8,
        10,
        student="primary",
        school_roll=True,
        school_place="county",
        school_rural=True,
        father_situation="prison",
        father_term_months=60,
        mother_situation="missing",
        support_parents="none",
        support_grand="able",
        support_siblings="none",
        chosen_identity="unattended",
    )
    return {}, [grand, child]


def fire(k: Maker) -> Any:
    household, members = well_off(k)
    return {
        **household,
        "hardship_cause": "fire",
        "hardship_persons": 2,
        "hardship_here": True,
        "temporary_same_cause": False,
        "temporary_times": 0,
        "disaster_paid_same_fen": 0,
    }, members


def collapsed(k: Maker) -> Any:
    household, members = margin(k)
    return {
        **household,
        "disaster_recognised": True,
        "disaster_cannot_cope": True,
        "disaster_evacuated": 2,
        "disaster_house": "collapsed",
        "disaster_house_lived_in": True,
        "disaster_transition_persons": 2,
        "disaster_transition_days": 60,
        "disaster_deaths": 0,
    }, members


def broken_house(k: Maker) -> Any:
    household, members = poor_couple(k)
    return {
        **household,
        "dwelling_place": "village",
        "planned_area_m2": 50,
        "cannot_house_themselves": True,
    }, members


def tenant(k: Maker) -> Any:
    head = k.person(
        "head",
        "2",
        35,
        50,
        employment="flexible",
        wage_year_fen=k.yuan(8_000, 12_000),
        registered_kind="urban",
    )
    child = k.person(
        "child",
        "1",
        8,
        10,
        student="primary",
        registered_kind="urban",
        school_roll=True,
        school_place="county",
        school_rural=False,
        **_parents(),
        **GROWN,
    )
    return {
        "claim_kind": "urban",
        "dwelling_place": "town",
        "floor_area_m2": 0,
        "houses": 0,
        "rents_on_market": True,
    }, [head, child]


def freshman(k: Maker) -> Any:
    household, (head, spouse) = poor_couple(k)
    child = k.person(
        "child",
        "1",
        19,
        19,
        student="undergraduate",
        independent=False,
        school_roll=True,
        school_place="province",
        school_grade=1,
        tuition_year_fen=480_000,
        origin_local=True,
    )
    return household, [head, spouse, child]


def jobless(k: Maker) -> Any:
    head = k.person(
        "head",
        "1",
        45,
        55,
        employment="registered_jobless",
        registered_kind="urban",
        in_public_post=False,
        post_months=0,
    )
    return {"claim_kind": "urban"}, [
        head,
        k.person(
            "spouse",
            "2",
            42,
            53,
            employment="registered_jobless",
            registered_kind="urban",
            in_public_post=False,
            post_months=0,
        ),
    ]


def gravely_ill(k: Maker) -> Any:
    household, (head, spouse) = poor_couple(k)
    head |= {
        "serious_illness": True,
        "illness_note": "尿毒症",
        "medical_self_pay_year_fen": k.yuan(16_000, 24_000),
        "medical_insured": "resident",
    }
    return household, [head, spouse]


def three_generations(k: Maker) -> Any:
    household, (head, spouse) = poor_couple(k)
    old = k.person("parent", "2", 70, 80, work_ability="none", **PENSION, **GROWN_CHILDREN)
    child = k.person(
        "child",
        "2",
        16,
        17,
        student="senior",
        boarding=True,
        school_roll=True,
        school_place="county",
        school_grade=2,
    )
    return household, [head, spouse, old, child]


def autism(k: Maker) -> Any:
    household, (head, spouse) = poor_couple(k)
    child = k.person("child", "1", 4, 5, autism=True, rehabilitation_fits=True, **_parents(), **GROWN)
    return household, [head, spouse, child]


# On the roll of minimum living and registered in a village: under the monitoring line too, and linked both ways.
POOR = ("minimum_living", "monitoring", "dual_status")
KINDS: tuple[Kind, ...] = (
    Kind("elder_tekun", "孤寡老人", "满 60 周岁、无劳动能力、无收入来源、没有法定义务人：特困；有特困不再享受低保", ("elder",), ("extreme_hardship", "monitoring"), elder_tekun),
    Kind("elder_with_children", "有子女的独居老人", "子女有能力赡养，不是特困；本人收入低于标准：低保", ("elder",), POOR, elder_with_children),
    Kind("poor_couple", "务农夫妻，收入低", "人均收入低于 6,720 元：低保；说没有收入，临时救助要问清是否突发", ("living",), (*POOR, "temporary_emergency"), poor_couple),
    Kind("poor_with_boarder", "收入低，孩子住校读初中", "低保；义务教育寄宿生都有生活补助；营养餐和免学杂费学校落实，不用申请；没有大学生", ("school",), (*POOR, "boarder_subsidy", "charity_referral"), poor_with_boarder),
    Kind("poor_with_pupil", "收入低，孩子读小学走读", "低保家庭的走读生有生活补助；不住校，没有寄宿生补助", ("school",), (*POOR, "non_boarder_subsidy", "charity_referral"), poor_with_pupil),
    Kind("poor_severe", "收入低，一人重度肢体残疾", "低保加残疾人两项补贴；重残无固定收入；残联专项补助；托养和无障碍改造由残联决定", ("disability",), (*POOR, "disability_living", "disability_nursing", "special_living", "severe_without_income", "day_care", "home_adaptation"), poor_severe),
    Kind("poor_mild", "收入低，一人四级残疾", "低保家庭的残疾人有生活补贴；四级不够护理补贴；可报培训", ("disability",), (*POOR, "disability_living", "disabled_training", "day_care", "home_adaptation"), poor_mild),
    Kind("well_off", "双职工，有积蓄", "收入远高于标准，没有提出困难：都不开", (), (), well_off),
    Kind("margin", "收入略高于低保标准", "人均 8,500 至 9,000 元，在标准和标准的 1.5 倍之间：低保边缘；说没有收入，临时救助要问清", ("living",), ("near_threshold", "temporary_emergency"), margin),
    Kind("car_owner", "收入低，有汽车", "有机动车，财产不符合：不是低保也不是边缘；人均收入低于监测线：防返贫监测", ("living",), ("monitoring", "temporary_emergency"), car_owner),
    Kind("orphan", "孤儿随祖母", "父母双亡：孤儿基本生活费（不同时享受事实无人抚养补贴）；祖母低保；走读生补助", ("child",), (*POOR, "orphan", "non_boarder_subsidy"), orphan),
    Kind("unattended", "父服刑、母失踪的孩子随祖母", "父亲服刑满 6 个月、母亲失踪：事实无人抚养；祖母低保；走读生补助", ("child",), (*POOR, "unattended_child", "non_boarder_subsidy"), unattended),
    Kind("fire", "收入不低，家里失火", "不看收入，遇火灾基本生活困难：临时救助（急难），等次由经办人员评定", ("sudden",), ("temporary_emergency",), fire),
    Kind("collapsed", "地震塌了房", "政府核定的灾、房屋倒塌、已转移：应急、过渡期、住房补助；没有人遇难；收入在边缘", ("disaster",), ("near_threshold", "disaster_emergency", "disaster_transitional", "disaster_house"), collapsed),
    Kind("broken_house", "收入低，住危房", "低保；农村住房，等住建部门鉴定：危房改造；不在城镇，没有公租房", ("house",), (*POOR, "dilapidated_house"), broken_house),
    Kind("tenant", "城里租房的单亲母亲", "城镇低保；在城镇、租房、没有住房：公租房、租赁补贴待住建查明；孩子走读生补助；城镇户口，不在防返贫之列", ("house",), ("minimum_living", "non_boarder_subsidy", "public_rental", "rent_subsidy"), tenant),
    Kind("freshman", "收入低，孩子刚上大学", "低保家庭大学生：国家助学金、助学贷款；新生入学资助待学校查明；奖学金由学校评", ("school",), (*POOR, "university_grant", "university_scholarship", "credit_loan", "entry_aid", "charity_referral"), freshman),
    Kind("jobless", "夫妻都登记失业", "没有收入：低保；有劳动能力的都失业：零就业家庭；公益岗、培训；城镇户口", ("job",), ("minimum_living", "zero_employment", "public_post", "job_training"), jobless),
    Kind("gravely_ill", "户主重病，自付多", "低保；自付超过收入一半：临时救助（支出）；资助参保、医疗救助待医保查明；减免、公卫服务、慈善由人决定", ("medical",), (*POOR, "temporary_expense", "premium_support", "medical_aid", "fee_reduction", "public_health_services", "charity_referral"), gravely_ill),
    Kind("autism", "收入低，孩子孤独症", "低保；6 周岁以下孤独症儿童：康复救助；没有残疾证，没有两项补贴", ("disability",), (*POOR, "child_rehabilitation"), autism),
)  # fmt: skip


def households() -> list[dict[str, Any]]:
    """All two hundred: number, kind, facts, needs, what is expected to be opened (in the order of the catalogue)."""
    made = []
    for n, kind in enumerate(KINDS):
        for i in range(EACH):
            maker = Maker(n * EACH + i, VILLAGES[(n + i) % len(VILLAGES)])
            household, members = kind.make(maker)
            common = {
                "area_code": maker.village,
                "claim_kind": "rural",
                "pledge_signed": True,
                "pledge_signed_on": "2026-11-20",
            }
            facts = {"household": common | household, "members": members}
            opened = [code for code in PROGRAMMES if code in kind.opened]
            assert len(opened) == len(kind.opened), kind.code
            made.append(
                {
                    "number": n * EACH + i + 1,
                    "kind": kind.code,
                    "needs": list(kind.needs),
                    "facts": facts,
                    "opened": opened,
                }
            )
    return made


def data() -> str:
    """households.jsonl."""
    return "".join(json.dumps(one, ensure_ascii=False, sort_keys=True) + "\n" for one in households())


def table() -> str:
    """households.md: what each kind opens and why, for whoever reviews it."""
    lines = [
        "# 二百户 Two hundred households",
        "",
        "Twenty kinds of family, ten of each (ages, sums, places and names differ), as of 2026-11-23. What an application opens was written",
        "by hand beside each kind (make.py), reviewed against the regulations, and is not worked out by the rules it tests.",
        "Written by `python -m tests.golden.make`.",
        "",
        "| 户 | 家庭 | 需求 | 开哪些 | 为什么 |",
        "| --- | --- | --- | --- | --- |",
    ]
    for n, kind in enumerate(KINDS):
        opened = "、".join(PROGRAMMES[c].short for c in PROGRAMMES if c in kind.opened) or "—"
        wanted = "、".join(needs.LABELS[c] for c in kind.needs) or "—"
        lines.append(
            f"| {n * EACH + 1}–{n * EACH + EACH} | {kind.label} | {wanted} | {opened} | {kind.why} |"
        )
    return "\n".join(lines) + "\n"


def stored() -> list[Mapping[str, Any]]:
    """The households as they are kept."""
    return [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    DATA.write_text(data(), encoding="utf-8")
    TABLE.write_text(table(), encoding="utf-8")
