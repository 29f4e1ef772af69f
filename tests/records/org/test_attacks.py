"""E6: twenty attacks on signing in, each played through; none gets inside. The broken twins show that each would."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import totp

from tests.records import people
from tuodi.records.journal.models import JournalLine
from tuodi.records.org import lockout, selectors, services
from tuodi.records.org.models import Officer, SecondFactor, SignInTrouble

PASSWORD = people.PASSWORD
GUESSES = [f"a-long-enough-{n}" for n in range(400)]
FRESH = "another-long-1"


@pytest.fixture
def house(transactional_db, settings):
    """One counter officer, one payer with a second factor, an administrator; all may sign in."""
    settings.SECOND_FACTOR_REQUIRED = True
    people.places()
    town = people.township_of(people.COUNTY)
    made = {
        "one": people.officer("one", ("counter", town)),
        "payer": people.officer("payer", ("payer", people.COUNTY)),
        "admin": people.officer("admin", ("admin", people.PREFECTURE)),
        "stopped": people.officer("stopped", ("counter", town)),
    }
    for officer in made.values():
        officer.set_password(PASSWORD)
        officer.is_active = officer.username != "stopped"
        officer.save()
    SecondFactor.objects.create(user=made["payer"], name="phone", confirmed=True)
    return made


def sign_in(client: Client, username: str, password: str = PASSWORD, **more):
    return client.post("/login/", {"username": username, "password": password, **more})


def inside(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def token_of(officer: Officer) -> str:
    return f"{totp(SecondFactor.objects.get(user=officer).bin_key):06d}"


def guessed(tries: int, client: Callable[[int], Client], name: Callable[[int], str], found_at: int) -> bool:
    """Whether a list of guesses with the right one at `found_at` gets inside."""
    for n in range(tries):
        browser = client(n)
        sign_in(browser, name(n), PASSWORD if n == found_at else GUESSES[n])
        if inside(browser):
            return True
    return False


# --- the attacks: each returns whether it got inside -----------------------------------------------------------


def many_guesses_from_one_place(house, clock) -> bool:
    return guessed(40, lambda _n: Client(), lambda _n: "one", 39)


def guesses_spread_over_many_places(house, clock) -> bool:
    return guessed(60, lambda n: Client(REMOTE_ADDR=f"10.1.{n}.1"), lambda _n: "one", 59)


def one_password_tried_on_many_names(house, clock) -> bool:
    return guessed(130, lambda _n: Client(), lambda n: "one" if n == 129 else f"officer{n}", 129)


def guesses_in_other_spellings_of_the_name(house, clock) -> bool:
    names = ["one", "ONE", " one", "One ", "oNe"]
    return guessed(30, lambda _n: Client(), lambda n: "one" if n == 29 else names[n % 5], 29)


def guesses_with_a_forged_address(house, clock) -> bool:
    """A header that says one is somebody else, as only the proxy may."""
    return guessed(
        30,
        lambda n: Client(headers={"X-Real-IP": f"10.2.{n}.1", "X-Forwarded-For": f"10.3.{n}.1"}),
        lambda _n: "one",
        29,
    )


def guesses_at_once(house, clock) -> bool:
    """Twenty at the same moment, before any count could have been written by the first."""
    got: list[bool] = []
    ready = threading.Barrier(20)

    def run(n: int) -> None:
        client = Client()
        ready.wait()
        try:
            sign_in(client, "one", GUESSES[n])
        finally:
            connections.close_all()

    before = SignInTrouble.objects.count()
    threads = [threading.Thread(target=run, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counted = SignInTrouble.objects.get(kind="pair").failures if SignInTrouble.objects.count() > before else 0
    got.append(counted > 5)  # more than five passwords were looked at
    return any(got)


def patient_guesses_after_each_wait(house, clock) -> bool:
    """A day of waiting exactly as long as asked for: the tries of a whole day stay few."""
    now, tries = timezone.now(), 0
    end = now + timedelta(hours=24)
    while now < end:
        clock(now)
        answer = sign_in(Client(), "one", GUESSES[tries % 400])
        if answer.status_code == 429:
            now += timedelta(seconds=int(answer["Retry-After"]))
        else:
            now += timedelta(seconds=1)
        tries += 1
        if tries > 200:
            return True
    return SignInTrouble.objects.get(kind="pair").failures > 40


def the_right_password_while_locked(house, clock) -> bool:
    for n in range(5):
        sign_in(Client(), "one", GUESSES[n])
    client = Client()
    sign_in(client, "one")
    return inside(client)


def names_told_by_the_text(house, clock) -> bool:
    """Does any answer, before or during a lock, differ between a name that exists, one stopped and one nobody has?"""

    def said(name: str, n: int) -> tuple[int, str]:
        answer = sign_in(Client(REMOTE_ADDR=f"10.4.0.{n}"), name, "wrong-wrong-wrong")
        text = re.sub(r'value="[^"]*"|X-CSRFToken[^}]*', "", answer.content.decode())
        return answer.status_code, text

    runs = [[said(name, n) for _try in range(7)] for n, name in enumerate(("one", "ghost", "stopped"))]
    return not runs[0] == runs[1] == runs[2]


def names_told_by_the_time(house, clock) -> bool:
    def seconds(name: str, n: int) -> float:
        began = time.perf_counter()
        sign_in(Client(REMOTE_ADDR=f"10.5.0.{n}"), name, "wrong-wrong-wrong")
        return time.perf_counter() - began

    seconds("warm", 0)
    known = [seconds("one", n) for n in range(1, 5)]
    unknown = [seconds(f"ghost{n}", n + 10) for n in range(1, 5)]
    return not 0.4 < min(known) / min(unknown) < 2.5


def a_planted_session(house, clock) -> bool:
    victim = Client()
    victim.get("/login/")
    victim.session["x"] = 1
    victim.session.save()
    planted = victim.cookies.get("tuodi_session")
    sign_in(victim, "one")
    thief = Client()
    thief.cookies["tuodi_session"] = planted.value if planted else victim.session.session_key[::-1]
    return inside(thief)


def a_stolen_session_after_signing_out(house, clock) -> bool:
    victim, thief = Client(), Client()
    sign_in(victim, "one")
    thief.cookies["tuodi_session"] = victim.cookies["tuodi_session"].value
    victim.post("/logout/")
    return inside(thief)


def a_stolen_session_after_a_new_password(house, clock) -> bool:
    victim, thief = Client(), Client()
    sign_in(victim, "one")
    thief.cookies["tuodi_session"] = victim.cookies["tuodi_session"].value
    fresh = "another-long-1"
    victim.post("/account/password/", {"old": PASSWORD, "new": fresh, "again": fresh})
    return inside(thief)


def a_session_left_open_over_lunch(house, clock) -> bool:
    client, now = Client(), timezone.now()
    clock(now)
    sign_in(client, "one")
    clock(now + timedelta(minutes=16))
    return inside(client)


def a_session_kept_alive_all_day(house, clock) -> bool:
    client, now = Client(), timezone.now()
    clock(now)
    sign_in(client, "one")
    for minutes in range(10, 481, 10):
        clock(now + timedelta(minutes=minutes))
        client.get("/account/")
    clock(now + timedelta(hours=8, minutes=1))
    return inside(client)


def an_open_browser_used_to_guess_the_old_password(house, clock) -> bool:
    client = Client()
    sign_in(client, "one")
    for n in range(30):
        old = PASSWORD if n == 29 else GUESSES[n]
        client.post("/account/password/", {"old": old, "new": "another-long-1", "again": "another-long-1"})
    return Officer.objects.get(username="one").check_password("another-long-1")


def a_payer_without_the_second_factor(house, clock) -> bool:
    client = Client()
    sign_in(client, "payer")
    pages = ("/account/", "/payment/", "/", reverse("org:password"))
    return any(client.get(page).status_code == 200 for page in pages[:3])


def guesses_at_the_token(house, clock) -> bool:
    now = timezone.now()
    clock(now)
    client = Client()
    sign_in(client, "payer")
    right = token_of(house["payer"])
    for n in range(30):
        token = right if n == 29 else f"{(int(right) + n + 1) % 1_000_000:06d}"
        client.post("/account/second-factor/", {"token": token})
    return inside(client)


def a_token_read_over_the_shoulder(house, clock) -> bool:
    """The same token once more, in another browser, within its half minute."""
    clock(timezone.now())
    victim, thief = Client(), Client()
    token = token_of(house["payer"])
    sign_in(victim, "payer")
    victim.post("/account/second-factor/", {"token": token})
    assert inside(victim)
    sign_in(thief, "payer")
    thief.post("/account/second-factor/", {"token": token})
    return inside(thief)


def an_open_browser_once_a_lost_telephone_is_forgotten(house, clock) -> bool:
    """Whoever holds an old session, or sits at an open browser, must not be the one to set up the new telephone."""
    clock(timezone.now())
    left_open = Client()
    sign_in(left_open, "payer")
    left_open.post("/account/second-factor/", {"token": token_of(house["payer"])})
    assert inside(left_open)
    services.reset_second_factor(officer=house["payer"], by=house["admin"], on=timezone.localdate())
    page = left_open.get("/account/second-factor/")
    if page.status_code == 200:
        left_open.post("/account/second-factor/", {"token": token_of(house["payer"])})
    return inside(left_open)


def a_request_from_another_site(house, clock) -> bool:
    """The browser of one signed in is made to change the password by a foreign page."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(house["one"])
    fresh = "another-long-1"
    client.post(
        "/account/password/",
        {"old": PASSWORD, "new": fresh, "again": fresh},
        headers={"Origin": "https://evil.example"},
    )
    return Officer.objects.get(username="one").check_password(fresh)


