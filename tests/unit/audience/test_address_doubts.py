"""Addresses of roles and slips in domains are told, and taken all the same."""

from __future__ import annotations

import pytest

from newsletter.audience.address_doubts import AddressDoubts, likely_domain
from newsletter.audience.row_block import RowBlock
from newsletter.source import Place


def told(*keys: str) -> list[str]:
    doubts = AddressDoubts()
    doubts.note(RowBlock(lines=range(2, 2 + len(keys)), keys=keys))
    return [str(one).splitlines()[0] for one in doubts.problems(lambda line: Place(path="l.csv", line=line))]


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("hotmail.nll", "hotmail.nl"),
        ("outlok.com", "outlook.com"),
        ("zigo.nl", "ziggo.nl"),
        ("kpnmial.nl", "kpnmail.nl"),
        ("xs4al.nl", "xs4all.nl"),
    ],
)
def test_a_slip_is_told_with_the_domain_that_was_meant(slip: str, meant: str) -> None:
    assert likely_domain(slip) == meant


@pytest.mark.parametrize(
    "domain",
    ["gmail.com", "ymail.com", "email.com", "live.nl", "hotmail.be", "hotmail.co.uk", "gemeente-ede.nl", ""],
)
def test_a_real_domain_is_no_slip(domain: str) -> None:
    assert likely_domain(domain) is None


def test_doubts_are_told_once_with_their_number_and_the_first_line() -> None:
    assert told("a@ede.nl", "b@gmial.com", "c@gmial.com", "info@ede.nl", "noreply@ede.nl", "d@zigo.nl") == [
        "l.csv:3: 2 addresses at gmial.com: did you mean gmail.com?",
        "l.csv:7: an address at zigo.nl: did you mean ziggo.nl?",
        "l.csv:5: info@ede.nl is the address of a role, and so is 1 more",
    ]


def test_ordinary_addresses_raise_no_doubt() -> None:
    assert told("anna@ede.nl", "informatica@gmail.com", '"info x"@ede.nl') == []
