"""Links that only we can make, each for one purpose and one delivery."""

from __future__ import annotations

import random
from base64 import urlsafe_b64encode
from hashlib import blake2b

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.domain.token import delivery_id, delivery_ids, read_token, sign_letters, sign_token

SECRET = bytes(range(32))
OTHER = bytes(reversed(range(32)))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def test_a_token_opens_its_own_purpose_only() -> None:
    delivery = delivery_id(SECRET, "issue", "ada@reader.example")
    token = sign_token(SECRET, "unsubscribe", delivery)

    assert delivery == read_token([SECRET], "unsubscribe", token)
    assert read_token([SECRET], "preferences", token) is None


def test_an_old_secret_still_opens_after_a_new_one_came() -> None:
    token = sign_token(SECRET, "unsubscribe", "0" * 32)

    assert "0" * 32 == read_token([OTHER, SECRET], "unsubscribe", token)


def test_ten_thousand_forged_tokens_open_nothing() -> None:
    chance = random.Random(7)
    token = sign_token(SECRET, "unsubscribe", delivery_id(SECRET, "issue", "ada@reader.example"))
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.é"

    forged = []
    for _ in range(10_000):
        place = chance.randrange(len(token))
        forged.append(token[:place] + chance.choice(letters) + token[place + chance.randrange(2) :])

    assert [] == [
        bad for bad in forged if bad != token and read_token([SECRET], "unsubscribe", bad) is not None
    ]


def test_one_reader_has_another_id_in_every_issue() -> None:
    ids = {delivery_id(SECRET, issue, "ada@reader.example") for issue in ("one", "two", "three")}

    assert 3 == len(ids)
    assert {32} == {len(one) for one in ids}


@pytest.mark.parametrize("purpose", ["unsubscribe", "preferences"])
@given(secret=st.binary(max_size=200), deliveries=st.lists(TEXTS))
def test_many_letters_at_once_are_signed_as_one_by_one(purpose, secret, deliveries):
    one_by_one = [sign_token(secret, purpose, one) for one in deliveries]

    assert one_by_one == sign_letters(secret, deliveries).tokens(purpose)


@given(secret=st.binary(max_size=64), key=TEXTS)
def test_what_a_letter_carries_are_parts_of_one_keyed_blake2b_of_the_standard_library(secret, key):
    whole = blake2b(f"letter\0{key}".encode(), key=secret, digest_size=54).digest()
    text = urlsafe_b64encode(whole).decode()

    assert f"{key}.{text[:22]}" == sign_token(secret, "unsubscribe", key)
    assert f"{key}.{text[24:46]}" == sign_token(secret, "preferences", key)
    assert [f"{key}.{whole[36:46].hex()}"] == sign_letters(secret, [key]).message_ids()


@given(secret=st.binary(max_size=64), purpose=st.sampled_from(["form", "confirm"]), key=TEXTS)
def test_any_other_purpose_has_a_keyed_blake2b_of_its_own(secret, purpose, key):
    whole = blake2b(f"{purpose}\0{key}".encode(), key=secret, digest_size=16).digest()
    mac = urlsafe_b64encode(whole).decode().rstrip("=")

    assert f"{key}.{mac}" == sign_token(secret, purpose, key)


@given(secret=st.binary(min_size=65, max_size=200))
def test_every_byte_of_a_long_secret_counts(secret):
    other = secret[:-1] + bytes([secret[-1] ^ 1])

    assert sign_token(secret, "unsubscribe", "a") != sign_token(other, "unsubscribe", "a")


@given(st.binary(max_size=80), TEXTS, st.lists(TEXTS))
def test_many_deliveries_get_the_ids_that_each_of_them_gets(
    secret: bytes, issue: str, keys: list[str]
) -> None:
    assert delivery_ids(secret, issue, keys) == [delivery_id(secret, issue, key) for key in keys]
