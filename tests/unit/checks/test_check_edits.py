"""Changes to a file are exact to the byte, whole or not at all, and never over each other."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.checks.context import CheckContext
from newsletter.checks.edits import apply_mends, replace_words
from newsletter.config.schema import Config
from newsletter.domain.finding import Edit, Mend
from newsletter.source import Place

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def _mend(*edits: tuple[int, int, str]) -> Mend:
    return Mend(edits=tuple(Edit(start=start, end=end, text=text) for start, end, text in edits))


def _context(root: Path, data: bytes) -> CheckContext:
    (root / "brief.md").write_bytes(data)
    return CheckContext(path=root / "brief.md", config=Config(root=root), now=NOW)


def test_edits_are_applied_where_they_stood_before_the_others() -> None:
    data, count = apply_mends(b"een twee drie", [_mend((4, 8, "2")), _mend((0, 3, "eerst"))])

    assert (data, count) == (b"eerst 2 drie", 2)


def test_of_two_mends_of_the_same_bytes_one_waits() -> None:
    data, count = apply_mends(b"abcdef", [_mend((0, 3, "x")), _mend((2, 5, "y"))])

    assert (data, count) == (b"xdef", 1)


def test_a_mend_is_applied_whole_or_not_at_all() -> None:
    data, count = apply_mends(b"abcdef", [_mend((0, 1, "x")), _mend((0, 1, "y"), (4, 5, "z"))])

    assert (data, count) == (b"xbcdef", 1)


def test_a_mend_outside_the_file_is_left() -> None:
    assert apply_mends(b"abc", [_mend((2, 9, "x"))]) == (b"abc", 0)


@given(
    data=st.binary(max_size=40),
    spans=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 10), st.text(max_size=3)), max_size=8),
)
def test_no_byte_outside_the_edits_changes(data: bytes, spans: list[tuple[int, int, str]]) -> None:
    mends = [_mend((start, start + length, text)) for start, length, text in spans]

    after, count = apply_mends(data, mends)

    most_removed = sum(length for _, length, _ in spans)
    assert count <= len(mends)
    assert len(after) >= len(data) - most_removed
    if not count:
        assert after == data


@pytest.mark.parametrize("prefix", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_words_are_found_whatever_the_line_ends(tmp_path: Path, prefix: bytes, end: bytes) -> None:
    data = prefix + b"\xc3\xa9\xc3\xa9n" + end + "café van van Jan".encode() + end
    context = _context(tmp_path, data)

    mend = replace_words(context, Place(path="brief.md", line=2, column=6), "van van", "van")

    assert mend is not None
    assert apply_mends(data, [mend])[0] == data.replace(b"van van", b"van")


@pytest.mark.parametrize(
    "place",
    [
        Place(path="brief.md", line=1),
        Place(path="brief.md", line=1, column=2),
        Place(path="brief.md", line=7, column=1),
        Place(path="templates/letter.mjml.j2", line=1, column=1),
    ],
)
def test_words_that_are_not_there_give_no_mend(tmp_path: Path, place: Place) -> None:
    assert replace_words(_context(tmp_path, b"dag\n"), place, "dag", "hoi") is None