ATTACKS = (
    many_guesses_from_one_place, guesses_spread_over_many_places, one_password_tried_on_many_names,
    guesses_in_other_spellings_of_the_name, guesses_with_a_forged_address, guesses_at_once, patient_guesses_after_each_wait,
    the_right_password_while_locked, names_told_by_the_text, names_told_by_the_time, a_planted_session,
    a_stolen_session_after_signing_out, a_stolen_session_after_a_new_password, a_session_left_open_over_lunch,
    a_session_kept_alive_all_day, an_open_browser_used_to_guess_the_old_password, a_payer_without_the_second_factor,
    guesses_at_the_token, a_token_read_over_the_shoulder, an_open_browser_once_a_lost_telephone_is_forgotten,
    a_request_from_another_site,
)  # fmt: skip


@pytest.fixture
def quick(settings):
    """Cheap hashes where an attack is about counting and not about time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.mark.parametrize(
    "attack", [a for a in ATTACKS if a is not names_told_by_the_time], ids=lambda a: a.__name__
)
def test_an_attack_does_not_get_inside(quick, house, settings, time_machine, attack):
    settings.SESSION_IDLE_SECONDS = 900
    assert not attack(house, lambda moment: time_machine.move_to(moment, tick=False))


def test_names_are_not_told_by_the_time(house):
    assert not names_told_by_the_time(house, None)


def test_there_are_twenty():
    assert len(ATTACKS) >= 20


# --- broken twins ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "attack",
    [many_guesses_from_one_place, guesses_spread_over_many_places, one_password_tried_on_many_names,
     an_open_browser_used_to_guess_the_old_password],
    ids=lambda a: a.__name__,
)  # fmt: skip
def test_without_the_count_guessing_gets_inside(quick, house, monkeypatch, attack):
    monkeypatch.setattr(lockout, "attempt", lambda _name, _address: timedelta(0))
    assert attack(house, None)


def test_with_one_fixed_wait_a_patient_guesser_gets_far(quick, house, monkeypatch, time_machine):
    monkeypatch.setattr(lockout.Limit, "wait", lambda self, n: timedelta(minutes=n >= self.free))
    assert patient_guesses_after_each_wait(house, lambda moment: time_machine.move_to(moment, tick=False))


def test_counted_after_the_look_guesses_at_once_slip_through(quick, house, monkeypatch):
    """Without the lock on the count, tries at once read the same number; SQLite takes writers one at a time anyway."""
    kept = lockout._rows

    def unlocked(name, address, now):
        rows = kept(name, address, now)
        time.sleep(0.05)
        return rows

    from django.db import models

    monkeypatch.setattr(models.QuerySet, "select_for_update", lambda self, *_a, **_k: self)
    monkeypatch.setattr(lockout, "_rows", unlocked)
    looked: list[int] = []
    kept_attempt = lockout.attempt
    monkeypatch.setattr(
        lockout, "attempt", lambda n, a: (left := kept_attempt(n, a), looked.append(not left))[0]
    )
    guesses_at_once(house, None)
    assert (sum(looked) > 5) == (connection.vendor == "postgresql")


def test_without_the_epoch_an_open_browser_sets_up_its_own_telephone(quick, house, monkeypatch, time_machine):
    from django.contrib.auth.base_user import AbstractBaseUser

    monkeypatch.setattr(Officer, "_get_session_auth_hash", AbstractBaseUser._get_session_auth_hash)
    assert an_open_browser_once_a_lost_telephone_is_forgotten(
        house, lambda m: time_machine.move_to(m, tick=False)
    )


# --- the waits, and letting somebody through ----------------------------------------------------------------------


def test_the_wait_grows_and_a_right_password_begins_anew(quick, house, time_machine):
    now = timezone.now()
    waits = []
    for _n in range(12):
        time_machine.move_to(now, tick=False)
        answer = sign_in(Client(), "one", "wrong-wrong-wrong")
        if answer.status_code == 429:
            waits.append(round(int(answer["Retry-After"]) / 60))
            now += timedelta(seconds=int(answer["Retry-After"]))
        else:
            now += timedelta(seconds=1)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    time_machine.move_to(now, tick=False)
    assert sign_in(Client(), "one").status_code == 302
    assert not SignInTrouble.objects.exclude(kind="place").exists()


def test_the_administrator_sees_who_waits_and_lets_through_with_a_line(quick, house, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    for n in range(5):
        sign_in(Client(REMOTE_ADDR="10.6.0.1"), "one", GUESSES[n])
        sign_in(Client(REMOTE_ADDR="10.6.0.2"), "ghost-4711", GUESSES[n])
    assert selectors.locked(house["one"])
    assert JournalLine.objects.filter(act="sign_in.locked", record_id=str(house["one"].pk)).count() == 1
    client = Client()
    client.force_login(house["admin"])
    page = client.get("/officers/waits/").content.decode()
    assert "one员" in page and "10.6.0.1" in page and "没有这个账号" in page
    assert "ghost" not in page  # what was typed is nowhere
    row = SignInTrouble.objects.get(kind="pair", officer=house["one"])
    assert client.post(f"/officers/waits/{row.pk}/").status_code == 302
    assert JournalLine.objects.filter(act="officer.unlock", actor="admin").count() == 1
    assert sign_in(Client(REMOTE_ADDR="10.6.0.1"), "one").status_code == 302
    ghost = SignInTrouble.objects.get(kind="pair", address="10.6.0.2")
    assert client.post(f"/officers/waits/{ghost.pk}/").status_code == 302
    assert not selectors.waits(house["admin"], timezone.localdate()).exists()


def test_an_administrator_of_another_county_neither_sees_nor_ends_a_wait(quick, house, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    for n in range(5):
        sign_in(Client(), "one", GUESSES[n])
    far = people.officer("far", ("admin", people.OTHER_COUNTY))
    client = Client()
    client.force_login(far)
    row = SignInTrouble.objects.get(kind="pair", officer=house["one"])
    assert "one员" not in client.get("/officers/waits/").content.decode()
    assert client.post(f"/officers/waits/{row.pk}/").status_code == 404
    assert selectors.locked(house["one"])


# --- the second factor ---------------------------------------------------------------------------------------------


def test_the_secret_stands_sealed_and_opens_no_other_column(house):
    device = SecondFactor.objects.get(user=house["payer"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM org_secondfactor")
        stored = b"|".join(
            bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in cursor.fetchone()
        )
    secret = device.bin_key
    assert secret not in stored and secret.hex().encode() not in stored
    assert repr(device.key) == "<Sealed second_factor>"


def test_of_two_at_once_with_one_token_one_gets_inside(quick, house):
    """The token is used up under a lock on the device."""
    device = SecondFactor.objects.get(user=house["payer"])
    token, ready, let_in = token_of(house["payer"]), threading.Barrier(6), []

    def run() -> None:
        ready.wait()
        try:
            got = services.verify_second_factor(
                officer=house["payer"], device=device, token=token, on=timezone.localdate()
            )
            let_in.append(got is not None)
        except Exception:
            let_in.append(False)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert let_in.count(True) == 1


def test_a_lost_telephone_is_recovered_by_the_administrator_and_the_old_one_is_worth_nothing(
    quick, house, time_machine
):
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    payer, lost = house["payer"], SecondFactor.objects.get(user=house["payer"])
    services.reset_second_factor(officer=payer, by=house["admin"], on=timezone.localdate())
    client = Client()
    sign_in(client, "payer")
    page = client.get("/account/second-factor/").content.decode()
    assert "data:image/svg+xml" in page and not inside(client)
    old = f"{totp(lost.bin_key):06d}"
    client.post("/account/second-factor/", {"token": old})
    assert not inside(client)
    time_machine.move_to(now + timedelta(seconds=60), tick=False)
    client.post("/account/second-factor/", {"token": token_of(payer)})
    assert inside(client)
    acts = list(
        JournalLine.objects.filter(act__startswith="officer.reset_second").values_list("actor", flat=True)
    )
    assert (
        acts == ["admin"] and JournalLine.objects.filter(act="second_factor.set_up", actor="payer").exists()
    )
    again = Client()
    sign_in(again, "payer")
    assert "data:image/svg" not in again.get("/account/second-factor/").content.decode()


def test_nobody_forgets_his_own_second_factor(quick, house):
    from tuodi.core.refusal import Refused

    with pytest.raises(Refused):
        services.reset_second_factor(officer=house["admin"], by=house["admin"], on=timezone.localdate())


def test_second_factors_of_before_are_carried_over_sealed_and_the_plain_tables_go(transactional_db):
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    executor.migrate([("org", "0001_initial")])
    before = MigrationExecutor(connection).loader.project_state([("org", "0001_initial")]).apps
    pk = before.get_model("org", "Officer").objects.create(username="early", name="早", password="!").pk
    secret = bytes(range(20)).hex()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE otp_totp_totpdevice (id integer, user_id integer, name text, confirmed boolean, key text, last_t integer)"
        )
        cursor.execute(
            "INSERT INTO otp_totp_totpdevice VALUES (1, %s, 'phone', %s, %s, 7)", [pk, True, secret]
        )
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    device = SecondFactor.objects.get(user_id=pk)
    assert (device.bin_key.hex(), device.last_t, device.confirmed) == (secret, 7, True)
    assert "otp_totp_totpdevice" not in connection.introspection.table_names()
