"""Makes the example workbooks: families of the 低保 traps (policy 18.2) with results worked out by hand, and a faulty one.

Run from the repository: `.venv/bin/python examples/make_families.py`. The results below are arithmetic from the policy
text, written down here and never taken from the program: standards since 2025-07-01 are 城市 744 元/月 (8,928 元/年) and
农村 6,720 元/年 (560 元/月); work cost 20 %, supplements of 30/20/10/10 %, asset limit 24 × 744 a head and the continued
exemption of the central basic pension are the prefecture's test values. People, numbers and accounts are invented.
"""

# ruff: noqa: E501, T201
# fmt: off
from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuodi.config.settings")

DAY = "2026-11-23"
TOWN = "533103105"  # 芒市风平镇, where the demo's counter officer works
MONEY = ("wage", "farm_gross", "farm_cost", "business_gross", "business_cost", "property", "pension_resident", "pension_basic",
         "pension_employee", "unemployment", "maintenance", "inheritance", "other_transfer", "transfer_paid", "old_age",
         "disability_subsidy", "medical_self_pay", "education", "relief", "scholarship")  # fmt: skip
CHECKS = "10X98765432"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

_next = {"sequence": 300}


def number(birth: str, sex: str, area: str = "533103", *, ends_in_x: bool = False) -> str:
    """A valid invented citizen number; no sequence is used twice."""
    while True:
        _next["sequence"] += 1
        if str(_next["sequence"] % 2) != ("1" if sex == "1" else "0"):
            continue
        body = f"{area}{birth.replace('-', '')}{_next['sequence']:03d}"
        check = CHECKS[sum(int(c) * w for c, w in zip(body, WEIGHTS, strict=True)) % 11]
        if (check == "X") == ends_in_x:
            return body + check


def card(n: int) -> str:
    """An invented UnionPay account that passes Luhn."""
    body = f"62170099{n:010d}"
    total = sum(d if i % 2 else (d * 2 - 9 * (d > 4)) for i, d in enumerate(map(int, reversed(body))))
    return f"{body}{-total % 10}"


def P(name: str, birth: str, relation: str = "head", sex: str = "1", *, area: str = "533103", x: bool = False, **said: Any) -> dict[str, Any]:
    """A member; money in yuan under its short name."""
    facts: dict[str, Any] = {"name": name, "relation": relation, "birth": birth}
    if said.get("document", "resident") == "resident" and "number" not in said:
        facts |= {"number": number(birth, sex, area, ends_in_x=x), "sex": sex}
    for key, value in said.items():
        if key in MONEY:
            facts[f"{key}_year_fen"] = round(value * 100)
        else:
            facts[key] = value
    grown = birth <= "2008-11-23"
    if grown and facts.get("presence", "present") not in ("prison", "isolation", "missing"):
        facts |= {"check_consent": True, "check_consent_on": "2026-11-20"}
    return facts


FAMILIES: list[dict[str, Any]] = []


def F(title: str, why: str, *members: dict[str, Any], village: str = "201", kind: str = "rural", fails: tuple[str, ...] = (),
      outcome: str = "granted", monthly: int = 0, relatives: tuple[Any, ...] = (), **household: Any) -> None:  # fmt: skip
    """A family, what the policy gives it, and the arithmetic. `monthly` in yuan."""
    n = len(FAMILIES) + 1
    facts = {"area_code": f"{TOWN}{village}", "claim_kind": kind, "pledge_signed": True, "pledge_signed_on": "2026-11-20"}
    facts |= {"payee_name": members[0]["name"], "payee_bank": "云南农信风平支行", "payee_account": card(n)}
    for key, value in household.items():
        facts[key] = round(value * 100) if key.endswith("_fen") else value
    FAMILIES.append(
        {"key": str(n), "title": title, "why": why, "facts": {"household": facts, "members": list(members)}, "relatives": relatives,
         "expect": {"eligible": outcome in ("granted", "single"), "outcome": outcome, "monthly_yuan": monthly, "fails": list(fails)}}
    )


INCOME = ("income_below_standard",)

