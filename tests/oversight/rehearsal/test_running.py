"""What a rehearsal foretells, the month's run pays, to the fen; a month is frozen whole; two people put a draft in force or nobody."""

from __future__ import annotations

import io
from datetime import date

import pyarrow as pa
import pytest
from django.urls import reverse
from docx import Document

from tests.oversight.rehearsal.conftest import ON, RURAL
from tests.oversight.rehearsal.prefecture import DECEMBER, JANUARY, PROGRAMME, run_everywhere
from tuodi.core.refusal import Refused
from tuodi.delivery.entitlement.models import Enrolment, Entitlement
from tuodi.oversight.rehearsal import services
from tuodi.oversight.rehearsal.drafted import digest_of_values
from tuodi.oversight.rehearsal.models import Draft, FrozenMonth, Rehearsal
from tuodi.oversight.rehearsal.services.freezing import opened, roll_of, root
from tuodi.oversight.rehearsal.services.running import split
from tuodi.policy.parameters import shipped
from tuodi.records.org.models import Area, Assignment, Officer
from tuodi.records.standards import selectors as standards
from tuodi.records.standards.models import ParameterValue


def rehearsed(draft, drafter, on=ON):
    (made,) = services.rehearse(drafts=[draft], by=drafter, on=on)
    return made


def put_in_force(draft, drafter, leader, on=ON, activate_on=DECEMBER):
    services.propose(
        draft=draft, document="德民发〔2026〕9号（测试）", activate_on=activate_on, by=drafter, on=on
    )
    return services.sign(draft=Draft.objects.get(pk=draft.pk), by=leader, on=on)


# --- the frozen month -----------------------------------------------------------------------------------


def in_register():
    """What the register says of the standard these drafts are about."""
    return ParameterValue.objects.filter(key=RURAL)


def test_a_frozen_month_holds_facts_and_nothing_that_names_a_person(frozen):
    assert 60 >= frozen.households > frozen.on_roll == Enrolment.objects.count()
    names = {name for level in (0, 1) for name in table(frozen, level).column_names}
    assert not names & {"name", "number", "phone", "address", "payee_account", "illness_note"}
    roll = roll_of(frozen).to_pylist()
    assert sum(r["on_roll"] for r in roll) == frozen.on_roll
    assert root().stat().st_mode & 0o777 == 0o700
    assert "岩" not in str(table(frozen, 0).to_pylist()), "no Chinese name stands in it"


def table(frozen, level):
    """The households (0) or members (1) of a month, opened."""
    keys = [("household_id", "ascending"), ("member_number", "ascending")]
    return pa.concat_tables(piece[level].read() for piece in opened(frozen)).sort_by(keys[: level + 1])


def test_the_next_month_carries_over_what_has_not_changed_and_is_the_same(frozen, drafter):
    before = table(frozen, 1)
    again = services.freeze(month=DECEMBER, by=drafter, on=DECEMBER)
    assert again.carried == again.households == frozen.households
    assert table(again, 1).to_pylist() == before.to_pylist()
    assert again.members == frozen.members


def test_a_freeze_broken_off_leaves_the_month_as_it_was(frozen, drafter, monkeypatch):
    from tuodi.oversight.rehearsal.services import freezing

    def broken(*args):
        raise OSError("disk full")

    monkeypatch.setattr(freezing, "_write_roll", broken)
    with pytest.raises(OSError, match="disk full"):
        services.freeze(month=ON, by=drafter, on=ON)
    monkeypatch.undo()
    kept = FrozenMonth.objects.get()
    assert kept.digest == frozen.digest and opened(kept)
    again = services.freeze(month=ON, by=drafter, on=ON)
    assert again.made == 2 and not list(root().glob("*.unfinished"))


# --- running ----------------------------------------------------------------------------------------------


def test_a_raised_standard_shows_who_gains_and_what_it_costs(draft, put, drafter, frozen):
    put(draft)
    made = rehearsed(draft, drafter)
    (told,) = [p for p in made.result["programmes"] if p["code"] == PROGRAMME]
    total = told["total"]
    assert total["more"] > 0 and total["lost"] == 0 and total["less"] == 0
    assert total["after_fen"] > total["before_fen"]
    assert sum(r["more"] for r in told["county"]) == total["more"] == sum(r["more"] for r in told["kind"])
    persons = {d: sum(r["more"] for r in told[d]) for d in ("sex", "age", "disability", "people")}
    assert len(set(persons.values())) == 1 and persons["sex"] >= total["more"]
    assert made.result["month"] == "2027-01" and made.values_digest == digest_of_values(draft)
    spent = total["after_fen"] - total["before_fen"]
    assert sum(f["fen"] for f in told["funds"]) == spent
    assert sum(f["year_fen"] for f in told["funds"]) == 12 * spent


