"""What the pages of student aid ask alike: on a school roll, at which stage and place, from which families; paid half each term.

社会救助暂行办法 第三十三条至第三十六条. The aid follows the school place, minimum living the place of registration.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tuodi.core.finding import Assessment, Finding, granted
from tuodi.core.logic import Value, any_of, choose, is_one_of, named
from tuodi.policy.persons import certified, citizen, lives

BASIS = "《社会救助暂行办法》第三十三条至第三十六条"
COMPULSORY = ("primary", "junior")
UNDERGRADUATE = ("college", "undergraduate")
UNIVERSITY = (*UNDERGRADUATE, "postgraduate")
IN_PROVINCE = ("county", "prefecture", "province")
IN_COUNTRY = (*IN_PROVINCE, "country")
MONITORED = ("unstable", "marginal", "sudden")


def on_school_roll(m: Any, h: Any) -> Finding:
    """The key of all student aid is the school roll; the month of death is still payable (T4)."""
    return Finding(
        "on_school_roll", m.school_roll & lives(m, h), "是否已建学籍：{roll}", {"roll": m.school_roll}, BASIS
    )


def at_stage(m: Any, stages: tuple[str, ...], text: str) -> Finding:
    """At one of the stages the page is about; `text` names it and shows `{here}`."""
    here = is_one_of(m.student, stages)
    return Finding("at_stage", here, text, {"here": here}, BASIS)


def in_compulsory_school(m: Any) -> Finding:
    """In the nine years everybody goes to school."""
    return at_stage(m, COMPULSORY, "是否在小学、初中就读：{here}")


def school_in_province(m: Any) -> Finding:
    """Aid laid down by the province is given at its schools; elsewhere another province's text holds."""
    here = is_one_of(m.school_place, IN_PROVINCE)
    return Finding(
        "school_in_province",
        here,
        "资助跟着学籍走，学校是否在本省：{here}（外省学校按当地规定，在学校申请）",
        {"here": here},
        BASIS,
    )


def school_in_country(m: Any) -> Finding:
    """Aid laid down by the State is given at every school of the country."""
    here = is_one_of(m.school_place, IN_COUNTRY)
    return Finding("school_in_country", here, "资助跟着学籍走，学校是否在境内：{here}", {"here": here}, BASIS)


def handled_here(m: Any) -> Finding:
    """Whose desk it is: the school's place checks and pays, wherever the family is registered."""
    here = m.school_place == "county"
    return Finding(
        "handled_here",
        here,
        "学校是否在本县（市）：{here}（不在的，由学校所在地办理和发放）",
        {"here": here},
        BASIS,
        required=False,
    )


def served(m: Any, p: Any) -> Finding:
    """Whether the rule serves this child: T17, a foreign or not yet registered child is taught, and aided where the place says so."""
    registered = m.registered_kind != "none"
    chinese = m.nationality == "CN"
    pending, foreign = p["education.pending_hukou_aided"], p["education.foreign_child_aided"]
    return Finding(
        "served",
        choose(chinese, registered | pending, foreign),
        "是否中国籍：{chinese}，是否已登记户口：{registered}；未登记户口的在读儿童纳入：{pending}，外国籍的纳入：{foreign}",
        {"chinese": chinese, "registered": registered, "pending": pending, "foreign": foreign},
        "地方规定（测试值）",
    )


def chinese_citizen(m: Any) -> Finding:
    """Aid beyond compulsory school is for citizens; T17, a foreign pupil is a fact of the family."""
    chinese = citizen(m)
    return Finding("chinese_citizen", chinese, "是否有中国户籍：{chinese}", {"chinese": chinese}, BASIS)


def filed(h: Any, p: Any) -> Value:
    """建档立卡: poor, lifted or returned; stable and monitored families where the text of the day takes them in.

    Where the register says nothing, what the family stated counts.
    """
    by_status = any_of(
        (
            is_one_of(h.poverty_status, ("poor", "lifted", "returned")),
            p["education.stable_included"] & (h.poverty_status == "stable"),
            p["education.monitored_included"] & is_one_of(h.poverty_status, MONITORED),
        )
    )
    return named("建档立卡（监测）家庭", choose(h.poverty_status == "none", h.poverty_file, by_status))


def tekun(m: Any) -> Value:
    """Cared for by the State; orphans and children nobody raises are treated alike."""
    return is_one_of(m.identity, ("tekun", "orphan", "unattended"))


def first_in_line(m: Any, h: Any, p: Any) -> dict[str, Value]:
    """The families student aid takes in first, by what they are recognised as."""
    return {
        "dibao": h.on_roll,
        "tekun": tekun(m),
        "filed": filed(h, p),
        "disabled": certified(m),
        "margin": p["education.margin_included"] & h.margin_family,
        "rigid": p["education.rigid_included"] & h.rigid_family,
    }


def recognised(m: Any) -> Value:
    """Whether the school has judged the family hard up."""
    return m.school_hardship != "none"


def hard_up(m: Any, h: Any, p: Any) -> Finding:
    """From a hard-up family: recognised by another scheme, or by the school's own judgement."""
    groups = first_in_line(m, h, p)
    judged = recognised(m)
    return Finding(
        "hard_up",
        named("家庭经济困难", any_of((*groups.values(), judged))),
        "低保：{dibao}；特困、孤儿、事实无人抚养：{tekun}；建档立卡（监测）：{filed}；残疾：{disabled}；"
        "低保边缘：{margin}；刚性支出困难：{rigid}；学校认定困难：{judged}",
        {**groups, "judged": judged},
        BASIS,
    )


def origin_local(m: Any) -> Finding:
    """T6: a student with a school's collective registration still belongs to the family's place until the degree ends."""
    local = m.registered_local | m.origin_local
    return Finding(
        "origin_local", local, "户籍（入学前户籍）是否在本县（市）：{local}", {"local": local}, BASIS
    )


def by_term(programme: str, findings: tuple[Finding, ...], year_fen: Value, **figures: Value) -> Assessment:
    """Money by the school year, half of it each term, at the value in force in that term."""
    found = granted(programme, findings, year_fen, period="year")
    return replace(found, figures={"term_fen": found.amount_fen // 2, **figures})


def in_kind(programme: str, findings: tuple[Finding, ...], figure: str, value_fen: Value) -> Assessment:
    """What is given without money: free tuition, books, a loan; its value is a figure, nothing is paid out."""
    found = granted(programme, findings, 0, period="none")
    return replace(found, figures={figure: choose(found.eligible, value_fen, 0)})
