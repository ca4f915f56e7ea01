"""Tokens of people: only what was signed for the purpose is taken, and nothing that looks like it."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from newsletter.domain.person_token import PersonClaim, read_person_token, sign_person_token
from newsletter.domain.token import sign_token

SECRET, OLD = b"n" * 32, b"o" * 32
NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
CLAIM = PersonClaim(subscriber_id=17, nonce="00ff00ff00ff00ff", expires=NOW + timedelta(days=7))
TOKEN = sign_person_token(SECRET, "confirm", CLAIM)


@given(
    st.integers(0, 2**63 - 1),
    st.binary(min_size=8, max_size=8),
    st.none() | st.integers(1, 4_000_000_000),
)
def test_what_is_signed_is_read_back(subscriber_id: int, nonce: bytes, end: int | None) -> None:
    expires = datetime.fromtimestamp(end, UTC) if end else None
    claim = PersonClaim(subscriber_id=subscriber_id, nonce=nonce.hex(), expires=expires)

    assert read_person_token([SECRET], "any", sign_person_token(SECRET, "any", claim)) == claim


def test_a_token_is_good_for_its_purpose_and_its_key_only() -> None:
    assert read_person_token([SECRET], "confirm", TOKEN) == CLAIM
    assert read_person_token([SECRET], "preferences", TOKEN) is None
    assert read_person_token([OLD], "confirm", TOKEN) is None
    assert read_person_token([], "confirm", TOKEN) is None


def test_a_token_signed_with_an_older_key_is_read_while_that_key_is_listed() -> None:
    assert read_person_token([OLD, SECRET], "confirm", TOKEN) == CLAIM


def test_a_token_holds_until_its_time_and_not_at_it() -> None:
    assert CLAIM.holds_at(NOW + timedelta(days=6, hours=23))
    assert not CLAIM.holds_at(NOW + timedelta(days=7))
    assert PersonClaim(subscriber_id=1, nonce="00" * 8, expires=None).holds_at(NOW + timedelta(days=9999))


def test_ten_thousand_forged_tokens_are_none() -> None:
    chance = random.Random(6)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    forged = []
    for number in range(10_000):
        place = chance.randrange(len(TOKEN))
        changed = chance.choice([one for one in letters if one != TOKEN[place]])
        bent = TOKEN[:place] + changed + TOKEN[place + 1 :]
        made = "".join(chance.choices(letters, k=32)) + "." + "".join(chance.choices(letters, k=22))
        forged.append(bent if number % 2 else made)

    assert [one for one in forged if read_person_token([SECRET], "confirm", one)] == []


def test_a_link_of_a_letter_is_no_token_of_a_person() -> None:
    assert read_person_token([SECRET], "confirm", sign_token(SECRET, "confirm", "ab" * 16)) is None


@given(st.text(max_size=80))
def test_any_text_is_read_without_a_crash(text: str) -> None:
    assert read_person_token([SECRET], "confirm", text) is None