F("农村四口，补差，慢病支出扣减，奶奶养老金（E1）",
  "工资 14,400×80%=11,520；种养 9,000−5,200=3,800；养老金 2,076−1,716=360；计 15,680；减慢病自付 1,800 得 13,880。(6,720×4−13,880)/12=1,083.33→1,084。增发：奶奶满 70、女儿未满 18，各 56，计 112。合计 1,196",
  P("岩温", "1980-05-01", wage=14400, employment="flexible"),
  P("玉罕", "1982-03-03", "spouse", "2", farm_gross=9000, farm_cost=5200, medical_self_pay=1800, illness_note="高血压三级"),
  P("喊孃", "1954-04-01", "parent", "2", pension_resident=2076, pension_basic=1716),
  P("岩依", "2013-06-01", "child", "2", student="primary", boarding=True, scholarship=2250), monthly=1196)
F("人均收入恰等于农村标准，不符合（T10）", "13,440 = 6,720×2，“低于”不含等于。低于 1.5 倍 20,160，为低保边缘家庭，无保障金",
  P("线保明", "1975-01-02", property=13440), P("罕玉", "1977-02-03", "spouse", "2"), outcome="margin", fails=INCOME)
F("比标准少一元", "13,440−13,439=1 元/年，1/12=0.08→1 元", P("刀小明", "1975-03-02", property=13439), P("喊相", "1977-04-03", "spouse", "2"), monthly=1, village="202")
F("差一分也是低于标准", "6,720.00−6,719.99=0.01 元/年，按月向上取整到元为 1 元；收入在比较前不取整", P("方有福", "1970-03-02", property=6719.99), monthly=1, village="202")
F("城市人均恰等于标准，不符合", "744×12×2=17,856，相等不符合；低于 26,784，为边缘家庭",
  P("杨春兰", "1970-05-06", "head", "2", registered_kind="urban", property=17856), P("赵国强", "1968-07-08", "spouse", registered_kind="urban"),
  village="001", kind="urban", outcome="margin", fails=INCOME)
F("种养亏损按零计，不抵工资（T9）", "工资 10,000×80%=8,000；种养 3,000−9,000 亏损按 0。(13,440−8,000)/12=453.33→454",
  P("排勒干", "1979-01-01", wage=10000, farm_gross=3000, farm_cost=9000, ethnicity="28"), P("木南", "1981-02-02", "spouse", "2", ethnicity="28"), monthly=454, village="203")
F("闰日出生，平年 2 月 28 日满 70 周岁（T1）", "1956-02-29 生，2026-02-28 满 70。6,720/12=560，老年增发 56，合计 616", P("帕恩", "1956-02-29"), monthly=616, village="203")
F("闰日出生的高中生，2026-02-28 已满 18（T1）", "2008-02-29 生，已满 18 不再按未成年增发；在校仍计入。560×2=1,120",
  P("寸玉兰", "1985-06-06", "head", "2"), P("寸小军", "2008-02-29", "child", student="senior"), monthly=1120, village="204")
F("15 位旧号码，自动升位", "无收入两口 560×2=1,120；66 岁未满 70，无增发",
  {**P("岩罕", "1960-01-01", number="533121600101001"), "sex": "1"}, P("玉应", "1962-02-02", "spouse", "2", area="533121"), monthly=1120, village="204")
F("号码末位为 X", "3,000×80%=2,400；(6,720−2,400)/12=360", P("曹开明", "1975-07-15", x=True, wage=3000), monthly=360, village="205")
F("户口混合，多数为农村（T3）", "3 人中 2 人农村，按农村标准。6,000×80%=4,800；(20,160−4,800)/12=1,280；子女未成年 56，合计 1,336",
  P("段绍文", "1984-01-09", wage=6000, registered_kind="urban"), P("石木苏", "1986-03-04", "spouse", "2"), P("段小艺", "2016-05-05", "child", "2", student="primary"),
  monthly=1336, village="205")
F("户口混合各半，按申请类别（城市）", "1:1，按申请类别城市。12,000×80%=9,600；(17,856−9,600)/12=688",
  P("张木然", "1988-02-03", wage=12000, registered_kind="rural"), P("李秀花", "1990-04-05", "spouse", "2", registered_kind="urban"), kind="urban", village="001", monthly=688)
F("缅籍配偶：收入计入，人不计入（T17）", "配偶 6,000×80%=4,800 计入收入；保障人口 2。(13,440−4,800)/12=720；子女 56，合计 776",
  P("岩恩", "1985-08-08"),
  P("MA THIDA", "1988-09-09", "spouse", "2", document="none", no_document_reason="缅籍配偶，未办永久居留", nationality="MM", registered_kind="none", wage=6000),
  P("岩罗", "2014-01-15", "child", student="primary"), monthly=776, village="206")
