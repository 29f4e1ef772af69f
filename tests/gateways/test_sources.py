"""Sources are asked in one signed message; what is not a whole, signed, fitting answer is unavailable, never empty."""

import json
import socket
import threading
import time
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tuodi.gateways import departments
from tuodi.gateways.models import DepartmentRecord
from tuodi.gateways.peers import HttpPeer, client_for, demo_key, peer_file
from tuodi.gateways.sources import (
    SOURCES,
    Mandate,
    PersonAnswer,
    Question,
    SourceClient,
    Unavailable,
    open_message,
    same_name,
    signed,
)

AS_OF = date(2026, 11, 20)
FATHER = ("533103198002290011", "岩温")
CAR = {
    "plate": "云N12345",
    "kind": "car",
    "first_registered_on": "2019-03-04",
    "state": "normal",
    "use": "private",
    "value_fen": 4_800_000,
}
MANDATE = Mandate("check:1:vehicles:1", "最低生活保障核对", "counter1", ("授权书 1",))


def question(number=FATHER[0], name=FATHER[1], ref="1"):
    return Question(ref, name, number)


@pytest.fixture
def traffic(db):
    departments.load("vehicles", AS_OF, [(*FATHER, CAR)])


def ask(transport, questions=None):
    return SourceClient("vehicles", transport, demo_key("vehicles")).ask(questions or [question()], MANDATE)


def test_a_car_is_found_by_number_and_name(traffic):
    answer = client_for("vehicles").ask([question()], MANDATE)
    assert answer.as_of == AS_OF
    assert answer.persons == (PersonAnswer("1", (CAR,), ()),)


def test_a_name_that_differs_is_doubtful_and_its_record_is_not_the_persons(traffic):
    found = client_for("vehicles").ask([question(name="岩旺")], MANDATE).persons[0]
    assert (found.match, found.records, found.doubtful) == ("doubtful", (), (CAR,))


def test_a_name_spelt_with_another_dot_or_width_is_the_same_name():
    assert same_name("买买提·艾力", "买买提•艾力")
    assert same_name("ＭＡＵＮＧ　Ｍｙｉｎｔ", "Maung Myint")
    assert not same_name("岩温", "岩旺")


def test_a_number_nobody_holds_gives_an_answer_with_nothing_in_it(traffic):
    assert (
        client_for("vehicles").ask([question("533122200801013028", "玉香")], MANDATE).persons[0].match
        == "none"
    )


def test_a_fifteen_digit_number_finds_the_record_of_its_eighteen(db):
    departments.load("vehicles", AS_OF, [("533123194708150042", "线小美", CAR)])
    assert (
        client_for("vehicles").ask([question("533123470815004", "线小美")], MANDATE).persons[0].match
        == "exact"
    )


def test_the_number_is_not_in_the_departments_table(traffic):
    row = DepartmentRecord.objects.get()
    assert FATHER[0] not in row.number_index
    assert "云N12345".encode() not in row.payload.box


def test_many_households_go_in_one_message_and_come_back_in_order(traffic, django_assert_max_num_queries):
    households = [
        ([question(ref="a"), question("533122200801013028", "玉香", "b")], MANDATE),
        (
            [question("533124199907071514", "李三", "c")],
            Mandate("check:2:vehicles:1", "核对", "counter1", ("授权书 2",)),
        ),
    ]
    with django_assert_max_num_queries(2):
        first, second = client_for("vehicles").ask_many(households)
    assert [p.match for p in first.persons] == ["exact", "none"]
    assert (second.key, [p.match for p in second.persons]) == ("check:2:vehicles:1", ["none"])


def test_a_department_that_delivered_nothing_has_not_said_that_there_is_nothing(db):
    with pytest.raises(Unavailable) as trouble:
        client_for("vehicles").ask([question()], MANDATE)
    assert trouble.value.trouble == "no_data"


@pytest.mark.parametrize("fault", departments.FAULTS)
def test_a_department_that_misbehaves_is_unavailable(traffic, fault):
    with pytest.raises(Unavailable) as trouble:
        ask(departments.faulty("vehicles", fault), [question(), question("533122200801013028", "玉香", "2")])
    assert trouble.value.trouble == fault


def test_a_client_that_took_a_broken_answer_for_an_empty_one_would_be_caught(traffic):
    """The broken twin: what the line above would let through if `open_message` shrugged at a bad signature."""
    message = departments.faulty("vehicles", "signature")(
        signed({"source": "vehicles", "households": []}, demo_key("vehicles"))
    )
    assert (
        json.loads(json.loads(message)["body"])["source"] == "vehicles"
    )  # it reads perfectly well, unsigned
    with pytest.raises(Unavailable):
        open_message(message, demo_key("vehicles"))


def answered(body):
    return lambda _message: signed(body, demo_key("vehicles"))


PERSON = {"ref": "1", "found": [{"name": "岩温", "record": CAR}]}
WHOLE = {
    "source": "vehicles",
    "as_of": "2026-11-20",
    "households": [{"key": MANDATE.key, "persons": [PERSON]}],
}


def test_the_whole_message_of_the_next_test_is_good(db):
    assert ask(answered(WHOLE)).persons[0].records == (CAR,)


