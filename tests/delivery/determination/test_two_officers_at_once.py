"""Of two officers at once exactly one decides, one line is written, and the other is told (reliability.md B2)."""

import threading
from collections import Counter

import pytest
from django.db import connections
from django.dispatch import Signal

from tuodi.core.refusal import Refused
from tuodi.delivery.determination import services
from tuodi.delivery.determination.models import Decision, Review
from tuodi.delivery.determination.services import common
from tuodi.kit.digest import digest_of
from tuodi.records.journal import services as journal
from tuodi.records.journal.models import JournalLine

from .river import COUNTY, River, Staff, officer

STEPS = ("confirm", "terminate", "return")


def copies(river, count):
    """`count` more cases as they stand now, each with its own application, evidence, notice and review."""
    from tuodi.delivery.determination.models import Assessment, PublicNotice
    from tuodi.delivery.intake.models import Application, Declaration, Snapshot
    from tuodi.delivery.verification.models import Check, CheckReport

    def copy(row, **changes):
        row.pk = None
        row._state.adding = True
        for name, value in changes.items():
            setattr(row, name, value)
        row.save(force_insert=True)
        return row

    source = river.review
    made = []
    for n in range(count):
        old = Application.objects.get(pk=source.application_id)
        application = copy(old, number=f"copy-{n}", key=f"copy-{n}")
        for row in Declaration.objects.filter(application_id=source.application_id):
            copy(row, application=application)
        for row in Snapshot.objects.filter(application_id=source.application_id).order_by("pk"):
            snapshot = copy(row, application=application)
        check = copy(
            Check.objects.get(application_id=source.application_id),
            application=application,
            snapshot=snapshot,
            key=f"copy-{n}",
        )
        report = CheckReport.objects.filter(check_made__application_id=source.application_id).latest("pk")
        report = copy(report, check_made=check, snapshot=snapshot)
        review = copy(Review.objects.get(pk=source.pk), application=application)
        assessment = Assessment.objects.filter(review_id=source.pk).latest("pk")
        findings = assessment.findings.open()
        assessment.snapshot, assessment.report = snapshot, report
        parts = services.assessing.digest_parts(assessment, findings)
        assessment = copy(assessment, review=review, digest=digest_of(parts))
        notice = PublicNotice.objects.filter(review_id=source.pk).latest("pk")
        copy(notice, review=review, assessment=assessment, number=f"copy-{n}", slug=f"copy-{n}")
        made.append(review.pk)
    return made


def press(act, pk, by, on, barrier, heard, slot):
    """One officer with the page of review `pk` open presses the button at the same moment as the other."""
    try:
        review = Review.objects.get(pk=pk)
        barrier.wait(timeout=30)
        if act == "confirm":
            services.confirm(review=review, by=by, on=on)
        elif act == "terminate":
            services.terminate(review=review, reason="家庭拒绝配合核查", by=by, on=on)
        else:
            services.return_to_township(review=review, reason="材料不齐，请补充后再报", by=by, on=on)
        heard[slot] = "done"
    except Refused as refused:
        heard[slot] = f"told: {refused}"
    except Exception as error:
        heard[slot] = f"fault: {error!r}"
    finally:
        connections.close_all()


def race(reviews, officers, on):
    """Two officers on each review; returns what was wrong with any of them."""
    faults, seen = [], Counter()
    key = "minimum_living.2021."
    for n, pk in enumerate(reviews):
        acts = (STEPS[n % 3], STEPS[(n // 3) % 3])
        seen[tuple(sorted(acts))] += 1
        barrier, heard = threading.Barrier(2), {}
        threads = [
            threading.Thread(target=press, args=(act, pk, by, on, barrier, heard, i))
            for i, (act, by) in enumerate(zip(acts, officers, strict=True))
        ]
        for one in threads:
            one.start()
        for one in threads:
            one.join(timeout=60)
        said = sorted(v.split(":")[0] for v in heard.values())
        if said != ["done", "told"]:
            faults.append(f"pair {n} {acts}: {heard}")
        lines = JournalLine.objects.filter(
            record_kind="determination.review", record_id=str(pk), act__in=[key + a for a in STEPS]
        )
        if lines.count() != 1:
            faults.append(f"pair {n} {acts}: {lines.count()} journal lines")
        review = Review.objects.get(pk=pk)
        if Decision.objects.filter(review=review).count() != (review.state == "confirmed"):
            faults.append(
                f"pair {n}: {review.state} with {Decision.objects.filter(review=review).count()} decisions"
            )
        if lines and lines[0].state_to != review.state:
            faults.append(f"pair {n}: line says {lines[0].state_to}, review is {review.state}")
    assert len(seen) > 3
    return faults


@pytest.fixture
def county_cases(transactional_db, monkeypatch):
    # The copies are one family many times over, which enrolment would rightly refuse: here only the decision races.
    monkeypatch.setattr(services.deciding, "decided", Signal())
    from tuodi.records.org.load import load_areas, load_departments
    from tuodi.records.org.models import Area
    from tuodi.records.standards.load import load_calendar

    load_areas()
    load_departments()
    load_calendar()
    village = Area.objects.filter(code__startswith="533103105", level="village").order_by("code").first()
    river = River(Staff.hired(), village).to_county()
    pair = (river.staff.confirmer, officer("confirmer2", "钱文华", "confirmer", COUNTY))
    return river, pair


def test_of_two_officers_at_once_one_decides(county_cases):
    river, pair = county_cases
    assert race(copies(river, 12), pair, river.on) == []


@pytest.mark.postgres
def test_of_two_hundred_pairs_at_once_each_case_is_decided_once(county_cases):
    river, pair = county_cases
    assert race(copies(river, 200), pair, river.on) == []


def test_without_the_comparison_both_would_decide(county_cases, monkeypatch):
    """The broken twin: a move that does not compare state and version lets both through, and the race finds it."""

    def blind(row, process, act, *, by, on, note="", purpose="", working=None, **fields):
        step = process.step(act, row.state)
        source = row.state
        fields.setdefault("due", None)
        fields |= {"state": step.target, "state_since": on, "version": row.version + 1}
        type(row)._base_manager.filter(pk=row.pk).update(**fields)
        for name, value in fields.items():
            setattr(row, name, value)
        journal.append(
            f"{process.key}.{act}",
            by=by,
            on=on,
            record=row,
            state_from=source,
            state_to=step.target,
            note=note,
        )
        return row

    monkeypatch.setattr(common, "advance", blind)
    monkeypatch.setattr(services.deciding, "close", lambda **kw: None)
    river, pair = county_cases
    faults = race(copies(river, 9), pair, river.on)
    assert faults, "the race does not bite"
