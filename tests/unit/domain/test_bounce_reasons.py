"""Bounces are told apart by their reason, not by the class of a code."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.domain.bounce_reasons import reason_class, status_code
from newsletter.domain.provider_event import BounceClass

HARD, SOFT, BLOCKED = BounceClass.HARD, BounceClass.SOFT, BounceClass.BLOCKED


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("550 5.1.1 The email account that you tried to reach does not exist", HARD),
        ("550 No such user here", HARD),
        ("550 5.7.1 <a@b.example>: Recipient address rejected: User unknown", HARD),
        ("550 5.4.1 Recipient address rejected: Access denied. AS(201806281)", HARD),
        ("556 5.1.10 Recipient address has null MX", HARD),
        ("550 5.1.1 User unknown; see our policy", HARD),
        ("450 4.1.1 User unknown", SOFT),
        ("552 5.2.2 mailbox full", SOFT),
        ("550 5.1.1 over quota", SOFT),
        ("552 5.3.4 message too large", SOFT),
        ("421 4.7.0 spam suspected, try later", SOFT),
        ("550 5.4.4 unable to route", SOFT),
        ("550 5.1.1 refused: poor reputation", BLOCKED),
        ("554 5.7.1 refused", BLOCKED),
        ("550 5.7.26 unauthenticated: DMARC", BLOCKED),
        ("550 blocked using a block list", BLOCKED),
        ("Recipient address rejected: your host 203.0.113.14 is listed at bl.weg.example", BLOCKED),
        ("The group may not exist, or you may not have permission to post", BLOCKED),
        ("your ip 192.0.2.1 is not listed; user unknown", HARD),
        ("Delivery via your server failed. Recipient does not exist and is no longer listed", HARD),
        ("Dit doorstuuradres bestaat niet meer", HARD),
        ("Leider gibt es bei uns niemanden mit der Adresse a@weg.example", HARD),
        ("niemand mit der neuen Adresse a@weg.example hat Probleme", None),
        ("550 Mailbox unavailable <a@weg.example>", HARD),
        ("550 no", None),
        ("", None),
    ],
)
def test_the_reason_decides(reason: str, expected: BounceClass | None) -> None:
    assert reason_class("", reason) == expected


def test_of_many_words_of_servers_none_is_hard_that_is_not_and_nearly_all_are_told() -> None:
    said = tomllib.loads(Path(__file__).with_name("bounce_words_said.toml").read_text("utf-8"))

    wrong = [
        (expected, status, reason)
        for expected, rows in said.items()
        for status, reason in rows
        if reason_class(status, reason) != expected
    ]

    assert [reason for _, _, reason in wrong] == ["smtp; 550 Reverse DNS lookup for host 192.0.2.9 not found"]


def test_the_code_of_its_own_wins_from_one_in_the_words() -> None:
    assert reason_class("5.2.1", "550 5.1.1 no") is SOFT


@pytest.mark.parametrize(
    ("text", "code"),
    [("smtp; 550 5.1.1 x", "5.1.1"), ("from 192.5.1.12 no", None), ("5.1.1.9", None), ("2.0.0 OK", "2.0.0")],
)
def test_an_address_of_a_machine_is_no_code(text: str, code: str | None) -> None:
    assert status_code(text) == code


@given(st.text(max_size=2000), st.text(max_size=20))
def test_no_reason_is_too_strange(reason: str, status: str) -> None:
    assert reason_class(status, reason) in (None, *BounceClass)