F("家中有特困人员，不计入人口（T7）", "只计 1 人。2,000×80%=1,600；(6,720−1,600)/12=426.67→427",
  P("余文学", "1978-03-03", wage=2000), P("余老山", "1945-01-01", "parent", identity="tekun", work_ability="none"), monthly=427, village="206")
F("生僻字姓名（T16）", "两口无收入 560×2=1,120", P("岩𠮷", "1972-02-02"), P("龘𬱖", "1974-03-03", "spouse", "2"), monthly=1120, village="207")
F("配偶服刑，次月起不计入，其收入不计（T15）", "2025-05 入狱。计 2 人：560×2=1,120；子女 56，合计 1,176",
  P("玉波", "1987-01-01", "head", "2"), P("岩坎", "1985-02-02", "spouse", presence="prison", presence_since="2025-05-10", wage=20000), P("岩波", "2015-03-03", "child", student="primary"),
  monthly=1176, village="207")
F("本月入狱，当月仍计入（T15）", "2026-11-05 入狱，次月起才不计入。560×2=1,120",
  P("玉叫", "1987-05-01", "head", "2"), P("岩所", "1985-06-02", "spouse", presence="prison", presence_since="2026-11-05"), monthly=1120, village="208")
F("宗教教职人员离家满三年，不计入（DB-04）", "2020-01-01 起，已满三年。计夫妻 2 人 560×2=1,120",
  P("岩拉", "1979-01-07"), P("玉拉", "1981-02-08", "spouse", "2"), P("召岩", "1999-03-09", "sibling", presence="clergy", presence_since="2020-01-01"), monthly=1120, village="208")
F("宗教教职人员不满三年，仍计入", "2024-06-01 起，未满三年。计 3 人 560×3=1,680",
  P("岩宰", "1979-01-17"), P("玉宰", "1981-02-18", "spouse", "2"), P("召宰", "1999-03-19", "sibling", presence="clergy", presence_since="2024-06-01"), monthly=1680, village="208")
F("大学生集体户口在外省，仍属本户（T6）", "计 3 人。12,000×80%=9,600；(20,160−9,600)/12=880；子女已成年无增发",
  P("番建国", "1976-01-03", wage=12000), P("罕小平", "1978-02-04", "spouse", "2"),
  P("番晓燕", "2005-03-01", "child", "2", student="undergraduate", boarding=True, registered_local=False, registered_area_code="440106", not_receiving_proof=True), monthly=880, village="209")
F("外省户籍成员缺未享受低保证明", "缺证明，不符合；受理前应一次性告知补正",
  P("番建军", "1976-01-13", wage=12000), P("罕大平", "1978-02-14", "spouse", "2"),
  P("番晓红", "2005-03-11", "child", "2", student="undergraduate", registered_local=False, registered_area_code="440106"), outcome="none", fails=("not_receiving_proven",), village="209")
F("两位老人领居民养老金，中央基础部分 2026 年继续豁免（T25，测试值）", "每人计 2,400−1,716=684，两人 1,368。(13,440−1,368)/12=1,006；两人满 70，增发 112，合计 1,118",
  P("岩叫", "1950-03-03", pension_resident=2400, pension_basic=1716), P("玉南", "1952-05-05", "spouse", "2", pension_resident=2400, pension_basic=1716), monthly=1118, village="209")
F("城市老人领职工养老金，全额计入（T25）", "9,600 > 8,928，不符合；低于 13,392，为边缘家庭",
  P("王桂英", "1948-04-04", "head", "2", registered_kind="urban", pension_employee=9600), kind="urban", village="001", outcome="margin", fails=INCOME)
F("独立成年儿子分开住，不计入", "儿子不计人口也不计收入。560",
  P("麻金凤", "1965-05-05", "head", "2", ethnicity="28"), P("麻勒腊", "1990-06-06", "child", lives_together=False, wage=60000, ethnicity="28"), monthly=560, village="210")
F("独立成年儿子长期同住，计入（2021 办法第七条）", "30,000×80%=24,000 > 13,440，也不低于 1.5 倍 20,160",
  P("麻玉英", "1965-05-15", "head", "2"), P("麻保", "1990-06-16", "child", wage=30000), outcome="none", fails=INCOME, village="210")