def test_the_shares_make_up_the_whole_to_the_fen_in_each_county():
    deltas = {"533103": 1_001, "533102": -777, "533122": 1}
    rows = split(deltas, "month", shipped(), JANUARY)
    assert sum(r["fen"] for r in rows) == sum(deltas.values())
    assert {r["level"]: r["fen"] for r in rows}["central"] == 700 - 543 + 0


def test_without_values_or_a_frozen_month_it_says_what_to_do(roll, draft, put, drafter):
    with pytest.raises(Refused, match="还没有值"):
        rehearsed(draft, drafter)
    put(draft)
    with pytest.raises(Refused, match="请先冻结"):
        rehearsed(draft, drafter)


def test_several_drafts_at_once_are_the_same_as_one_by_one(draft, put, drafter, frozen):
    put(draft)
    other = services.copy(draft=draft, title="另案", by=drafter, on=ON)
    put(other, value=760_000)
    one, two = services.rehearse(drafts=[draft, other], by=drafter, on=ON)
    assert one.result["programmes"] == rehearsed(draft, drafter).result["programmes"]
    assert two.result["programmes"] == rehearsed(other, drafter).result["programmes"]
    assert one.result["programmes"] != two.result["programmes"]


# --- two signatures -----------------------------------------------------------------------------------------


def test_a_draft_is_signed_by_two_and_enters_the_register_on_its_day(draft, put, drafter, leader, frozen):
    put(draft)
    rehearsed(draft, drafter)
    row = put_in_force(draft, drafter, leader)
    assert row.state == "scheduled" and not in_register().exists()
    assert services.activate_due(on=date(2026, 11, 30)) == (0, 0)
    assert services.activate_due(on=DECEMBER) == (1, 0)
    assert services.activate_due(on=DECEMBER) == (0, 0)
    (value,) = in_register()
    assert (value.key, value.value, value.since, value.basis) == (
        RURAL,
        720_000,
        JANUARY,
        "德民发〔2026〕9号（测试）",
    )
    assert standards.parameters().row(RURAL, "533103", JANUARY).value == 720_000
    row.refresh_from_db()
    assert row.state == "active" and row.values.get().row_id == value.pk


def test_neither_the_drafter_nor_somebody_without_the_post_signs(draft, put, drafter, leader, frozen):
    put(draft)
    rehearsed(draft, drafter)
    services.propose(draft=draft, document="德民发〔2026〕9号", activate_on=DECEMBER, by=drafter, on=ON)
    row = Draft.objects.get(pk=draft.pk)
    with pytest.raises(Refused, match="权限"):
        services.sign(draft=row, by=drafter, on=ON)
    Assignment.objects.create(
        officer=drafter, role="leader", area_id="533100", since=date(2020, 1, 1), given_by="t"
    )
    both = Officer.objects.get(pk=drafter.pk)
    with pytest.raises(Refused, match="另一人"):
        services.sign(draft=row, by=both, on=ON)
    assert services.sign(draft=row, by=leader, on=ON).state == "scheduled"


def test_it_is_refused_while_a_case_fails_before_it_was_rehearsed_and_after_something_moved(
    draft, put, drafter, leader, frozen
):
    put(draft, since=date(2025, 7, 1))
    rehearsed(draft, drafter)
    given = {"document": "德民发〔2026〕9号", "activate_on": DECEMBER, "by": drafter, "on": ON}
    with pytest.raises(Refused, match="算例与预期不符"):
        services.propose(draft=draft, **given)
    services.remove_value(draft=draft, value=draft.values.get(), by=drafter, on=ON)
    put(draft)
    with pytest.raises(Refused, match="先用现在的值预演"):
        services.propose(draft=draft, **given)
    rehearsed(draft, drafter)
    services.propose(draft=draft, **given)
    # Somebody enters another value underneath, between the two signatures.
    ParameterValue.objects.create(
        key=RURAL,
        area_code="533100",
        since=date(2026, 12, 15),
        value=700_000,
        basis="另一文件",
        mark="test",
        set_by="x",
    )
    row = Draft.objects.get(pk=draft.pk)
    with pytest.raises(Refused, match="已有变动"):
        services.sign(draft=row, by=leader, on=ON)
    back = services.send_back(draft=row, note="重新预演", by=leader, on=ON)
    assert back.state == "drafting"


