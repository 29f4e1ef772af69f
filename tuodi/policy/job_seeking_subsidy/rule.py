"""求职创业补贴: once, for graduates of listed families in the year they graduate (财社〔2015〕290号, since 2017 财社〔2017〕164号)."""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding, granted
from tuodi.core.logic import Value, any_of, is_one_of, named, negate
from tuodi.policy.persons import alive, certified, citizen
from tuodi.policy.poverty import on_file

PROGRAMME = "job_seeking_subsidy"
HIGHER = ("college", "undergraduate", "postgraduate")
TEXTS = {"2015": "财社〔2015〕290号", "2017": "财社〔2017〕164号"}
YEAR = 10_000  # a year in a day written as 20261124


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """One graduate."""
    version = p["work.job_seeking.version"]
    basis = TEXTS[version]
    graduate = is_one_of(m.graduating_from, HIGHER) | (
        p["work.job_seeking.vocational_included"] & (m.graduating_from == "vocational")
    )
    year = named("毕业年份", m.graduation_day // YEAR)
    listed = listed_family(m, h, version)
    findings = (
        Finding("graduate", graduate, "是否所列学段的毕业生：{graduate}", {"graduate": graduate}, basis),
        Finding(
            "graduating_year",
            year == h.on.year,
            "毕业年份 {graduation_year}，须在毕业年度（{year} 年）内申请",
            {"graduation_year": year, "year": h.on.year},
            basis,
        ),
        Finding(
            "listed_family",
            listed,
            "是否来自低保等所列家庭，或者本人残疾、获得国家助学贷款：{listed}",
            {"listed": listed},
            basis,
        ),
        Finding(
            "seeking_work",
            m.seeking_work,
            "是否有就业创业意愿并积极求职：{seeking}",
            {"seeking": m.seeking_work},
            basis,
        ),
        Finding(
            "not_received",
            negate(m.job_seeking_received),
            "是否已领过：{received}（只发一次）",
            {"received": m.job_seeking_received},
            basis,
        ),
        alive(m, h, basis),
    )
    return granted(PROGRAMME, findings, p["work.job_seeking.amount_fen"], period="once")


def listed_family(m: Any, h: Any, version: str) -> Value:
    """A family or person the text lists: minimum living, disabled, with a loan; since 2017 tekun, registered poor, hard-up with disabled."""
    listed = [h.on_roll & citizen(m), certified(m), m.student_loan]
    if version == "2017":
        disabled = h.totals(lambda other: {"disabled": certified(other)})["disabled"] >= 1
        listed += [m.identity == "tekun", on_file(h), h.margin_family & disabled]
    return any_of(listed)
