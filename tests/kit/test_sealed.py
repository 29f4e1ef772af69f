"""Sealed values: what opens them, what does not, whole columns, and nothing of them anywhere in plain."""

from __future__ import annotations

import dataclasses
import os
import random

import pytest
from django.conf import settings as live

from tuodi.kit import sealed
from tuodi.kit.sealed import (
    NotOurs,
    Sealed,
    SealedJSON,
    lookup_hash,
    mask,
    seal,
    seal_column,
    unseal,
    unseal_column,
)

NUMBER = "533103198002290011"
TEXTS = ["", "a", NUMBER, "𠮷野家・芒市", "x" * 5000, "\x00\x1f", "＝1+1"]


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_sealed_opens_again_and_never_looks_the_same_twice(text):
    one, other = seal(text, "k"), seal(text, "k")
    assert unseal(one, "k") == unseal(other, "k") == text
    assert one != other
    assert len(text) < 8 or text.encode() not in one


def test_the_suite_is_sm4_gcm_as_an_independent_reader_finds_it():
    """The layout is a promise to whoever must read an old backup: key id, nonce, text, tag, the kind authenticated."""
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import SM4
    from cryptography.hazmat.primitives.ciphers.modes import GCM

    box = seal(NUMBER, "resident_number")
    reader = Cipher(SM4(live.KEYS.field_keys[box[0]]), GCM(box[1:13], box[-16:])).decryptor()
    reader.authenticate_additional_data(b"resident_number")
    assert reader.update(box[13:-16]) + reader.finalize() == NUMBER.encode()


def test_a_value_of_one_kind_does_not_open_as_another():
    with pytest.raises(NotOurs, match="another kind"):
        unseal(seal(NUMBER, "resident_number"), "account")
    with pytest.raises(NotOurs):
        unseal_column(seal(NUMBER, "resident_number"), "resident_number")
    with pytest.raises(NotOurs):
        unseal(seal_column([NUMBER], "resident_number"), "resident_number")


def test_every_single_bit_changed_is_noticed():
    box = seal(NUMBER, "resident_number")
    for place in range(len(box)):
        for bit in range(8):
            bad = bytearray(box)
            bad[place] ^= 1 << bit
            with pytest.raises(NotOurs):
                unseal(bytes(bad), "resident_number")


def test_damaged_lengths_are_noticed_and_tell_nothing():
    box = seal(NUMBER, "resident_number")
    for size in [*range(len(box)), len(box) + 1]:
        bad = box[:size] if size <= len(box) else box + b"\x00"
        with pytest.raises(NotOurs) as error:
            unseal(bad, "resident_number")
        assert "5331" not in str(error.value)


def test_under_another_key_nothing_opens(settings):
    box = seal(NUMBER, "resident_number")
    hashed = lookup_hash(NUMBER)
    same_id = {live.KEYS.current: os.urandom(16)}
    settings.KEYS = dataclasses.replace(live.KEYS, field_keys=same_id, lookup_key=os.urandom(32))
    with pytest.raises(NotOurs, match="damaged"):
        unseal(box, "resident_number")
    assert lookup_hash(NUMBER) != hashed
    settings.KEYS = dataclasses.replace(live.KEYS, current=9, field_keys={9: os.urandom(16)})
    with pytest.raises(NotOurs, match="does not hold"):
        unseal(box, "resident_number")


def test_keys_never_show_themselves():
    shown = repr(live.KEYS) + str(live.KEYS)
    for secret in (*live.KEYS.field_keys.values(), live.KEYS.lookup_key, live.KEYS.anchor_key):
        assert repr(secret)[2:-1] not in shown and secret.hex() not in shown
    assert live.KEYS.session_secret not in shown


def test_in_hand_a_value_shows_masked():
    value = Sealed(seal(NUMBER, "resident_number"), "resident_number")
    assert str(value) == "533103********0011" and f"{value}" == "533103********0011"
    assert repr(value) == "<Sealed resident_number>"
    assert NUMBER not in f"{[value]!r} {value!s} {vars(sealed).get('x')}"
    assert str(Sealed(seal("肺结核", "illness"), "illness")) == "***"
    assert str(SealedJSON(seal('{"a":1}', "facts"), "facts")) == "***"
    with pytest.raises(TypeError):
        hash(value)


def test_equal_values_are_equal_whatever_their_nonce():
    assert Sealed(seal("1", "k"), "k") == Sealed(seal("1", "k"), "k")
    assert Sealed(seal("1", "k"), "k") != Sealed(seal("2", "k"), "k")
    assert Sealed(seal("1", "k"), "k") != Sealed(seal("1", "j"), "j")


@pytest.mark.parametrize(
    ("text", "shown"),
    [("", ""), ("1234567", "*******"), ("12345678901", "1234***8901"), ("12345678", "********")],
)
def test_masks_show_no_more_than_they_should(text, shown):
    assert mask(text, 4, 4) == shown


def test_columns_come_back_as_they_went_in():
    chance = random.Random(7)
    for size in (0, 1, 2, 1000):
        column = [chance.choice([None, *TEXTS[:4], str(chance.random())]) for _n in range(size)]
        assert unseal_column(seal_column(column, "k"), "k") == column


def test_a_column_opens_whole_or_not_at_all():
    box = seal_column([NUMBER] * 50, "resident_number")
    assert NUMBER.encode() not in box
    chance = random.Random(3)
    for _n in range(200):
        bad = bytearray(box)
        bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
        with pytest.raises(NotOurs):
            unseal_column(bytes(bad), "resident_number")
    with pytest.raises(NotOurs):
        unseal_column(box, "account")


@pytest.mark.django_db
def test_nothing_sealed_stands_in_plain_in_the_database(settings, tmp_path):
    """E2: canaries searched in the stored bytes; the search itself is shown to bite."""
    from django.db import connection

    from tests.canaries import Canaries
    from tuodi.records.org.models import Area
    from tuodi.records.people.models import Person

    area = Area.objects.create(code="533100", name="德宏州", level="prefecture")
    canaries = Canaries.make(300, seed=5)
    for n, number in enumerate(canaries.numbers):
        Person.objects.create(
            name=f"某{n}", sex="1", birth_on="1980-02-29", number=number, number_index=lookup_hash(number),
            phone=canaries.phones[n], area=area,
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {Person._meta.db_table}")
        dump = tmp_path / "dump"
        dump.write_bytes(
            b"\n".join(
                bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode()
                for row in cursor
                for v in row
            )
        )
    assert canaries.found_in([dump]) == []
    dump.write_bytes(dump.read_bytes() + canaries.numbers[7].encode())
    assert canaries.found_in([dump]) == [(dump, canaries.numbers[7])]


@pytest.mark.django_db
def test_a_payment_may_copy_the_sealed_value_of_its_payee_as_it_is():
    from tuodi.records.org.models import Area
    from tuodi.records.people.models import Person

    area = Area.objects.create(code="533100", name="德宏州", level="prefecture")
    given = {"sex": "1", "birth_on": "1980-02-29", "area": area}
    one = Person.objects.create(name="甲", number=NUMBER, number_index="1", phone="13800001234", **given)
    one.refresh_from_db()
    other = Person.objects.create(name="乙", number=one.number, number_index="2", **given)
    other.refresh_from_db()
    assert other.number.open() == NUMBER and other.number.box == one.number.box
