"""E6: signing in under attack: guesses, probing, fixation, idle and old sessions, second factor, open redirects."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django_otp.oath import totp

from tests.records import people
from tuodi.records.journal.models import JournalLine
from tuodi.records.org.models import Officer, SecondFactor

PASSWORD = people.PASSWORD


@pytest.fixture
def one(town):
    officer = people.officer("one", ("counter", town))
    officer.set_password(PASSWORD)
    officer.save()
    return officer


@pytest.fixture
def payer(places):
    officer = people.officer("payer", ("payer", people.COUNTY))
    officer.set_password(PASSWORD)
    officer.save()
    return officer


def sign_in(client: Client, username: str, password: str = PASSWORD, **more):
    return client.post("/login/", {"username": username, "password": password, **more})


def words(response) -> str:
    """The page without what differs by chance, for comparing two answers."""
    return re.sub(r'value="[^"]*"|X-CSRFToken[^}]*', "", response.content.decode())


def inside(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_the_right_password_opens_and_leaves_a_line(client, one):
    assert not inside(client)
    before = client.get("/login/").wsgi_request.session.session_key
    assert sign_in(client, "one").status_code == 302
    assert inside(client)
    assert client.session.session_key != before
    assert (
        client.cookies["tuodi_session"]["httponly"] and client.cookies["tuodi_session"]["samesite"] == "Lax"
    )
    assert JournalLine.objects.filter(act="sign_in", actor="one").count() == 1
    client.post("/logout/")
    assert not inside(client) and JournalLine.objects.filter(act="sign_out").count() == 1


def test_unknown_wrong_and_stopped_read_the_same(client, one):
    stopped = people.officer("stopped")
    stopped.set_password(PASSWORD)
    stopped.is_active = False
    stopped.save()
    answers = [
        sign_in(client, "one", "wrong"),
        sign_in(client, "nobody", "wrong"),
        sign_in(client, "stopped"),
    ]
    assert {a.status_code for a in answers} == {200}
    assert (
        len({words(a).replace("nobody", "").replace("stopped", "").replace("one", "") for a in answers}) == 1
    )
    assert "账号或密码不正确" in answers[0].content.decode() and not inside(client)


def test_an_unknown_name_takes_as_long_as_a_wrong_password(client, one):
    def seconds(name: str) -> float:
        began = time.perf_counter()
        sign_in(Client(REMOTE_ADDR="10.0.0.9"), name, "wrong")
        return time.perf_counter() - began

    seconds("warm")
    known, unknown = [], []
    for n in range(4):
        known.append(seconds("one"))
        unknown.append(seconds(f"nobody{n}"))
    assert 0.4 < min(known) / min(unknown) < 2.5


def test_five_wrong_ones_lock_the_account_from_there_and_nobody_else(client, one, payer, admin):
    for _n in range(4):
        assert sign_in(client, "one", "wrong").status_code == 200
    locked = sign_in(client, "one", "wrong")
    assert locked.status_code == 429 and "锁定" in locked.content.decode()
    assert sign_in(client, "one").status_code == 429  # the right one neither, while it lasts
    assert sign_in(Client(REMOTE_ADDR="10.0.0.2"), "one").status_code == 302  # from elsewhere
    assert sign_in(client, "payer").status_code == 302  # a neighbour at the same address
    # an unknown name locks just the same, so locking tells nothing either
    other = Client(REMOTE_ADDR="10.0.0.3")
    assert [sign_in(other, "ghost", "x").status_code for _n in range(5)][-1] == 429

    from tuodi.records.org import selectors, services

    assert selectors.locked(one)
    services.unlock(officer=one, by=admin, on=timezone.localdate())
    assert not selectors.locked(one) and sign_in(Client(), "one").status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
    ],
)
def test_no_way_leads_out_of_the_house(client, one, target):
    assert sign_in(client, "one", next=target)["Location"] == "/"
    assert client.post("/account/text-size/", {"large": "1", "next": target})["Location"] == "/"


def test_one_is_taken_on_to_the_page_one_asked_for(client, one):
    asked = client.get("/account/")
    assert asked["Location"] == "/login/?next=/account/"
    assert sign_in(client, "one", next="/account/")["Location"] == "/account/"


def test_a_session_planted_beforehand_is_worth_nothing(client, one):
    client.get("/login/")
    client.session["x"] = 1
    client.session.save()
    planted = client.cookies.get("tuodi_session")
    sign_in(client, "one")
    thief = Client()
    if planted:
        thief.cookies["tuodi_session"] = planted.value
    assert not inside(thief)


def test_fifteen_idle_minutes_end_a_session_and_activity_keeps_it(client, one, settings, time_machine):
    settings.SESSION_IDLE_SECONDS = 900
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    sign_in(client, "one")
    for minutes in (14, 28, 42):
        time_machine.move_to(now + timedelta(minutes=minutes), tick=False)
        assert inside(client)
    time_machine.move_to(now + timedelta(minutes=42, seconds=901), tick=False)
    gone = client.get("/account/", follow=True)
    assert gone.redirect_chain[0][0] == "/login/?next=/account/"
    assert "长时间没有操作" in gone.content.decode() and not inside(client)


def test_eight_hours_end_a_session_however_busy(client, one, settings, time_machine):
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    sign_in(client, "one")
    for minutes in range(10, 480, 10):
        time_machine.move_to(now + timedelta(minutes=minutes), tick=False)
        assert inside(client)
    time_machine.move_to(now + timedelta(hours=8, seconds=1), tick=False)
    assert not inside(client)


def test_a_new_password_ends_every_session(client, one):
    elsewhere = Client()
    sign_in(client, "one")
    sign_in(elsewhere, "one")
    bad = client.post(
        "/account/password/", {"old": "wrong", "new": "another-long-1", "again": "another-long-1"}
    )
    assert "现在的密码不正确" in bad.content.decode()
    weak = client.post("/account/password/", {"old": PASSWORD, "new": "1234567890", "again": "1234567890"})
    assert weak.status_code == 200 and inside(elsewhere)
    done = client.post(
        "/account/password/", {"old": PASSWORD, "new": "another-long-1", "again": "another-long-1"}
    )
    assert done.status_code == 302
    assert not inside(client) and not inside(elsewhere)
    assert sign_in(client, "one", "another-long-1").status_code == 302 and inside(client)


def test_a_password_somebody_else_set_must_be_changed_first(client, one):
    Officer.objects.filter(pk=one.pk).update(must_change_password=True)
    sign_in(client, "one")
    assert client.get("/account/")["Location"] == "/account/password/"
    client.post("/account/password/", {"old": PASSWORD, "new": "another-long-1", "again": "another-long-1"})
    sign_in(client, "one", "another-long-1")
    assert inside(client)


def test_stopping_an_account_ends_its_sessions_at_once(client, one):
    sign_in(client, "one")
    assert inside(client)
    Officer.objects.filter(pk=one.pk).update(is_active=False)
    assert not inside(client)


def test_payers_and_deciders_need_a_second_factor_and_a_token_works_once(
    client, payer, one, settings, time_machine
):
    settings.SECOND_FACTOR_REQUIRED = True
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    sign_in(client, "payer")
    assert client.get("/account/")["Location"] == "/account/second-factor/"
    page = client.get("/account/second-factor/").content.decode()
    assert "data:image/svg+xml" in page
    device = SecondFactor.objects.get(user=payer)
    assert not device.confirmed
    wrong = client.post("/account/second-factor/", {"token": "000000"})
    assert "口令不正确" in wrong.content.decode() and client.get("/account/").status_code == 302
    time_machine.move_to(now + timedelta(seconds=60), tick=False)
    token = f"{totp(device.bin_key):06d}"
    assert client.post("/account/second-factor/", {"token": token}).status_code == 302
    assert inside(client)
    again = Client()
    sign_in(again, "payer")
    assert (
        "data:image/svg" not in again.get("/account/second-factor/").content.decode()
    )  # the secret is shown once
    assert (
        "口令不正确" in again.post("/account/second-factor/", {"token": token}).content.decode()
    )  # replayed
    assert not inside(again)
    counter = Client()
    sign_in(counter, "one")
    assert inside(counter)


def test_whoever_has_a_second_factor_is_asked_for_it_in_a_demo_too(client, one, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    SecondFactor.objects.create(user=one, confirmed=True, name="phone")
    sign_in(client, "one")
    assert client.get("/account/")["Location"] == "/account/second-factor/"


def test_forms_without_their_token_are_refused(one):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/login/", {"username": "one", "password": PASSWORD}).status_code == 403
    assert strict.get("/logout/").status_code == 405


def test_a_refused_page_is_answered_plainly_and_journalled(client, one):
    sign_in(client, "one")
    refused = client.get("/journal/")
    assert refused.status_code == 403 and "权限" in refused.content.decode()
    line = JournalLine.objects.get(act="refused")
    assert (line.actor, line.record_kind, line.record_id) == ("one", "page", "journal.read")


def test_large_text_stays_with_the_account(client, one):
    sign_in(client, "one")
    client.post("/account/text-size/", {"large": "1", "next": "/account/"})
    one.refresh_from_db()
    assert one.large_text and 'class="large"' in client.get("/account/").content.decode()


def test_the_register_of_officers_by_hand(client, admin, town):
    client.force_login(admin)
    assert client.get("/officers/").status_code == 200
    made = client.post("/officers/new/", {"username": "fresh", "name": "新人", "department": ""})
    password = re.search(r"<code>([a-z2-9]{5}-[a-z2-9]{4}-[a-z2-9]{5})</code>", made.content.decode())[1]
    officer = Officer.objects.get(username="fresh")
    url = f"/officers/{officer.pk}/"
    given = client.post(f"{url}posts/", {"role": "counter", "area": town, "since": "2026-11-01", "until": ""})
    assert given.status_code == 302 and officer.assignments.count() == 1
    refused = client.post(f"{url}posts/", {"role": "reviewer", "area": town, "since": "2026-11-01"})
    assert refused.status_code == 422 and "不能由同一人" in refused.content.decode()
    page = client.get(url).content.decode()
    assert "经办人" in page
    first = client.post(url, {"name": "改名", "department": "", "is_active": "on", "version": "1"})
    assert first.status_code == 302
    stale = client.post(url, {"name": "又改", "department": "", "is_active": "on", "version": "1"})
    assert stale.status_code == 409 and "改名" in stale.content.decode() and "又改" in stale.content.decode()
    assert sign_in(Client(), "fresh", password).status_code == 302
    assert client.post(f"{url}unlock/").status_code == 302
    assert "新密码" in client.post(f"{url}password/").content.decode()
    assert client.post(f"{url}nonsense/").status_code == 404


def test_the_journal_page_filters_and_shows_only_ones_own_county(client, auditor, town, one):
    from tuodi.records.journal import services

    far = people.township_of(people.OTHER_COUNTY)
    for n, code in enumerate((town, far)):
        services.record(
            "test.act",
            by=one,
            on=timezone.localdate(),
            record=("thing", str(n)),
            area_code=code,
            note=f"note{n}",
        )
    client.force_login(auditor)
    page = client.get("/journal/?act=test.act").content.decode()
    assert "note0" in page and "note1" in page
    page = client.get("/journal/?record_kind=thing&record_id=1").content.decode()
    assert "note0" not in page and "note1" in page
    assert "没有符合条件" in client.get("/journal/?day=1999-01-01").content.decode()
    county = people.officer("cauditor", ("auditor", people.OTHER_COUNTY))
    client.force_login(county)
    page = client.get("/journal/").content.decode()
    assert "note1" in page and "note0" not in page