F("重病，自付费用扣减，分类施保 30%", "妻工资 20,000×80%=16,000，减自付 12,000 得 4,000。(13,440−4,000)/12=786.67→787；重病 560×30%=168，合计 955",
  P("尹正荣", "1973-01-01", serious_illness=True, illness_note="尿毒症透析", medical_self_pay=12000, work_ability="none"), P("尹桂兰", "1975-02-02", "spouse", "2", wage=20000), monthly=955, village="211")
F("肢体二级残疾，分类施保 20%", "560 + 560×20%=112，合计 672", P("郑朝", "1982-01-01", disability="physical", disability_grade=2, disability_valid_until="2030-01-01", disability_subsidy=1080), monthly=672, village="211")
F("残疾证过期，不增发（T24）", "证至 2026-06-30。只有 560", P("郑阳", "1982-01-11", disability="physical", disability_grade=1, disability_valid_until="2026-06-30"), monthly=560, village="211")
F("精神三级残疾，增发", "智力、精神三级按重残增发。560+112=672", P("孟小芳", "1991-03-21", "head", "2", disability="mental", disability_grade=3, disability_valid_until="2031-01-01"), monthly=672, village="211")
F("有一辆小汽车，不符合", "机动车上限 0", P("姚兴", "1983-01-01"), P("姚梅", "1985-02-02", "spouse", "2"), outcome="none", fails=("vehicles_within",), vehicles=1, village="212")
F("残疾人代步车除外", "1 辆减代步车 1 辆为 0。560×2=1,120；重残 112，合计 1,232",
  P("姚旺", "1983-01-11", disability="physical", disability_grade=2, disability_valid_until="2032-01-01"), P("姚兰", "1985-02-12", "spouse", "2"), monthly=1232, vehicles=1, vehicles_disability=1, village="212")
F("两处住房，一处危房待拆", "除外后 1 套。560×2=1,120", P("谢有贵", "1969-01-01"), P("谢玉珍", "1971-02-02", "spouse", "2"), monthly=1120, houses=2, houses_excepted=1, village="212")
F("两处住房", "上限 1 套", P("谢有财", "1969-01-11"), P("谢玉芬", "1971-02-12", "spouse", "2"), outcome="none", fails=("houses_within",), houses=2, village="212")
F("金融资产恰等于上限，符合", "744×24×2=35,712，不超过。560×2=1,120", P("何应祥", "1966-01-01"), P("何秀英", "1968-02-02", "spouse", "2"), monthly=1120, deposits_fen=35712, village="213")
F("金融资产超过上限一元", "35,713 > 35,712", P("何应福", "1966-01-11"), P("何秀珍", "1968-02-12", "spouse", "2"), outcome="none", fails=("financial_assets_within",), deposits_fen=35713, village="213")
F("边缘家庭重残儿童，单人保（DB-07）", "30,000×80%=24,000，在 20,160 与 30,240 之间。孩子一人 6,720/12=560，重残高于未成年 112，合计 672",
  P("闫文光", "1981-01-01", wage=30000), P("闫玉", "1983-02-02", "spouse", "2"),
  P("闫小宝", "2012-01-01", "child", student="primary", disability="intellectual", disability_grade=1, disability_valid_until="2030-12-31"), outcome="single", monthly=672, fails=INCOME, village="213")
F("成年重残无业，收入再高也可单人保（民发〔2022〕83号）", "父母 60,000×80%=48,000，超过 1.5 倍。本人 560+112=672",
  P("岳早山", "1968-01-01", wage=60000), P("岳木兰", "1970-02-02", "spouse", "2"),
  P("岳小山", "1998-03-03", "child", disability="physical", disability_grade=1, disability_valid_until="2031-12-31", work_ability="none", independent=False), outcome="single", monthly=672, fails=INCOME, village="214")
F("赡养费按义务人收入推算，不符合", "(3,000×12−17,856)×3×50%=27,216 > 6,720，也不低于 10,080",
  P("朗三", "1950-01-01", obligor_income_month_per_head_fen=300000, obligor_family_size=3, obligor_parents=1), outcome="none", fails=INCOME, village="214")
F("赡养义务人收入低，不计赡养费", "1,400×12=16,800 < 17,856，推算为 0。560，满 70 增发 56，合计 616",
  P("朗四", "1950-01-11", obligor_income_month_per_head_fen=140000, obligor_family_size=4, obligor_parents=1), monthly=616, village="214")
