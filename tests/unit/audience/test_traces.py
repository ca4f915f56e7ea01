"""An address is found however it is written, and nobody else's is taken for it."""

from __future__ import annotations

import json
import quopri
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.audience.traces import FORGOTTEN, Traces

EMAIL = "Jan.de+Vries@gemeente.example"
TRACES = Traces([EMAIL, EMAIL.lower()])


@pytest.mark.parametrize(
    "data",
    [
        EMAIL.encode(),
        b"<" + EMAIL.upper().encode() + b">",
        b"to=" + quote(EMAIL).encode() + b"&x=1",
        b"mailto%3A" + quote(EMAIL, safe="").encode(),
        json.dumps({"text": f"\u00e9<{EMAIL}>"}).encode(),
        json.dumps(f"<{EMAIL}>").replace("<", "\\u003c").encode(),
        quopri.encodestring(f"{'x' * 62} {EMAIL} é".encode()),
        quopri.encodestring(f"{'é' * 20}:{EMAIL}".encode()).replace(b"@", b"=40"),
        f"Aan: {EMAIL}\n".encode("utf-16"),
        f"Aan: {EMAIL}\n".encode("utf-16-be"),
        EMAIL.encode().hex().encode(),
        b"Jan.de+Vries&#64;gemeente.example",
    ],
    ids=range(12),
)
def test_every_way_of_writing_it_is_found(data: bytes) -> None:
    assert TRACES.are_in(data)


@given(st.text(max_size=40), st.text(max_size=40), st.integers(0, 200))
def test_it_is_found_in_base64_at_any_place(before: str, after: str, width: int) -> None:
    plain = f"{before} {EMAIL} {after}".encode("utf-8", "replace")
    packed = b64encode(plain)
    folded = b"\r\n".join(packed[at : at + 76] for at in range(0, len(packed), 76)) if width > 99 else packed

    assert TRACES.are_in(folded)
    assert TRACES.are_in(urlsafe_b64encode(plain))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "cp1252"])
def test_an_address_beyond_ascii_is_found_in_every_encoding(encoding: str) -> None:
    traces = Traces(["ünï@gemeente.example"])

    assert traces.are_in("Aan: ünï@gemeente.example, groet".encode(encoding))
    assert traces.are_in(quopri.encodestring("Aan: ünï@gemeente.example".encode()))


@pytest.mark.parametrize(
    "other",
    [
        "x" + EMAIL,
        "x." + EMAIL,
        "x+" + EMAIL,
        EMAIL + ".org",
        EMAIL + "s",
        EMAIL + "-zuid.example",
        "Jan.de+Vries@mail.gemeente.example",
        "Vries@gemeente.example",
    ],
)
def test_the_address_of_somebody_else_is_left_alone(other: str) -> None:
    assert not TRACES.are_in(f"Aan: {other}, groet".encode())
    assert TRACES.clean(f"Aan: {other}") == f"Aan: {other}"


def test_a_word_stands_in_its_place() -> None:
    assert TRACES.clean(f"Aan: <{EMAIL}>.") == f"Aan: <{FORGOTTEN}>."
    assert TRACES.clean_bytes(f"é {EMAIL.upper()}\n".encode()) == f"é {FORGOTTEN}\n".encode()


def test_the_lines_that_hold_it_are_told() -> None:
    assert TRACES.lines_in(f"a\n{EMAIL}\nb\n\n<{EMAIL}>".encode()) == [2, 5]


@given(st.binary(max_size=300))
def test_any_bytes_are_looked_at_without_a_crash(data: bytes) -> None:
    assert TRACES.are_in(data) is False
    assert TRACES.clean_bytes(data) == data


@given(st.emails(), st.text(max_size=30))
def test_any_address_is_found_between_spaces_and_gone_afterwards(email: str, around: str) -> None:
    traces = Traces([email])
    text = f"{around} {email} {around}"

    assert traces.are_in(text.encode("utf-8", "replace"))
    low = text.lower()
    assert any(one in low and other in low for one, other in traces.probes)
    assert f" {email} " not in traces.clean(text)


@given(
    st.lists(
        st.sampled_from([b"vries", b"Jan.de+Vries", EMAIL.encode(), b"x", b" ", b"." * 4090]), max_size=12
    )
)
def test_looking_closely_only_where_a_piece_of_it_is_misses_nothing(pieces: list[bytes]) -> None:
    data = b"".join(pieces)

    assert TRACES.are_in(data) == bool(TRACES._bytes.search(data))