def test_what_moved_after_both_signed_is_held_back_and_said(draft, put, drafter, leader, frozen):
    put(draft)
    rehearsed(draft, drafter)
    put_in_force(draft, drafter, leader)
    ParameterValue.objects.create(
        key=RURAL,
        area_code="533100",
        since=date(2026, 12, 15),
        value=700_000,
        basis="另一文件",
        mark="test",
        set_by="x",
    )
    assert services.activate_due(on=DECEMBER) == (0, 1)
    row = Draft.objects.get(pk=draft.pk)
    assert row.state == "scheduled" and "已有变动" in row.held_because
    assert in_register().count() == 1
    assert services.withdraw(draft=row, note="重新起草", by=drafter, on=ON).state == "withdrawn"


def test_a_case_acknowledged_in_a_draft_in_force_is_what_is_expected_from_then_on(
    draft, put, drafter, leader, frozen
):
    from tuodi.oversight.rehearsal.cases import gate
    from tuodi.oversight.rehearsal.services.drafting import digest_of_all

    put(draft, since=date(2025, 7, 1))
    services.acknowledge_all(
        draft=draft, seen=digest_of_all(gate(draft)), reason="文件追溯到 2025 年 7 月", by=drafter, on=ON
    )
    rehearsed(draft, drafter)
    assert put_in_force(draft, drafter, leader, activate_on=ON).state == "active"
    later = services.begin(title="以后再提高", area=draft.area, by=drafter, on=ON)
    put(later, value=760_000, since=date(2028, 1, 1))
    assert gate(later) == []


# --- to the fen ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value"), [(RURAL, 760_000), ("dibao.supplement.elderly_basis_points", 3_000)]
)
def test_after_activation_the_months_run_pays_what_was_rehearsed_to_the_fen(
    draft, put, drafter, leader, frozen, key, value
):
    put(draft, key=key, value=value)
    made = rehearsed(draft, drafter)
    (told,) = [p for p in made.result["programmes"] if p["code"] == PROGRAMME]
    put_in_force(draft, drafter, leader)
    services.activate_due(on=DECEMBER)
    run_everywhere(DECEMBER, on=date(2026, 11, 26))
    run_everywhere(JANUARY, on=date(2026, 12, 26))
    regular = Entitlement.objects.filter(month=JANUARY, kind="regular")
    assert regular.count() == told["roll"]["total"]["households"] > 10
    paid = {}
    for one in regular.select_related("area"):
        paid[one.county] = paid.get(one.county, 0) + one.amount_fen
    names = dict(Area.objects.filter(level="county").values_list("name", "pk"))
    assert {names[r["name"]]: r["after_fen"] for r in told["roll"]["county"]} == paid
    assert told["roll"]["total"]["after_fen"] > told["roll"]["total"]["paid_fen"]


def test_without_the_draft_in_force_the_run_would_differ(draft, put, drafter, frozen):
    """The broken twin: rehearsed and not put in force."""
    put(draft, value=760_000)
    made = rehearsed(draft, drafter)
    (told,) = [p for p in made.result["programmes"] if p["code"] == PROGRAMME]
    run_everywhere(JANUARY, on=date(2026, 12, 26))
    total = sum(
        Entitlement.objects.filter(month=JANUARY, kind="regular").values_list("amount_fen", flat=True)
    )
    assert total != told["roll"]["total"]["after_fen"]


def test_a_document_that_reaches_back_pays_exact_differences_once(draft, put, drafter, leader, frozen):
    run_everywhere(DECEMBER, on=date(2026, 11, 26))
    before = dict(
        Entitlement.objects.filter(month=DECEMBER, kind="regular").values_list("household_id", "amount_fen")
    )
    put(draft, value=760_000, since=DECEMBER)
    made = rehearsed(draft, drafter, on=date(2026, 12, 10))
    assert made.result["month"] == "2027-01"
    services.propose(
        draft=draft,
        document="德民发〔2026〕9号",
        activate_on=date(2026, 12, 10),
        by=drafter,
        on=date(2026, 12, 10),
    )
    services.sign(draft=Draft.objects.get(pk=draft.pk), by=leader, on=date(2026, 12, 10))
    for _again in range(2):
        run_everywhere(JANUARY, on=date(2026, 12, 26))
    sums = {}
    for one in Entitlement.objects.filter(month=DECEMBER):
        sums.setdefault(one.household_id, []).append((one.kind, one.amount_fen))
    januaries = dict(
        Entitlement.objects.filter(month=JANUARY, kind="regular").values_list("household_id", "amount_fen")
    )
    raised = 0
    for household, rows in sums.items():
        late = [fen for kind, fen in rows if kind == "arrears"]
        assert len(late) <= 1, "none twice"
        raised += bool(late)
        assert sum(late) + before[household] == sum(fen for _k, fen in rows)
        if late and januaries[household] > before[household]:
            assert before[household] + late[0] <= januaries[household], (
                "ages may turn, the difference is exact"
            )
    assert raised > 5


# --- pages -----------------------------------------------------------------------------------------------