F("高龄津贴、价格补贴不计入", "不计 1,200 和 300。560+56=616", P("朗五", "1940-01-21", old_age=1200, relief=300), monthly=616, village="214")
F("城市失业人员领失业金", "(8,928−7,000)/12=160.67→161", P("普光明", "1985-04-04", registered_kind="urban", unemployment=7000, employment="registered_jobless"), kind="urban", village="001", monthly=161)
F("城市，转移收入减缴纳的社会保险费", "12,000−3,000=9,000；(17,856−9,000)/12=738",
  P("普光荣", "1970-04-14", registered_kind="urban", pension_employee=12000, transfer_paid=3000), P("普丽", "1972-05-15", "spouse", "2", registered_kind="urban"), kind="urban", village="001", monthly=738)
F("配偶户籍在盈江，已有证明", "计 2 人 1,120", P("早干", "1986-01-01", ethnicity="28"),
  P("木苏", "1988-02-02", "spouse", "2", area="533123", registered_local=False, registered_area_code="533123104", not_receiving_proof=True, ethnicity="20"), monthly=1120, village="215")
F("全家户籍都在外地，又未开放居住证申请", "无一人户籍在本地", P("马向东", "1990-01-01", area="530102", registered_local=False, registered_area_code="530102001", not_receiving_proof=True),
  outcome="none", fails=("registered_locally",), residence_permit=True, village="215")
F("六口之家", "20,000−6,000=14,000；(40,320−14,000)/12=2,193.33→2,194；一老两小各 56=168，合计 2,362",
  P("岩亮", "1982-01-01", farm_gross=20000, farm_cost=6000), P("玉亮", "1984-02-02", "spouse", "2"), P("岩老", "1951-03-03", "parent"), P("玉老", "1958-04-04", "parent", "2"),
  P("岩小一", "2012-05-05", "child", student="junior"), P("玉小二", "2016-06-06", "child", "2", student="primary"), monthly=2362, village="215")
F("收养的侄女已有孤儿身份，不计入（T7）", "只计 1 人 560", P("孙木英", "1970-01-01", "head", "2"), P("孙小玲", "2014-02-02", "other", "2", identity="orphan", student="primary"), monthly=560, village="216")
F("儿子服义务兵役，不计入（T6）", "计夫妻 2 人 1,120", P("岩兴", "1978-01-01"), P("玉兴", "1980-02-02", "spouse", "2"), P("岩军", "2006-03-03", "child", presence="conscript", presence_since="2026-09-10"), monthly=1120, village="216")
F("丈夫宣告失踪，不计入", "计 3 人 1,680；两个孩子 112，合计 1,792",
  P("玉相", "1985-01-01", "head", "2"), P("岩相", "1983-02-02", "spouse", presence="missing", presence_since="2024-01-01"), P("岩相一", "2012-03-03", "child", student="junior"),
  P("玉相二", "2014-04-04", "child", "2", student="primary"), monthly=1792, village="216")
F("香港居民配偶：收入计入，人不计入", "10,000×80%=8,000 > 6,720；低于 10,080，为边缘家庭",
  P("帅玉", "1989-01-01", "head", "2"), P("陈家明", "1990-01-01", "spouse", document="hkmt_permit", number="810000199001010019", nationality="HK", registered_kind="none", wage=10000),
  outcome="margin", fails=INCOME, village="216")
F("父子同名，以成员序号区分", "计 3 人 1,680；孩子 56，合计 1,736",
  P("李大", "1984-01-01", medical_self_pay=500, illness_note="胃病"), P("李嫂", "1986-02-02", "spouse", "2"), P("李大", "2016-03-03", "child", student="primary"), monthly=1736, village="202")
F("学费不在低保扣减之列（测试值）", "25,000×80%=20,000，学费 8,000 不扣。(20,160−20,000)/12=13.33→14",
  P("刘光华", "1977-01-01", wage=25000), P("刘玉芝", "1979-02-02", "spouse", "2"), P("刘小伟", "2007-08-01", "child", student="undergraduate", education=8000), monthly=14, village="202")
F("婴儿户口未办：先作事实登记，不计入（T17）", "计夫妻 2 人 1,120；落户后再计", P("岩新", "1999-01-01"), P("玉新", "2000-02-02", "spouse", "2"),
  P("岩宝", "2026-08-01", "child", document="none", no_document_reason="新生儿，出生证明办理中", registered_kind="none"), monthly=1120, village="201")
F("村委会委员的妹妹，近亲属备案（HD-06）", "两口 4,000×80%=3,200；(13,440−3,200)/12=853.33→854。县级全部入户",
  P("喊所", "1976-01-01", "head", "2", wage=4000), P("岩叶", "1974-02-02", "spouse"), monthly=854, relative_of_staff=True, relatives=((1, "岩保", "兄妹", "风平村委会委员"),), village="201")
