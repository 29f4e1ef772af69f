"""E1, E4, E5: every address × method × role × relation to the record, against the table of rights and the reach of posts.

The addresses come from the URL map, the expectations from RIGHTS and from `inside` (tests/house/world.py), so a new page is
tested the day it lands. The world is made once for this file, in a transaction that is rolled back; each call is undone.
"""

from __future__ import annotations

import functools
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pypdf import PdfReader

from tests.house import world as house
from tests.house.samples import Sample, load
from tests.house.world import ON, PLACES, Who, World, reaches
from tuodi.core.refusal import Refused
from tuodi.delivery.determination import services as determination
from tuodi.delivery.determination.models import Decision, Review
from tuodi.delivery.entitlement import services as entitlement
from tuodi.delivery.entitlement.models import Enrolment
from tuodi.delivery.intake import services as intake
from tuodi.delivery.intake.models import Application
from tuodi.delivery.payment import services as payment
from tuodi.delivery.payment.models import Payment, PaymentBatch, Recovery
from tuodi.delivery.verification import services as verification
from tuodi.delivery.verification.models import Discrepancy
from tuodi.funds import services as funds
from tuodi.funds.models import Entry
from tuodi.kit.sealed import Sealed
from tuodi.records.documents import services as documents
from tuodi.records.documents.models import Document
from tuodi.records.journal import services as journal
from tuodi.records.journal.models import JournalLine
from tuodi.records.org import clock, rights
from tuodi.records.org import services as org
from tuodi.records.org.models import Area, Assignment
from tuodi.records.org.rights import RIGHTS, ROLES, SIGNED_IN
from tuodi.records.people import services as people
from tuodi.records.people.models import Household, Person

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(900)]


@dataclass(frozen=True)
class Address:
    name: str
    parameters: dict[str, Any]  # name -> converter
    right: str
    methods: frozenset[str]


def addresses() -> Iterator[Address]:
    """Every named address of the house, with its right and what may be asked of it."""

    def walk(patterns: list, spaces: tuple[str, ...]) -> Iterator[Address]:
        for one in patterns:
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, (*spaces, one.namespace) if one.namespace else spaces)
            elif isinstance(one, URLPattern) and one.name:
                right = getattr(one.callback, "right", None) or "none"
                yield Address(
                    ":".join((*spaces, one.name)), dict(one.pattern.converters), right, methods(one.callback)
                )

    return walk(get_resolver().url_patterns, ())


def methods(view: Callable) -> frozenset[str]:
    """What `require_http_methods` around a view lets through; both where there is none."""
    while view is not None:
        for cell in getattr(view, "__closure__", None) or ():
            held = getattr(cell, "cell_contents", None) if _filled(cell) else None
            if isinstance(held, list | tuple) and held and set(held) <= {"GET", "POST"}:
                return frozenset(held)
        view = getattr(view, "__wrapped__", None)
    return frozenset({"GET", "POST"})


