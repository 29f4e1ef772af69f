"""The calendar and the dated values: what is loaded, what a notice changes, what nobody may edit."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from django.db import DatabaseError, transaction

from tests.records import people
from tuodi.core.refusal import Refused
from tuodi.kit.versions import Conflict
from tuodi.records.org.models import Area
from tuodi.records.standards import load, selectors, services
from tuodi.records.standards.models import CalendarYear, ParameterValue

ON = date(2026, 11, 23)
NOTICE_2027 = """日期,安排,名称
2027-01-01,放假,元旦
2027-02-05,放假,春节
2027-02-06,放假,春节
2027-02-14,上班,春节调休
2027-05-01,放假,劳动节
2027-10-01,放假,国庆节
"""


@pytest.fixture
def calendar(places):
    load.load_calendar()


@pytest.fixture
def office(calendar):
    return people.officer("office", ("office", people.PREFECTURE))


def test_every_day_of_the_known_years_agrees_with_the_published_notices(calendar):
    ours = selectors.calendar()
    day = date(2004, 1, 1)
    while day.year < 2027:
        assert ours.is_working_day(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_years_not_announced_know_the_statute_and_are_provisional(calendar):
    ours = selectors.calendar()
    assert ours.provisional([2026, 2027, 2028]) == (2027, 2028)
    assert selectors.provisional(date(2026, 12, 31), None, date(2027, 1, 4)) and not selectors.provisional(
        date(2026, 12, 31)
    )
    for day in (date(2027, 1, 1), date(2027, 4, 5), date(2027, 6, 9), date(2028, 1, 25), date(2028, 5, 1)):
        assert not ours.is_working_day(day), day
    assert len(load.statutory_days(2027)) == 13 and len(load.statutory_days(2031)) == 12  # 中秋 is 国庆


def test_loading_twice_changes_nothing_an_office_has_set(calendar, office):
    services.import_notice(
        year=2027,
        days=services.read_notice(NOTICE_2027, 2027)[0],
        basis="国办发明电〔2026〕9号",
        version=None,
        by=office,
        on=ON,
    )
    assert load.load_calendar() == 0
    assert selectors.calendar().is_working_day(date(2027, 2, 14))


def test_a_notice_replaces_the_year_and_shows_at_once_in_every_process(calendar, office):
    before = selectors.calendar()
    assert before is selectors.calendar()  # kept
    assert not before.is_working_day(date(2027, 2, 14)) and not before.is_working_day(date(2027, 5, 2))
    days, faults = services.read_notice(NOTICE_2027, 2027)
    assert not faults
    services.import_notice(year=2027, days=days, basis="国办发明电〔2026〕9号", version=1, by=office, on=ON)
    after = selectors.calendar()
    assert after.is_working_day(date(2027, 2, 14)) and after.provisional([2027]) == ()
    row = CalendarYear.objects.get(pk=2027)
    with pytest.raises(Conflict):
        services.import_notice(
            year=2027, days=days, basis="晚了一步", version=row.version - 1, by=office, on=ON
        )
    services.set_day(day=date(2027, 2, 14), works=None, label="", version=row.version, by=office, on=ON)
    assert not selectors.calendar().is_working_day(date(2027, 2, 14))


def test_a_notice_is_imported_from_a_file_by_command_or_only_looked_at(
    calendar, office, tmp_path, monkeypatch
):
    from io import StringIO

    from django.core.management import CommandError, call_command

    from tuodi.records.org import clock

    monkeypatch.setattr(clock, "today", lambda: ON)
    file = tmp_path / "2027.csv"
    file.write_bytes(NOTICE_2027.encode("gb18030"))
    out = StringIO()
    call_command("standards_calendar", "check", str(file), "--year", "2027", stdout=out)
    assert "未导入" in out.getvalue() and selectors.calendar().provisional([2027]) == (2027,)
    with pytest.raises(CommandError, match="--by"):
        call_command(
            "standards_calendar", "import", str(file), "--year", "2027", "--basis", "国办发明电〔2026〕9号"
        )
    call_command(
        "standards_calendar", "import", str(file), "--year", "2027", "--basis", "国办发明电〔2026〕9号", "--by", "office", stdout=out
    )  # fmt: skip
    assert selectors.calendar().provisional([2027]) == () and selectors.calendar().is_working_day(
        date(2027, 2, 14)
    )
    file.write_text(NOTICE_2027 + "2027-13-01,放假,x\n", encoding="utf-8")
    with pytest.raises(CommandError, match="第 8 行"):
        call_command("standards_calendar", "import", str(file), "--year", "2027", "--by", "office")


def test_a_day_to_be_done_by_says_when_its_year_is_not_announced(calendar):
    from tuodi.records.standards.templatetags.due import due_date, due_day

    assert due_day(date(2026, 12, 31)) == "2026-12-31" and due_day(None) == "—"
    assert due_day(date(2027, 1, 4)).startswith('2027-01-04 <span class="mark"') and "试行推定" in due_date(
        date(2027, 1, 4)
    )


@pytest.mark.parametrize(
    ("line", "why"),
    [("2027-13-01,放假,x", "不是日期"), ("2027-02-29,放假,x", "不是日期"), ("2027-03-01,休息,x", "放假"), ("2027-03-01,上班,x", "不是周末"),
     ("2026-11-01,放假,x", "不在 2027 年"), ("2027-01-01,放假,x", "已有"), ("2027-03-01", "须写")],
)  # fmt: skip
def test_every_wrong_line_of_a_notice_is_named(line, why):
    _days, faults = services.read_notice(NOTICE_2027 + line + "\nx,y,z\n", 2027)
    assert [f.line for f in faults] == [8, 9] and why in faults[0].text


def test_half_a_notice_is_noticed_and_other_ways_of_writing_are_read():
    _days, faults = services.read_notice("2027-01-01,放假,元旦", 2027)
    assert len(faults) == 2 and "国庆" in faults[1].text
    days, faults = services.read_notice(
        "2027年1月1日，放假，元旦\n2027/5/1\t放假\t劳动节\n2027.10.1,放假\n2026-12-31,放假,元旦", 2027
    )
    assert not faults and [d.day for d in days] == [
        date(2027, 1, 1),
        date(2027, 5, 1),
        date(2027, 10, 1),
        date(2026, 12, 31),
    ]


def test_only_whom_the_table_names_may_change_the_calendar(calendar, counter):
    days, _faults = services.read_notice(NOTICE_2027, 2027)
    with pytest.raises(Refused):
        services.import_notice(year=2027, days=days, basis="x", version=1, by=counter, on=ON)
    with pytest.raises(Refused):
        services.set_day(day=date(2027, 3, 1), works=False, label="x", version=1, by=counter, on=ON)


# --- dated values ------------------------------------------------------------------------------------------------


@pytest.fixture
def civil(places):
    return people.officer("civil", ("civil_affairs", people.COUNTY))


def some_info():
    return next(i for i in selectors.parameters().info.values() if i.unit == "fen")


def put(
    by, value=60000, area=people.COUNTY, since=date(2026, 12, 1), basis="德政发〔2026〕12号", mark="verified"
):
    place = Area.objects.get(pk=area)
    return services.set_value(
        info=some_info(), area=place, since=since, value=value, basis=basis, mark=mark, by=by, on=ON
    )


def test_a_value_counts_from_its_day_in_its_place_and_the_old_one_stays(civil):
    key = some_info().key
    shipped = selectors.parameters()
    put(civil, 66600)
    now = selectors.parameters()
    assert now is not shipped and now is selectors.parameters()
    assert now.row(key, "533103205", date(2026, 12, 1)).value == 66600
    assert now.row(key, "533103205", date(2026, 12, 1)).basis == "德政发〔2026〕12号"
    rows = {(r.area, r.since): r.value for r in now.rows(key)}
    assert {(r.area, r.since): r.value for r in shipped.rows(key)}.items() <= rows.items()
    assert rows[(people.COUNTY, date(2026, 12, 1))] == 66600
    assert put(civil, 66600).pk == put(civil, 66600).pk  # the same twice is one row
    put(civil, 70000)
    assert selectors.parameters().row(key, people.COUNTY, date(2026, 12, 1)).value == 70000
    assert ParameterValue.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"basis": " "}, "文件"),
        ({"value": -1}, "负"),
        ({"value": True}, "整数"),
        ({"area": "533102"}, "不能设定"),
    ],
)
def test_a_value_without_document_or_right_is_refused(civil, change, why):
    with pytest.raises(Refused, match=why):
        put(civil, **change)
    assert not ParameterValue.objects.exists()


def test_test_values_stay_in_the_demo(civil, settings):
    put(civil, mark="test")
    settings.DEMO = False
    with pytest.raises(Refused, match="演示"):
        put(civil, 1, mark="test")


@pytest.mark.parametrize(
    "sql", ["UPDATE standards_parametervalue SET basis = 'x'", "DELETE FROM standards_parametervalue"]
)
def test_the_database_refuses_to_change_a_value(civil, sql):
    from django.db import connection

    put(civil)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_the_pages_by_hand(client, office, civil):
    client.force_login(office)
    page = client.get("/standards/calendar/2027/").content.decode()
    assert "暂定" in page and "导入放假通知" in page
    bad = client.post(
        "/standards/calendar/2027/notice/",
        {"basis": "国办发明电〔2026〕9号", "lines": "2027-02-30,放假,x", "version": "1"},
    )
    assert bad.status_code == 422 and "第 1 行" in bad.content.decode()
    good = client.post(
        "/standards/calendar/2027/notice/",
        {"basis": "国办发明电〔2026〕9号", "lines": NOTICE_2027, "version": "1"},
    )
    assert good.status_code == 302
    stale = client.post(
        "/standards/calendar/2027/notice/", {"basis": "又一次", "lines": NOTICE_2027, "version": "1"}
    )
    assert stale.status_code == 409
    assert "没有导入" not in client.get("/standards/calendar/2027/").content.decode()
    key = some_info().key
    assert client.post(f"/standards/{key}/set/", {}).status_code == 403
    client.force_login(civil)
    assert client.get("/standards/").status_code == 200
    assert client.get("/standards/nonsense/").status_code == 404
    given = {
        "area": people.COUNTY,
        "since": "2026-12-01",
        "value": "666.00",
        "basis": "德政发〔2026〕12号",
        "mark": "verified",
    }
    assert client.post(f"/standards/{key}/set/", {**given, "value": "很多"}).status_code == 422
    assert client.post(f"/standards/{key}/set/", given).status_code == 302
    assert ParameterValue.objects.get().value == 66600
    page = client.get(f"/standards/{key}/?area={people.COUNTY}").content.decode()
    assert "666" in page and "德政发〔2026〕12号" in page
