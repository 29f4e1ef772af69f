"""G11: sealed fields beside the bare cipher, whole columns beside single values, a join on hashes beside a plain join."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable

from benchmarks.run import Figure, Run, benchmark, pairs

KIND = "resident_number"


def numbers(run: Run, count: int) -> list[str]:
    chance = run.random()
    return [f"533103{chance.randrange(1940, 2010)}{chance.randrange(10**8):08d}" for _n in range(count)]


def prepare() -> None:
    import django

    django.setup()


def bare() -> tuple[Callable[[list[str]], list[bytes]], Callable[[list[bytes]], list[str]]]:
    """SM4-GCM as one would write it by hand in a loop: fresh random nonce, the kind authenticated, no key id."""
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import SM4
    from cryptography.hazmat.primitives.ciphers.modes import GCM

    key, kind = SM4(os.urandom(16)), KIND.encode()

    def shut(texts: list[str]) -> list[bytes]:
        done = []
        for text in texts:
            nonce = os.urandom(12)
            box = Cipher(key, GCM(nonce)).encryptor()
            box.authenticate_additional_data(kind)
            done.append(nonce + box.update(text.encode()) + box.finalize() + box.tag)
        return done

    def open_(boxes: list[bytes]) -> list[str]:
        done = []
        for sealed in boxes:
            box = Cipher(key, GCM(sealed[:12], sealed[-16:])).decryptor()
            box.authenticate_additional_data(kind)
            done.append((box.update(sealed[12:-16]) + box.finalize()).decode())
        return done

    return shut, open_


@benchmark("sealed.seal", "s", anchor="the bare SM4-GCM loop", goal=1.15)
def sealing(run: Run) -> Figure:
    prepare()
    from tuodi.kit.sealed import seal

    texts = numbers(run, run.size(10_000, 100_000))
    shut, _open = bare()
    return pairs(lambda: [seal(t, KIND) for t in texts], lambda: shut(texts), values=len(texts))


@benchmark("sealed.unseal", "s", anchor="the bare SM4-GCM loop", goal=1.15)
def unsealing(run: Run) -> Figure:
    prepare()
    from tuodi.kit.sealed import seal, unseal

    texts = numbers(run, run.size(10_000, 100_000))
    shut, open_ = bare()
    ours, theirs = [seal(t, KIND) for t in texts], shut(texts)
    assert [unseal(b, KIND) for b in ours] == open_(theirs) == texts
    return pairs(lambda: [unseal(b, KIND) for b in ours], lambda: open_(theirs), values=len(texts))


@benchmark("sealed.column", "values/s", anchor="one value at a time", goal=20, better="higher")
def column(run: Run) -> Figure:
    prepare()
    from tuodi.kit.sealed import seal, seal_column, unseal, unseal_column

    texts = numbers(run, run.size(20_000, 200_000))
    single, whole = [seal(t, KIND) for t in texts], seal_column(texts, KIND)
    assert unseal_column(whole, KIND) == texts
    return pairs(
        lambda: unseal_column(whole, KIND),
        lambda: [unseal(b, KIND) for b in single],
        rate_of=len(texts),
        values=len(texts),
    )


@benchmark("sealed.join", "s", anchor="the same join on plain numbers", goal=1.15)
def join(run: Run) -> Figure:
    """The matching itself, after the hashes were computed once at import (1.4 µs each)."""
    prepare()
    import duckdb
    import pyarrow as pa

    from tuodi.kit.sealed import lookup_hash

    texts = numbers(run, run.size(200_000, 2_000_000))
    half = texts[::2]
    began = time.perf_counter()
    hashed = {t: bytes.fromhex(lookup_hash(t))[:16] for t in dict.fromkeys(texts)}
    hashing = time.perf_counter() - began
    base = duckdb.connect()
    base.execute("SET threads = 1")

    def table(name: str, values: list, more: list) -> None:
        base.register("given", pa.table({"k": values, "n": more}))
        base.execute(f"CREATE TABLE {name} AS SELECT * FROM given")

    order = list(range(len(texts)))
    table("plain_all", texts, order)
    table("plain_half", half, order[: len(half)])
    for name, values in (("hash_all", texts), ("hash_half", half)):
        table(f"{name}_raw", [hashed[t] for t in values], order[: len(values)])
        base.execute(f"CREATE TABLE {name} AS SELECT k, n FROM {name}_raw")
    ask = "SELECT count(*), sum(a.n) FROM {0}_all a JOIN {0}_half b ON a.k = b.k"
    assert base.execute(ask.format("plain")).fetchone() == base.execute(ask.format("hash")).fetchone()
    return pairs(
        lambda: base.execute(ask.format("hash")).fetchone(),
        lambda: base.execute(ask.format("plain")).fetchone(),
        values=len(texts),
        hash_microseconds=round(hashing / len(hashed) * 1e6, 2),
    )


@benchmark("journal.verify", "lines/s", anchor="reading and hashing each line, no checks", better="higher")
def verifying(run: Run) -> Figure:
    """The whole journal read back on SQLite, beside the least such a reader can do."""
    prepare()
    from datetime import date

    from django.core.management import call_command
    from django.db import connection, transaction

    from tuodi.kit.digest import sm3
    from tuodi.records.journal import services
    from tuodi.records.journal.chain import COLUMNS

    call_command("migrate", interactive=False, verbosity=0)
    count = run.size(40_000, 1_000_000)
    with transaction.atomic():
        for start in range(0, count, 10_000):
            services.append_many(
                [
                    {
                        "act": "intake.accept", "actor": "counter", "business_day": date(2026, 11, 23),
                        "record_kind": "intake.application", "record_id": str(start + n), "area_code": "533103205",
                        "state_from": "submitted", "state_to": "accepted", "note": "材料齐全",
                    }
                    for n in range(min(10_000, count - start))
                ]
            )  # fmt: skip
    services.write_anchor()
    blobs = ", ".join(f"CAST({name} AS BLOB)" for name in COLUMNS)

    def least() -> None:
        cursor = sqlite3.Connection.cursor(connection.connection)
        for row in cursor.execute(f"SELECT {blobs} FROM journal_journalline ORDER BY sequence"):
            sm3(b"\x1f".join(row))

    def ours() -> None:
        assert services.verify() == []

    return pairs(ours, least, rate_of=count, lines=count)