F("父母有法定义务但不长期同住，不计入（2021 办法）", "只计 2 人：1,120", P("杨大勇", "1988-01-01"), P("杨芳", "1989-02-02", "spouse", "2"), P("杨老", "1955-03-03", "parent", lives_together=False, pension_employee=30000), monthly=1120, village="203")


def workbook_bytes() -> bytes:
    """families-2026.xlsx."""
    from tuodi.delivery.intake.workbook import FamilyRows, filled

    return filled([FamilyRows(f["key"], f["facts"], f["relatives"]) for f in FAMILIES])


def expected_text() -> str:
    """families-2026.expected.yaml."""
    lines = ["# 每户应得的结果，按政策条文手算，不是程序算的。金额元/月。依据：policy.md 第 1 节和 18.2；测试值见 tuodi/policy/parameters。", f"day: '{DAY}'", "families:"]
    for f in FAMILIES:
        e = f["expect"]
        lines += [
            f"- key: '{f['key']}'",
            f"  title: {f['title']}",
            f"  # {f['why']}",
            f"  expect: {{eligible: {str(e['eligible']).lower()}, outcome: {e['outcome']}, monthly_yuan: {e['monthly_yuan']}, fails: [{', '.join(e['fails'])}]}}",
        ]
    return "\n".join(lines) + "\n"


# sheet, row (first family is row 4), heading, what stands in the cell, what must be said of it
FAULTS: tuple[tuple[str, int, str, Any, str], ...] = (
    ("成员", 4, "证件号码", 533103198005013012.0, "存成了数字"),
    ("成员", 5, "证件号码", "5.33103E+17", "科学计数法"),
    ("成员", 6, "证件号码", "533103198102290011", "不是日历上的日期"),
    ("成员", 7, "证件号码", "53310319800501", "14 位"),
    ("成员", 8, "出生日期", "1975-13-02", "不是日历上的日期"),
    ("成员", 9, "与户主关系", "婆姨", "不在可选项中"),
    ("成员", 10, "姓名", None, "必填"),
    ("收入", 4, "工资性收入", "一万四", "不是金额"),
    ("收入", 5, "种养业收入（毛）", -9000, "不能为负"),
    ("收入", 6, "姓名", "喊娘", "没有“喊娘”"),
    ("家庭", 5, "居住地（村、社区）代码", "533103999201", "不是本州"),
    ("家庭", 6, "申请类别", "城乡", "不在可选项中"),
    ("家庭", 7, "银行账号", 6217009900000000.0, "存成了数字"),
    ("授权", 4, "授权日期", "2026-11-31", "不是日历上的日期"),
    ("家庭", 9, "户编号", None, "户编号为空"),
)


def faulty_bytes() -> bytes:
    """faulty-families.xlsx: the first eight families as a hurried hand leaves them."""
    import openpyxl

    from tuodi.delivery.intake.workbook import HEAD_ROW, FamilyRows, filled

    book = openpyxl.load_workbook(io.BytesIO(filled([FamilyRows(f["key"], f["facts"]) for f in FAMILIES[:8]])))
    for sheet, row, label, value, _says in FAULTS:
        page = book[sheet]
        at = next(c.column for c in page[HEAD_ROW] if str(c.value or "").rstrip("*") == label)
        cell = page.cell(row=row, column=at)
        cell.value = value
        if isinstance(value, float | int):
            cell.number_format = "General"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def faults_text() -> str:
    """faulty-families.expected.yaml."""
    lines = ["# 每一处应指出的问题：表、行、栏目、话里要有的词。", "faults:"]
    lines += [f"- {{sheet: {s}, row: {r}, label: {label}, says: {says}}}" for s, r, label, _v, says in FAULTS]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write all four files beside this one."""
    import django

    django.setup()
    (HERE / "families-2026.xlsx").write_bytes(workbook_bytes())
    (HERE / "families-2026.expected.yaml").write_text(expected_text(), encoding="utf-8")
    (HERE / "faulty-families.xlsx").write_bytes(faulty_bytes())
    (HERE / "faulty-families.expected.yaml").write_text(faults_text(), encoding="utf-8")
    print(f"{len(FAMILIES)} families, {len(FAULTS)} faults")


if __name__ == "__main__":
    main()
