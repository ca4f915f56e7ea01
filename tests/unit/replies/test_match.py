"""Mails matched against a real store: which letter they answer, and who wrote them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from match_world import READERS, a_desk, a_match_store, delivery_of, mails_of, read_case

from newsletter.domain.inbound_match import Matched, MatchRule
from newsletter.domain.message_id import sign_message_ids
from newsletter.domain.read_mail import MailAddress, ReadMail
from newsletter.domain.token import sign_token
from newsletter.replies.match import match
from newsletter.store.opening import Store

HERE = Path(__file__).parent
BLIND = mails_of(HERE / "match_held_out.toml")  # written before the rules
KNOWN = mails_of(HERE / "match_mails.toml")
CASES = [*BLIND, *KNOWN]


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with a_match_store() as made:
        yield made


def _expected(case: Mapping[str, object]) -> tuple[object, ...]:
    reader, via = case.get("reader"), case.get("via")
    return (
        case.get("issue"),
        READERS[str(reader)][1] if reader else None,
        READERS[str(via)][1] if via else None,
        bool(case.get("is_sender", reader is not None)),
        case.get("proposed"),
    )


def _found(matched: Matched) -> tuple[object, ...]:
    return (
        matched.issue,
        matched.subscriber_id,
        matched.via_subscriber_id,
        matched.is_sender,
        matched.proposed_issue,
    )


@pytest.mark.parametrize("case", CASES, ids=[str(case["name"]) for case in CASES])
def test_a_mail_is_matched_to_its_letter_and_its_writer(store: Store, case: Mapping[str, object]) -> None:
    mail = read_case(store, case)

    matched = match(mail, a_desk(store))

    assert _expected(case) == _found(matched)


def _missed_without_ids(store: Store, cases: list[Mapping[str, object]]) -> list[object]:
    """Return the human mails whose letter or writer is not found when a program drops every Message-ID.

    A letter that is only quoted says nothing about a writer with another address than its reader's.
    """
    missed = []
    for case in cases:
        matched = match(read_case(store, case, with_ids=False), a_desk(store))
        issue, reader, _, is_sender, _ = _expected(case)
        is_right = (matched.issue, matched.subscriber_id) == (issue, reader if is_sender else None)
        assert matched.subscriber_id in (None, reader), f"{case['name']}: a wrong reader"
        if not is_right and not case.get("machine"):
            missed.append(case["name"])
    return missed


def test_without_message_ids_nineteen_of_twenty_human_mails_are_still_matched(store: Store) -> None:
    missed = _missed_without_ids(store, KNOWN)

    assert len(missed) <= 0.05 * sum(not case.get("machine") for case in KNOWN), missed


def test_without_message_ids_only_mails_with_nothing_else_in_them_are_missed_of_the_blind_ones(
    store: Store,
) -> None:
    missed = _missed_without_ids(store, BLIND)

    assert [
        "private address, direct answer",
        "a colleague answers somebody's forward",
        "Exchange puts commas between the references",
        "a letter of long ago, named",
    ] == missed


def test_a_mail_of_another_sender_never_acts_for_the_reader(store: Store) -> None:
    strangers = [case for case in CASES if case.get("via") and case.get("via") != case.get("reader")]
    strangers += [case for case in CASES if case.get("is_sender") is False]

    for case in strangers:
        for with_ids in (True, False):
            matched = match(read_case(store, case, with_ids=with_ids), a_desk(store))
            via = READERS[str(case["via"])][1]
            assert not (matched.is_sender and matched.subscriber_id == via), case["name"]


def test_ten_thousand_forged_names_of_letters_match_nothing(store: Store) -> None:
    chance = random.Random(7)
    desk = a_desk(store)
    stranger = MailAddress(name="", address="x@elders.example")
    (signed,) = sign_message_ids(store.secret, [delivery_of(store, "wilma", "winter")])
    token = sign_token(store.secret, "unsubscribe", delivery_of(store, "wilma", "winter"))

    found = 0
    for _ in range(100):
        ids = tuple(f"{_flipped(chance, signed)}@brief.example" for _ in range(50))
        links = " ".join(f"https://brief.example/unsubscribe/{_flipped(chance, token)}" for _ in range(50))
        forged = match(ReadMail(from_=stranger, references=ids, text=links), desk)
        found += forged.rule is not MatchRule.NOTHING

    assert 0 == found


def _flipped(chance: random.Random, text: str) -> str:
    """Return `text` with one bit of one character flipped, in the letters that ids are made of."""
    while True:
        at = chance.randrange(len(text))
        other = chr(ord(text[at]) ^ (1 << chance.randrange(7)))
        if other.isprintable() and other not in " @<>" and other.lower() != text[at].lower():
            return text[:at] + other + text[at + 1 :]


@given(text=st.text(max_size=300), subject=st.text(max_size=200), name=st.text(max_size=100))
def test_any_mail_gets_an_answer_and_names_nobody_by_chance(
    store: Store, text: str, subject: str, name: str
) -> None:
    sender = MailAddress(name=name, address=text[:50])
    mail = ReadMail(
        from_=sender, in_reply_to=(name,), references=(text,), subject=subject, text=text, html=text
    )

    matched = match(mail, a_desk(store))

    assert MatchRule.NOTHING is matched.rule


@pytest.mark.parametrize(
    "text",
    [
        "0123456789abcdef" * 62_500,
        "." * 1_000_000,
        " " * 1_000_000,
        "=\n> " * 250_000,
        "%25" * 333_000,
        "-2F" * 333_000,
    ],
    ids=["digits", "dots", "spaces", "broken lines", "percent", "urldefense"],
)
def test_a_mail_of_a_million_characters_is_looked_through(store: Store, text: str) -> None:
    mail = ReadMail(from_=None, subject=text, text=text, html="urldefense" + text)

    assert MatchRule.NOTHING is match(mail, a_desk(store)).rule
