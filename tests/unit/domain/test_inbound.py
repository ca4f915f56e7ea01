"""A mail is from whom it says when our own server's verdicts come to that."""

from __future__ import annotations

import pytest

from newsletter.domain.inbound import Authentication, AuthVerdict, InboundKind

PASS, FAIL, NONE = AuthVerdict.PASS, AuthVerdict.FAIL, AuthVerdict.NONE


@pytest.mark.parametrize(
    ("dmarc", "dkim", "expected"),
    [
        (PASS, PASS, PASS),
        (PASS, NONE, PASS),
        (PASS, FAIL, PASS),
        (NONE, PASS, PASS),
        (FAIL, PASS, FAIL),
        (NONE, FAIL, FAIL),
        (FAIL, NONE, FAIL),
        (NONE, NONE, NONE),
    ],
)
def test_dmarc_decides_and_dkim_where_it_says_nothing(
    dmarc: AuthVerdict, dkim: AuthVerdict, expected: AuthVerdict
) -> None:
    found = Authentication(server="mx.example", dmarc=dmarc, dkim=dkim)

    assert (found.verdict, found.passes) == (expected, expected is PASS)


def test_only_people_and_spam_are_not_automatic() -> None:
    by_hand = {kind for kind in InboundKind if not kind.is_automatic}

    assert by_hand == {InboundKind.HUMAN, InboundKind.SPAM}