def test_from_click_to_table_to_sheet_to_paper_to_signature(client, draft, put, drafter, leader, frozen):
    put(draft)
    client.force_login(drafter)
    clicked = client.post(reverse("rehearsal:run", args=[draft.pk]))
    assert clicked.status_code == 302, clicked.content.decode()
    row = Rehearsal.objects.get()
    assert clicked["Location"] == reverse("rehearsal:result", args=[row.pk])
    shown = client.get(clicked["Location"]).content.decode()
    assert "次月发放" in shown and "民族" in shown and "<svg" in shown and "中央" in shown
    sheet = client.get(clicked["Location"] + "?xlsx=1")
    assert b"".join(sheet.streaming_content)[:2] == b"PK"
    paper = client.get(reverse("rehearsal:briefing", args=[row.pk]))
    document = Document(io.BytesIO(paper.content))
    text = "\n".join(p.text for p in document.paragraphs)
    assert "预演简报" in text and "一、拟改的内容" in text and "次月发放" in text
    assert len(document.inline_shapes) >= 1 and len(document.tables) >= 5
    section = document.sections[0]
    assert (round(section.top_margin.mm), round(section.left_margin.mm)) == (37, 28)
    proposed = client.post(
        reverse("rehearsal:propose", args=[draft.pk]),
        {
            "document": "德民发〔2026〕9号",
            "activate_on": "2026-12-01",
            "version": Draft.objects.get().version,
        },
    )
    assert proposed.status_code == 302, proposed.content.decode()
    assert client.get(reverse("rehearsal:sign", args=[draft.pk])).status_code == 403
    client.force_login(leader)
    assert "待签发" in client.get("/").content.decode()
    look = client.get(reverse("rehearsal:sign", args=[draft.pk])).content.decode()
    assert "德民发〔2026〕9号" in look and "全部相符" in look
    stale = client.post(reverse("rehearsal:sign", args=[draft.pk]), {"version": 1})
    assert stale.status_code == 409
    signed = client.post(reverse("rehearsal:sign", args=[draft.pk]), {"version": Draft.objects.get().version})
    assert signed.status_code == 302 and Draft.objects.get().state == "scheduled"


def test_drafts_are_compared_side_by_side(client, draft, put, drafter, frozen):
    put(draft)
    other = services.copy(draft=draft, title="再高一些", by=drafter, on=ON)
    put(other, value=760_000)
    client.force_login(drafter)
    url = f"{reverse('rehearsal:compare')}?d={draft.pk}&d={other.pk}"
    assert "一起预演" in client.get(url).content.decode()
    done = client.post(reverse("rehearsal:run_together"), {"d": [draft.pk, other.pk]})
    assert done.status_code == 302
    shown = client.get(done["Location"]).content.decode()
    assert "再高一些" in shown and "<svg" in shown and "一起预演" not in shown
    few = client.post(reverse("rehearsal:run_together"), {"d": [draft.pk]})
    assert few.status_code == 302


def test_a_large_prefecture_is_run_as_a_job_with_progress(client, draft, put, drafter, frozen, monkeypatch):
    from tuodi.kit import jobs
    from tuodi.kit.models import Job
    from tuodi.oversight.rehearsal.views import results

    monkeypatch.setattr(results, "AT_ONCE", 10)
    put(draft)
    client.force_login(drafter)
    asked = client.post(reverse("rehearsal:run", args=[draft.pk]))
    job = Job.objects.get(kind="rehearsal.run")
    assert asked["Location"] == reverse("rehearsal:job", args=[job.pk])
    assert client.get(asked["Location"]).status_code == 200
    jobs.run(jobs.claim_next("w", ("rehearsal.run",)), report_every=None)
    job.refresh_from_db()
    assert job.state == Job.DONE, job.message
    assert draft.title in client.get(asked["Location"]).content.decode()
    assert client.get(reverse("rehearsal:progress", args=[job.pk])).status_code == 200


def test_the_command_prints_what_a_draft_shows(draft, put, drafter, frozen, capsys, tmp_path):
    from django.core.management import CommandError, call_command

    put(draft)
    paper = tmp_path / "briefing.docx"
    call_command("rehearse", str(draft.pk), "--docx", str(paper))
    said = capsys.readouterr().out
    assert "提高" in said and "次月发放" in said and paper.read_bytes()[:2] == b"PK"
    with pytest.raises(CommandError, match="没有这个编号"):
        call_command("rehearse", "999")


def test_the_demo_has_drafts_to_look_at(roll):
    from tuodi.demo import rehearsing

    rehearsing.drafts(ON)
    assert Draft.objects.count() == Rehearsal.objects.count() == 3
    assert Draft.objects.filter(state="proposed").count() == 1
