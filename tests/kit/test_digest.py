"""The one digest: the standard's own example, one spelling of a document, a file in pieces."""

from __future__ import annotations

import io
from pathlib import Path

from tuodi.kit.digest import Sm3, digest_of, file_digest, sm3

ABC = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"  # GB/T 32905, appendix A.1


def test_it_is_the_sm3_of_the_standard() -> None:
    assert sm3(b"abc") == ABC


def test_the_order_of_keys_makes_no_difference_and_any_value_does() -> None:
    assert (
        digest_of({"a": 1, "b": ["岩"]})
        == digest_of({"b": ["岩"], "a": 1})
        == sm3('{"a":1,"b":["岩"]}'.encode())
    )
    assert digest_of({"a": 1}) != digest_of({"a": "1"})


def test_a_file_is_read_in_pieces_and_from_its_beginning(tmp_path: Path) -> None:
    content = b"abc" * 1_000_000
    path = tmp_path / "file"
    path.write_bytes(content)
    opened = io.BytesIO(content)
    opened.read(5)
    assert file_digest(path) == file_digest(opened) == sm3(content)


def test_digests_under_way_do_not_touch_each_other() -> None:
    one, other = Sm3(), Sm3()
    one.update(b"a")
    other.update(b"x")
    one.update(b"bc")
    assert one.hexdigest() == ABC