@pytest.mark.parametrize(
    ("wrong", "trouble"),
    [
        ({**WHOLE, "as_of": "昨天"}, "garbage"),
        ({**WHOLE, "source": "bank"}, "mismatched"),
        ({**WHOLE, "households": []}, "mismatched"),
        ({**WHOLE, "households": [{"key": "another", "persons": [PERSON]}]}, "mismatched"),
        ({**WHOLE, "households": [{"key": MANDATE.key, "persons": [PERSON, PERSON]}]}, "mismatched"),
        ({**WHOLE, "households": [{"key": MANDATE.key, "persons": None}]}, "garbage"),
        ({**WHOLE, "households": [{"key": MANDATE.key, "persons": [{"ref": "1"}]}]}, "garbage"),
        (
            {
                **WHOLE,
                "households": [
                    {
                        "key": MANDATE.key,
                        "persons": [
                            {"ref": "1", "found": [{"name": "岩温", "record": {**CAR, "value_fen": "4.8万"}}]}
                        ],
                    }
                ],
            },
            "garbage",
        ),
        (
            {
                **WHOLE,
                "households": [{"key": MANDATE.key, "persons": [{"ref": "1", "found": [{"record": CAR}]}]}],
            },
            "garbage",
        ),
        ([], "garbage"),
        (None, "garbage"),
    ],
)
def test_an_answer_that_does_not_fit_the_question_is_unavailable(db, wrong, trouble):
    with pytest.raises(Unavailable) as found:
        ask(answered(wrong))
    assert found.value.trouble == trouble


def test_nothing_is_asked_without_a_mandate():
    with pytest.raises(AssertionError):
        Mandate("key", "purpose", "counter1", ())


def test_a_question_does_not_show_the_person_when_logged():
    assert FATHER[0] not in repr(question())
    assert FATHER[1] not in repr(question())


def test_every_source_says_whose_it_is_on_what_ground_and_what_a_hit_means():
    wanted = (
        "hukou death marriage vehicles real_estate social_insurance pension business tax bank disability school hospital "
        "poverty_list prison fiscal_payroll housing_fund funeral"
    )
    assert set(wanted.split()) <= set(SOURCES)
    for source in SOURCES.values():
        assert (
            source.department
            and str(source.label)
            and str(source.basis)
            and str(source.meaning)
            and source.fields
        )
        assert source.faults({}) or not any(f.required for f in source.fields)


def test_private_fields_are_shown_masked_and_money_in_yuan():
    shown = {str(label): text for label, text in SOURCES["vehicles"].shown(CAR)}
    assert shown["号牌"] == "云N·****"
    assert shown["估值"] == "48,000 元"


# --- over a real line ------------------------------------------------------------------------------------


@contextmanager
def peer(behaviour):
    """An HTTP department on the loopback that behaves as told."""

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            behaviour(self)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/check"
    finally:
        server.shutdown()
        server.server_close()


def reply(door, body, length=None, status=200):
    door.send_response(status)
    door.send_header("Content-Length", str(len(body) if length is None else length))
    door.send_header("Connection", "close")
    door.end_headers()
    door.wfile.write(body)
    door.close_connection = True


GOOD = signed(WHOLE, demo_key("vehicles"))


def drip(door):
    door.send_response(200)
    door.send_header("Content-Length", str(len(GOOD)))
    door.end_headers()
    for start in range(0, len(GOOD), 20):
        door.wfile.write(GOOD[start : start + 20])
        door.wfile.flush()
        time.sleep(0.2)


def drop(door):
    door.connection.shutdown(socket.SHUT_RDWR)
    door.close_connection = True


def test_an_honest_peer_answers_over_http():
    with peer(lambda door: reply(door, GOOD)) as url:
        assert ask(HttpPeer(url, 2)).persons[0].records == (CAR,)


@pytest.mark.parametrize(
    ("behaviour", "trouble"),
    [
        (lambda door: time.sleep(2), "timeout"),
        (drip, "timeout"),
        (lambda door: reply(door, b"oops", status=500), "error"),
        (lambda door: reply(door, b"", status=302), "error"),
        (lambda door: reply(door, GOOD[: len(GOOD) // 2], length=len(GOOD)), "half"),
        (lambda door: reply(door, GOOD[: len(GOOD) // 2]), "half"),
        (lambda door: reply(door, b"\x00\xff\xfe"), "garbage"),
        (lambda door: reply(door, signed(WHOLE, b"another key".ljust(32))), "signature"),
        (drop, "refused"),
    ],
    ids=["slow", "dripping", "error", "redirect", "cut off", "half body", "garbage", "wrong key", "dropped"],
)
def test_a_peer_that_misbehaves_on_the_line_is_unavailable(behaviour, trouble):
    with peer(behaviour) as url, pytest.raises(Unavailable) as found:
        ask(HttpPeer(url, 0.6))
    assert found.value.trouble == trouble


def test_a_peer_nobody_listens_at_is_unavailable():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unavailable) as found:
        ask(HttpPeer(f"http://127.0.0.1:{port}/", 1))
    assert found.value.trouble == "refused"


def test_the_peer_file_says_where_a_source_is(tmp_path, monkeypatch):
    key = "ab" * 32
    with peer(lambda door: reply(door, signed(WHOLE, bytes.fromhex(key)))) as url:
        file = tmp_path / "sources.json"
        file.write_text(json.dumps({"vehicles": {"url": url, "key": key, "seconds": 2}}))
        monkeypatch.setenv("TUODI_SOURCES", str(file))
        peer_file.cache_clear()
        assert client_for("vehicles").ask([question()], MANDATE).persons[0].match == "exact"


def test_in_production_a_source_without_a_peer_is_unconnected(settings):
    settings.DEMO = False
    with pytest.raises(Unavailable) as found:
        client_for("vehicles").ask([question()], MANDATE)
    assert found.value.trouble == "unconnected"