def _filled(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018
    except ValueError:
        return False
    return True


ALL = {a.name: a for a in addresses()}
MADE_UP = (
    "987654321",
    "nothing",
    "0" * 64,
    "0" * 32,
    "2026-11",
    "2026-11-23",
    "533103999-2026-99999",
    "00000000-0000-4000-8000-000000000000",
)
LEAVES = {"org:logout", "org:login"}  # they end or begin the round's session
WHO = [
    *ROLES, *(f"{role}@{area}" for role, area in house.LOWER.items()), "counter+reviewer", "outsider", "former", "stopped", "anonymous",
]  # fmt: skip
# Tables a refusal may write: the line that says so, and the session.
TRACES = {"journal_journalline", "journal_journalhead", "journal_remark", "django_session"}


def made_up(address: Address) -> dict:
    """Arguments of the right form that name no row."""
    found = {}
    for name, converter in address.parameters.items():
        text = next((t for t in MADE_UP if re.fullmatch(converter.regex, t)), None)
        assert text is not None, f"{address.name}: add a made-up value for {converter.regex} to MADE_UP"
        found[name] = converter.to_python(text)
    return found


# --- the world, once -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """Made once for the file; the day stands still while it lasts."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(clock, "today", lambda: ON)
        made = house.build()
        yield made
        from tuodi.funds.selectors import faults

        assert not faults()
        transaction.set_rollback(True)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Bare(Client):
    """A client that keeps the answer and nothing of how it was made: the round asks thousands of times."""

    def request(self, **request: Any) -> Any:
        return self.handler(self._base_environ(**request))


class Asked:
    """An answer, and the tables its request wrote to."""

    def __init__(self, answer: Any, written: set[str]) -> None:
        self.answer, self.written = answer, written
        self.status = answer.status_code
        if self.status == 302 and answer["Location"].startswith("/login/"):
            self.status = 401


class Asker:
    """Somebody at a browser."""

    def __init__(self, who: Who) -> None:
        self.who = who
        self.client = Bare(raise_request_exception=False)
        if who.officer is not None:
            self.client.force_login(who.officer)

    def ask(
        self, address: Address, kwargs: dict, method: str = "GET", data: Any = None, query: str = ""
    ) -> Asked:
        url = reverse(address.name, kwargs=kwargs) + query
        written: set[str] = set()

        def watch(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
            if found := re.match(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', sql):
                written.add(found[1])
            return execute(sql, params, many, context)

        with undone(), connection.execute_wrapper(watch):
            answer = self.client.post(url, data or {}) if method == "POST" else self.client.get(url)
            if answer.streaming:
                answer.content_kept = b"".join(answer.streaming_content)
            return Asked(answer, written)


@pytest.fixture(scope="module")
def askers(world) -> Iterator[dict[str, Asker]]:
    """One browser a person. Nobody shrinks the matrix unseen: when every round was run, in whatever order, its size is looked at."""
    ROUNDS.clear()
    yield {name: Asker(who) for name, who in world.who.items()}
    if set(WHO) <= set(ROUNDS):  # otherwise a part of the file was asked for
        asked, read = (sum(of) for of in zip(*ROUNDS.values(), strict=True))
        print(f"asked {asked}, read {read}")
        assert asked > 5_000, f"all rounds together asked only {asked} times"
        assert read > 1_000, f"all rounds together read only {read} answers"


# --- the matrix ----------------------------------------------------------------------------------------


def named(right: str, who: Who) -> bool:
    """Whether the table names any of somebody's roles for a right."""
    if right == "public":
        return True
    if who.officer is None or not who.officer.is_active:
        return False
    return RIGHTS[right] is SIGNED_IN or any(role in RIGHTS[right] for role, _area in who.posts)


FINE = {200, 302, 400, 409, 410, 422}


def expected(
    world: World, address: Address, who: Who, method: str, one: Sample | None, place: str
) -> set[int]:
    """The statuses the table of rights and the posts allow. A made-up row (`one` None) is not found where it may be asked."""
    if not named(address.right, who):
        return {401} if who.officer is None or not who.officer.is_active else {403}
    if one is None:
        return FINE | {404, 503} if address.parameters or address.name == "portal:health" else FINE
    if one.expects is not None:
        return one.expects(world, who, place)
    of_a_place = one.level != "any" and address.right != "public" and RIGHTS[address.right] is not SIGNED_IN
    return {404} if of_a_place and not reaches(who, address.right, place, one.level) else FINE


# --- what an answer shows ------------------------------------------------------------------------------


def body_of(asked: Asked) -> str:
    """What is to be read in an answer, whatever it is written in."""
    raw = getattr(asked.answer, "content_kept", None)
    raw = asked.answer.content if raw is None else raw
    if raw[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(raw)) as book:
            return "".join(book.read(n).decode() for n in book.namelist() if n.endswith(".xml"))
    if raw[:5] == b"%PDF-":
        return text_of_pdf(raw)
    return raw.decode(errors="replace")


@functools.cache
def text_of_pdf(raw: bytes) -> str:
    """The text of a letter; the same letter is the same bytes for everybody."""
    return "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(raw)).pages)


_DIGITS = re.compile(r"(?<![0-9])[0-9](?:[0-9 \-]{9,26})[0-9Xx]")


def unmasked(world: World, text: str) -> list[str]:
    """Citizen numbers, phones and accounts of the world that stand in a text in full, grouped or not."""
    secret = world.secrets
    runs = (re.sub(r"[ \-]", "", run).upper() for run in _DIGITS.findall(text))
    return sorted(
        {run for run in runs if run in secret or any(run[n : n + 11] in secret for n in range(len(run) - 10))}
    )


def strange(world: World, who: Who, right: str, text: str) -> list[str]:
    """Names and case numbers in a text from places that somebody does not reach with a page's right."""
    found = []
    for place, needles in world.needles.items():
        if right == "public" or not (
            any(house.inside(PLACES[place], area) for _role, area in who.posts)
            if RIGHTS[right] is SIGNED_IN
            else reaches(who, right, place) or reaches(who, right, place, "county")
        ):
            found += [f"{needle} of {place}" for needle in needles.findall(text)]
    return sorted(set(found))


# POST pages that open a value on purpose, each with its journal line; shown by tests of their own.
OPENS = {"payment:file", "people:reveal"}
COUNT = {"asked": 0, "read": 0}
ROUNDS: dict[str, tuple[int, int]] = {}  # who -> what their round asked and read


def faults_in(world: World, address: Address, who: Who, method: str, got: Asked) -> list[str]:
    """What an answer shows that it must not."""
    if got.status != 200 or (address.name in OPENS and method == "POST"):
        return []
    COUNT["read"] += 1
    text = body_of(got)
    wrong = [f"in full: {n[:6]}…{n[-2:]}" for n in unmasked(world, text)]
    return wrong + [f"of a place beyond reach: {one}" for one in strange(world, who, address.right, text)]


def round_of(world: World, asker: Asker) -> list[str]:
    """Everything one asker may ask, and what is wrong with the answers."""
    wrong = []
    samples = load()
    for address in ALL.values():
        if address.name in LEAVES or address.right == "none":
            continue  # test_addresses names pages without a right
        one = samples.get(address.name)
        rows: list[tuple[str, Sample | None]] = []
        if one is None or named(address.right, asker.who):
            rows = [("made up", None)]
        if one is not None:
            rows += [(place, one) for place in PLACES if one.level != "county" or place != "other township"]
        for place, row in rows:
            # `page` refuses before a row is looked for: one row shows it.
            if row is not None and not named(address.right, asker.who) and place != "own township":
                continue
            kwargs = row.make(world, place) if row else made_up(address)
            for method in ("GET", "POST"):
                if method not in address.methods:
                    continue  # that it is answered 405 is Django's to show
                want = expected(world, address, asker.who, method, row, place)
                got = asker.ask(address, kwargs, method)
                COUNT["asked"] += 1
                where = f"{method} {address.name} ({address.right}) of {place} by {asker.who.name}"
                if got.status not in want:
                    wrong.append(f"{where}: {got.status}, expected {sorted(want)}")
                elif got.status in (401, 403, 404) and got.written - TRACES:
                    wrong.append(
                        f"{where}: refused with {got.status}, and wrote {sorted(got.written - TRACES)}"
                    )
                elif method == "GET" and got.written - TRACES - MAY_WRITE.get(address.name, set()):
                    wrong.append(f"{where}: a GET wrote {sorted(got.written - TRACES)}")
                wrong += [f"{where}: {fault}" for fault in faults_in(world, address, asker.who, method, got)]
    return wrong + searches(world, asker)


# Lists asked in ways a page does not offer: as a sheet, of another county, of everything.
ASKED_ALSO = {
    "determination:list": ("?area=533123", "?number=533123", "?pile=notice"),
    "determination:export": ("?area=533123",),
    "documents:list": ("?number=〔2026〕",),
    "entitlement:list": ("?xlsx=1", "?area=533123104", "?xlsx=1&area=533123104", "?due=over"),
    "funds:balances": ("?area=533123&year=",),
    "intake:list": ("?area=533123104", "?state=submitted"),
    "intake:export": ("?area=533123104",),
    "org:journal": ("?record_kind=intake.application", "?actor=d_counter_533123104"),
    "payment:list": ("?county=533123",),
    "payment:identities": ("?month=2026-11&county=533123",),
    "payment:prepare": ("?county=533123",),
    "portal:jobs": ("?scheduled=1",),
    "verification:list": ("?export=1", "?area=533123"),
}
SHEETS = {"payment:batch": "?xlsx=1", "funds:statement": "?xlsx=1"}


def searches(world: World, asker: Asker) -> list[str]:
    """Queries, exports and searches by what stands elsewhere: nothing of it is shown, and no search leads there."""
    who, wrong = asker.who, []

    def look(name: str, place: str, asked: str = "", **how: Any) -> Asked | None:
        address = ALL[name]
        if not named(address.right, who):
            return None
        kwargs = load()[name].make(world, place) if address.parameters else {}
        got = asker.ask(address, kwargs, **how)
        COUNT["asked"] += 1
        where = f"{name} {how.get('query', '')} {how.get('method', 'GET')} by {who.name}"
        if got.status >= 500 or (got.status == 401 and who.officer is not None):
            wrong.append(f"{where}: {got.status}")
        said_back = {
            f"of a place beyond reach: {asked} of {place}"
        }  # one's own words; a number is not said back either
        wrong.extend(
            f"{where}: {one}" for one in faults_in(world, address, who, "GET", got) if one not in said_back
        )
        return got

    for name, queries in ASKED_ALSO.items():
        for query in queries:
            look(name, "own township", query=query)
    for name, query in SHEETS.items():
        look(name, "own township", query=query)
    for place in PLACES:
        for name in ("portal:search", "intake:find"):
            right = ALL[name].right
            for what in world.asked_by(place):
                got = look(name, place, method="POST", data={"q": what}, asked=what)
                if got is None or reaches(who, right, place):
                    continue
                if got.status == 302:
                    wrong.append(f"{name} by {who.name}: a search leads to {got.answer['Location']}")
                elif got.status != 200:
                    wrong.append(f"{name} by {who.name}: {got.status}")
    return wrong


# GETs that leave more than a journal line, each with its reason.
MAY_WRITE = {
    "org:second_factor": {"org_secondfactor"}
}  # the code to scan belongs to a device not yet confirmed


@pytest.mark.parametrize("name", WHO)
def test_every_address_answers_as_the_table_and_the_posts_say(world, askers, name):
    before = dict(COUNT)
    wrong = round_of(world, askers[name])
    ROUNDS[name] = (COUNT["asked"] - before["asked"], COUNT["read"] - before["read"])
    assert not wrong, f"{len(wrong)} answers:\n" + "\n".join(wrong)


def test_every_address_that_names_a_row_has_a_sample():
    missing = sorted(a.name for a in ALL.values() if a.parameters and a.name not in load())
    unknown = sorted(set(load()) - set(ALL))
    assert not unknown, f"samples of addresses that are not there: {unknown}"
    assert not missing, f"addresses without a sample row (tests/<room>/samples.py): {missing}"


# --- services, whoever calls them ----------------------------------------------------------------------

Act = Callable[[World, str, Any], Any]


def row(model: Any, name: str, world: World, place: str) -> Any:
    return model.objects.get(**load()[name].make(world, place))


# right, level, the act with everything else in order
ACTS: dict[str, tuple[str, str, Act]] = {
    "release": ("funds.release", "county", lambda w, p, by: funds.release(
        area=Area.objects.get(pk=PLACES[p][:6]), programme=house.PROGRAMME, source="central", year=2026, amount_fen=1, document_number="试", by=by, on=ON)),
    "allocate": ("funds.allocate", "county", lambda w, p, by: funds.allocate(
        from_area=Area.objects.get(pk=PLACES[p][:6]), to_area=Area.objects.get(pk="533124"), programme=house.PROGRAMME, source="central", year=2026,
        amount_fen=1, document_number="试", by=by, on=ON)),
    "reverse": ("funds.reverse", "county", lambda w, p, by: funds.reverse(entry=row(Entry, "funds:reverse", w, p), note="试", by=by, on=ON)),
    "run month": ("entitlement.month", "county", lambda w, p, by: entitlement.run_month(
        programme=house.PROGRAMME, county=PLACES[p][:6], month=date(2026, 12, 1), by=by, on=ON)),
    "adjust": ("entitlement.adjust", "township", lambda w, p, by: entitlement.adjust(
        enrolment=row(Enrolment, "entitlement:adjust", w, p), monthly_fen=99_900, from_month=date(2027, 1, 1), ground="correction", note="试", by=by, on=ON)),
    "suspend": ("entitlement.suspend", "township", lambda w, p, by: entitlement.suspend(
        enrolment=row(Enrolment, "entitlement:suspend", w, p), from_month=date(2027, 1, 1), ground="fraud", note="试", by=by, on=ON)),
    "approve": ("payment.approve", "county", lambda w, p, by: payment.approve(batch=row(PaymentBatch, "payment:approve", w, p), by=by, on=ON)),
    "send back": ("payment.return", "county", lambda w, p, by: payment.send_back(batch=row(PaymentBatch, "payment:return", w, p), note="试", by=by, on=ON)),
    "restore": ("payment.repair", "county", lambda w, p, by: payment.restore(payment=row(Payment, "payment:restore", w, p), note="试", by=by, on=ON)),
    "claim back": ("recovery.propose", "township", lambda w, p, by: payment.propose(
        enrolment=row(Recovery, "payment:recovery", w, p).enrolment, ground="error", facts="试", items={}, by=by, on=ON)),
    "object to a claim": ("recovery.handle", "township", lambda w, p, by: payment.object_to(
        recovery=row(Recovery, "payment:recovery", w, p), text="试", by=by, on=ON)),
    "decide a claim": ("recovery.decide", "township", lambda w, p, by: payment.drop(
        recovery=row(Recovery, "payment:recovery", w, p), note="试", by=by, on=ON)),
    "take money back": ("recovery.receive", "township", lambda w, p, by: payment.take_refund(
        recovery=row(Recovery, "payment:recovery", w, p), amount_fen=1, voucher="试", by=by, on=ON)),
    "write off": ("recovery.write_off", "township", lambda w, p, by: payment.refuse_write_off(
        recovery=row(Recovery, "payment:recovery", w, p), note="试", by=by, on=ON)),
    "publish totals": ("payment.publish", "county", lambda w, p, by: payment.publish_totals(
        programme=house.PROGRAMME, county=PLACES[p][:6], month=house.MONTH, by=by, on=ON)),
    "read a reply": ("payment.reply", "county", lambda w, p, by: payment.take_reply(
        file=io.BytesIO(b"x"), file_name="x", handed_in_at=row(PaymentBatch, "payment:reply", w, p), by=by, on=ON)),
    "edit a person": ("people.edit", "township", lambda w, p, by: people.edit_person(
        person=row(Person, "people:person", w, p), version=1, reason="更正", name="试", by=by, on=ON)),
    "take a household away": ("people.edit", "township", lambda w, p, by: people.edit_household(
        household=row(Household, "people:household", w, p), version=row(Household, "people:household", w, p).version,
        area=Area.objects.get(pk="533103205201"), address="试", by=by, on=ON)),
    "name an account": ("people.account", "township", lambda w, p, by: people.set_account(
        household=row(Household, "people:household", w, p), holder=row(Household, "people:household", w, p).head, bank="试",
        account="6217000000000000012", by=by, on=ON)),
    "accept": ("intake.accept", "township", lambda w, p, by: intake.accept(application=row(Application, "intake:accept", w, p), by=by, on=ON)),
    "withdraw": ("intake.withdraw", "township", lambda w, p, by: intake.withdraw(
        application=row(Application, "intake:withdraw", w, p), reason="家庭自愿", by=by, on=ON)),
    "explain": ("verification.explain", "township", lambda w, p, by: verification.explain(
        discrepancy=row(Discrepancy, "verification:explain", w, p), text="属实", key="试", by=by, on=ON)),
    "object": ("determination.object", "township", lambda w, p, by: determination.object_to(
        notice=row(Review, "determination:object", w, p).notices.latest("pk"), objector="", text="试", by=by, on=ON)),
    "notify": ("determination.notice", "township", lambda w, p, by: determination.notify(decision=row(Decision, "determination:notify", w, p), by=by, on=ON)),
    "draw": ("determination.spot_check", "county", lambda w, p, by: determination.draw_spot_checks(county=Area.objects.get(pk=PLACES[p][:6]), by=by, on=ON)),
    "take a letter": ("documents.see", "township", lambda w, p, by: documents.download(row(Document, "documents:pdf", w, p), by=by, on=ON)),
    "reveal": ("reveal", "township", lambda w, p, by: journal.reveal(row(Person, "people:person", w, p), "number", purpose="试看", by=by, on=ON)),
    "end a post": ("org.officers", "township", lambda w, p, by: org.end_post(assignment=row(Assignment, "org:end_post", w, p), until=ON, by=by, on=ON)),
}  # fmt: skip
RIGHTS_WORDS = re.compile("权限|不能管理|您没有这一岗位|您不能在")


def refused_for_right(world: World, name: str, place: str, who: Who) -> bool:
    """Whether a service says no to somebody because of who they are."""
    with undone():
        try:
            ACTS[name][2](world, place, who.officer)
        except Refused as refused:
            return bool(RIGHTS_WORDS.search(str(refused)))
    return False


@pytest.mark.parametrize("name", ACTS)
def test_a_service_asks_for_the_right_itself(world, name):
    right, level, _act = ACTS[name]
    wrong = []
    for who in world.who.values():
        if who.officer is None:
            continue
        for place in PLACES:
            allowed = reaches(who, right, place, level)
            if name == "take a household away":  # both where it was and where it is put
                allowed = allowed and reaches(who, right, "other township", level)
            if refused_for_right(world, name, place, who) == allowed:
                wrong.append(f"{name} ({right}) of {place} by {who.name}: {'refused' if allowed else 'done'}")
    assert not wrong, "\n".join(wrong)


def test_a_service_that_does_not_ask_is_noticed(world, monkeypatch):
    monkeypatch.setattr(rights, "may", lambda *_a, **_k: True)
    assert not refused_for_right(world, "release", "other county", world.who["finance"])


# --- each kind of check would notice -------------------------------------------------------------------

FEW = ("org:officers", "payment:list", "intake:list", "people:person", "portal:search")


@contextmanager
def few(world: World) -> Iterator[None]:
    """The round over a few addresses."""
    with pytest.MonkeyPatch.context() as patch:
        for table in ("ALL", "ASKED_ALSO", "SHEETS"):
            patch.setitem(
                globals(), table, {k: v for k, v in globals()[table].items() if k in (*FEW, "intake:find")}
            )
        yield


def test_the_round_would_notice_a_door_left_open(world, askers, monkeypatch):
    with few(world):
        assert not round_of(world, askers["counter"])
        # A guard that lets everybody in: the round measures it by the table, which says otherwise.
        monkeypatch.setattr(rights, "may", lambda officer, *_a, **_k: officer.is_authenticated)
        assert any("org:officers" in w and "200" in w for w in round_of(world, askers["counter"]))


def test_the_round_would_notice_rows_beyond_reach(world, askers, monkeypatch):
    monkeypatch.setattr(rights, "reach", lambda code: "5331")
    with few(world):
        found = "\n".join(round_of(world, askers["counter"]))
    assert "people:person (people.see) of other county by counter: 200, expected [404]" in found
    assert "intake:list" in found and "of a place beyond reach" in found and "a search leads to" in found


def test_the_round_would_notice_a_number_in_full(world, askers, monkeypatch):
    monkeypatch.setattr(Sealed, "__str__", lambda self: self.open())
    with few(world):
        assert any("in full" in w for w in round_of(world, askers["counter"]))


def test_a_refused_post_that_writes_is_noticed(world, askers):
    """The spy sees what an allowed act writes: a refused one that did would stand out."""
    done = askers["counter"].ask(
        ALL["intake:withdraw"],
        load()["intake:withdraw"].make(world, "own township"),
        "POST",
        {"reason": "家庭自愿撤回"},
    )
    assert "intake_application" in done.written - TRACES


def test_putting_a_declaration_right_opens_it_with_a_line(world, askers):
    """The one form that stands open with numbers: for who may correct, and the journal says so."""
    counter = askers["counter"]
    number = load()["intake:amend"].make(world, "own township")["number"]
    application = Application.objects.get(number=number)
    key = f"amend-{number}-{application.version}"
    with undone():
        before = JournalLine.objects.filter(act="reveal").count()
        answer = counter.client.get(reverse("intake:draft", args=[key]))
        assert answer.status_code == 200 and unmasked(world, answer.content.decode())
        assert JournalLine.objects.filter(act="reveal").count() == before + 1
        stranger = askers["counter+reviewer"].client.get(reverse("intake:draft", args=[key]))
        assert stranger.status_code == 404


def test_names_in_addresses_carry_no_person():
    """GET addresses name rows by number or code; nothing a person is called by stands in one."""
    for address in ALL.values():
        assert not re.search(r"person_name|phone|account|resident|citizen", " ".join(address.parameters)), (
            address.name
        )
