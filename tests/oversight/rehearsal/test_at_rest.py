"""E2: of the frozen facts nothing can be read without the key: not a word, not a number, not even the shape of a column."""

from __future__ import annotations

import random
import shutil
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.canaries import Canaries
from tests.oversight.rehearsal.conftest import ON
from tuodi.core.refusal import Refused
from tuodi.kit.keys import make_keys, read_keys
from tuodi.oversight.rehearsal import services, tasks
from tuodi.oversight.rehearsal.models import FrozenMonth
from tuodi.oversight.rehearsal.services import freezing
from tuodi.oversight.rehearsal.services.freezing import opened, opens, roll_of, root

# What stands in every Parquet file: its mark, the names of its columns, the words of its choices.
TELLTALE = (b"PAR1", b"serious_illness", b"disability", b"household_id", b"mental", b"on_roll")


def files():
    return [p for p in root().rglob("*") if p.is_file()]


def other_keys(tmp_path, settings):
    make_keys(tmp_path / "other.json")
    settings.KEYS = read_keys(tmp_path / "other.json")


def test_nothing_of_a_frozen_month_can_be_read_from_its_files(frozen):
    assert len(files()) == 3
    for path in files():
        text = path.read_bytes()
        assert not [word for word in TELLTALE if word in text], path
        assert path.stat().st_mode & 0o077 == 0
        with pytest.raises(pa.ArrowInvalid):
            pq.read_table(path)
    assert sum(h.metadata.num_rows for h, _members in opened(frozen)) == frozen.households


def test_a_pattern_of_illness_and_a_canary_word_put_into_a_month_lie_in_no_file(tmp_path, settings):
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    settings.VAR = tmp_path
    canaries = Canaries.make(60, seed=seed)
    ill = [n % 7 == 3 for n in range(60)]
    table = pa.table(
        {"disability": list(canaries.words), "serious_illness": ill, "payee": list(canaries.numbers)}
    )
    freezing._put(table, root() / "2026-11.1" / f"part{freezing.ENDING}")
    assert canaries.found_in([root()]) == []
    assert pq.read_table(pa.BufferReader(plain(files()[0]))).to_pylist() == table.to_pylist()
    # The broken twin: the same table as plain Parquet is found by the same search.
    pq.write_table(table, root() / "plain.parquet", compression="none")
    found = {text for _path, text in canaries.found_in([root()])}
    assert found >= set(canaries.words)


def plain(path):
    from tuodi.kit.sealed import unseal_content

    return unseal_content(path.read_bytes(), freezing.KIND)


def test_with_another_key_a_month_does_not_open_and_says_so(frozen, draft, put, drafter, tmp_path, settings):
    put(draft)
    other_keys(tmp_path, settings)
    assert not opens(frozen)
    with pytest.raises(Refused, match="密钥不是封存时的那一把"):
        opened(frozen)
    with pytest.raises(Refused, match="重新冻结"):
        services.rehearse(drafts=[draft], by=drafter, on=ON)


def test_a_single_changed_byte_is_found(frozen):
    path = root() / frozen.folder / f"roll{freezing.ENDING}"
    text = bytearray(path.read_bytes())
    text[len(text) // 2] ^= 1
    path.write_bytes(text)
    with pytest.raises(Refused, match="已损坏"):
        roll_of(frozen)


def test_files_in_plain_are_refused_then_made_anew_and_removed(frozen, drafter):
    """As an earlier version left them: the month is frozen again, unsealing every family, and the plain files go."""
    folder = root() / frozen.folder
    (piece,) = opened(frozen)
    for level, part in zip(("households", "members"), piece, strict=True):
        text = part.read()
        shutil.rmtree(folder / level)
        (folder / level).mkdir()
        pq.write_table(text, folder / level / "part-00000.parquet")
    with pytest.raises(Refused, match="没有封存好"):
        opened(frozen)
    again = services.freeze(month=date(2026, 12, 1), by=drafter, on=ON)
    assert again.carried == 0 and again.households == frozen.households and opens(again)
    assert not list(root().rglob("*.parquet"))


def test_the_nightly_job_freezes_a_month_that_no_longer_opens(frozen, monkeypatch):
    assert tasks.freeze_monthly(None).message == "本月已冻结"
    shutil.rmtree(root() / frozen.folder)
    tasks.freeze_monthly(_Quiet())
    row = FrozenMonth.objects.get()
    assert row.made == 2 and opens(row)


class _Quiet:
    def tell(self, done, total):
        """Nobody listens."""
