"""At once happens only what is certain; everything else waits for the author."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from newsletter.domain.inbound import (
    UNPROVEN,
    Authentication,
    AuthVerdict,
    BounceFacts,
    Classified,
    FoundIntent,
    InboundKind,
    Intent,
    SubKind,
)
from newsletter.domain.inbound_match import Matched, MatchRule
from newsletter.domain.provider_event import BounceClass
from newsletter.replies.policy import Act, Decision, Doubt, Step, decide

PASS = Authentication(server="mx.brief.example", dmarc=AuthVerdict.PASS)
FAIL = Authentication(server="mx.brief.example", dmarc=AuthVerdict.FAIL)
NOBODY = Authentication()
READER = Matched(subscriber_id=7, subscriber_confidence=1.0, is_sender=True, rule=MatchRule.MESSAGE_ID)
BY_SENDER = Matched(subscriber_id=7, subscriber_confidence=0.95, is_sender=True, rule=MatchRule.SENDER)
PRIVATE = Matched(subscriber_id=7, subscriber_confidence=0.5, via_subscriber_id=7, rule=MatchRule.MESSAGE_ID)
STRANGER = Matched(via_subscriber_id=7, rule=MatchRule.LINK)
NO_MATCH = Matched()


def _wish(intent: Intent, confidence: float = 0.9, new: str | None = None) -> Classified:
    found = FoundIntent(intent=intent, confidence=confidence, rule="nl:x", excerpt="wil je", new=new)
    return Classified(kind=InboundKind.HUMAN, confidence=1.0, intents=(found,))


def _bounce(
    bounce: BounceClass | None, recipient: str | None = "jan@a.example", *, is_delay: bool = False
) -> Classified:
    fact = BounceFacts(recipient=recipient, rule="report", diagnostic="550", bounce=bounce, is_delay=is_delay)
    return Classified(kind=InboundKind.BOUNCE, confidence=1.0, bounces=(fact,))


def _only(decision: Decision) -> tuple[Act, bool, Doubt | None, int | None]:
    (step,) = decision.steps
    return step.act, step.is_automatic, step.doubt, step.subscriber_id


UNSUBSCRIBE, CHANGE, FORGET = Intent.UNSUBSCRIBE, Intent.CHANGE_ADDRESS, Intent.FORGET


@pytest.mark.parametrize(
    ("intent", "new", "match", "authentication", "doubt"),
    [
        (UNSUBSCRIBE, None, READER, PASS, None),
        (UNSUBSCRIBE, None, BY_SENDER, PASS, None),
        (UNSUBSCRIBE, None, READER, NOBODY, Doubt.NOT_AUTHENTICATED),
        (UNSUBSCRIBE, None, READER, FAIL, Doubt.FORGED),
        (UNSUBSCRIBE, None, PRIVATE, PASS, Doubt.OTHER_SENDER),
        (UNSUBSCRIBE, None, STRANGER, PASS, Doubt.NO_READER),
        (UNSUBSCRIBE, None, NO_MATCH, PASS, Doubt.NO_READER),
        (CHANGE, "n@b.example", READER, PASS, None),
        (CHANGE, None, READER, PASS, Doubt.NO_NEW_ADDRESS),
        (CHANGE, "n@b.example", PRIVATE, PASS, Doubt.OTHER_SENDER),
        (CHANGE, "n@b.example", READER, NOBODY, Doubt.NOT_AUTHENTICATED),
        (FORGET, None, READER, PASS, Doubt.ALWAYS_ASKED),
        (FORGET, None, READER, NOBODY, Doubt.NOT_AUTHENTICATED),
    ],
)
def test_what_a_person_asks_is_done_when_it_is_their_own_wish_for_certain(
    intent: Intent, new: str | None, match: Matched, authentication: Authentication, doubt: Doubt | None
) -> None:
    found = decide(_wish(intent, new=new), match, authentication)

    assert _only(found) == (Act(intent), doubt is None, doubt, match.subscriber_id)


def test_uncertain_words_wait_for_the_author() -> None:
    found = decide(_wish(UNSUBSCRIBE, confidence=0.7), READER, PASS)

    assert _only(found) == (Act.UNSUBSCRIBE, False, Doubt.UNSURE, 7)


def test_a_change_of_address_carries_the_new_one() -> None:
    (step,) = decide(_wish(CHANGE, new="n@b.example"), READER, PASS).steps

    assert step == Step(
        act=Act.CHANGE_ADDRESS, subscriber_id=7, is_automatic=True, reason="wil je", new_address="n@b.example"
    )


RETURNED = Matched(via_subscriber_id=7, rule=MatchRule.RETURNED)
STORED = Matched(via_subscriber_id=7, rule=MatchRule.STORED_ID)
BY_LINK = Matched(via_subscriber_id=7, rule=MatchRule.LINK)
BY_SUBJECT = Matched(subscriber_id=7, rule=MatchRule.SENDER_SUBJECT)
HARD, SOFT, BLOCKED = BounceClass.HARD, BounceClass.SOFT, BounceClass.BLOCKED
OWN, OTHER = {"jan@a.example": 7}, {"jan@a.example": 8}


@pytest.mark.parametrize(
    ("bounce", "recipient", "match", "readers", "expected"),
    [
        (HARD, "jan@a.example", RETURNED, OWN, (Act.SUSPEND, True, None, 7)),
        (HARD, "JAN@A.example", PRIVATE, OWN, (Act.SUSPEND, True, None, 7)),
        (HARD, None, RETURNED, {}, (Act.SUSPEND, True, None, 7)),
        (HARD, "jan@a.example", STORED, OWN, (Act.SUSPEND, True, None, 7)),
        (HARD, None, STORED, {}, (Act.SUSPEND, False, Doubt.OTHER_ADDRESS, 7)),  # an answer to somebody else
        (SOFT, "jan@a.example", RETURNED, OWN, (Act.STRIKE, True, None, 7)),
        (BLOCKED, "jan@a.example", RETURNED, OWN, (Act.NOTE_BLOCKED, True, None, 7)),
        (HARD, "jan@a.example", RETURNED, {}, (Act.SUSPEND, False, Doubt.OTHER_ADDRESS, 7)),
        (HARD, "jan@a.example", RETURNED, OTHER, (Act.SUSPEND, False, Doubt.OTHER_ADDRESS, 7)),
        (HARD, "jan@a.example", BY_LINK, OWN, (Act.SUSPEND, True, None, 7)),
        (HARD, "jan@a.example", BY_SUBJECT, OWN, (Act.SUSPEND, False, Doubt.NO_PROOF, 7)),
        (HARD, "jan@a.example", NO_MATCH, OTHER, (Act.SUSPEND, False, Doubt.NO_PROOF, 8)),
        (HARD, "jan@a.example", NO_MATCH, {}, (Act.SUSPEND, False, Doubt.NO_READER, None)),
    ],
)
def test_a_bounce_counts_with_the_letter_as_proof_and_about_its_own_address(
    bounce: BounceClass,
    recipient: str | None,
    match: Matched,
    readers: dict[str, int],
    expected: tuple[Act, bool, Doubt | None, int | None],
) -> None:
    assert _only(decide(_bounce(bounce, recipient), match, NOBODY, readers=readers)) == expected


@pytest.mark.parametrize(
    ("classified", "match"),
    [
        (_bounce(SOFT), NO_MATCH),  # no strike without proof, and no question about one
        (_bounce(BLOCKED), NO_MATCH),
        (_bounce(None), RETURNED),  # a bounce without a reason is not held against anybody
        (_bounce(None, is_delay=True), RETURNED),
    ],
)
def test_what_proves_nothing_changes_nothing(classified: Classified, match: Matched) -> None:
    assert decide(classified, match, NOBODY, readers=OWN) == Decision()


@pytest.mark.parametrize("rule", sorted(UNPROVEN))
def test_what_only_words_say_of_a_mailbox_is_the_authors_to_decide(rule: str) -> None:
    (fact,) = _bounce(HARD).bounces
    said = Classified(kind=InboundKind.BOUNCE, confidence=0.9, bounces=(replace(fact, rule=rule),))

    assert _only(decide(said, RETURNED, NOBODY, readers=OWN)) == (Act.SUSPEND, False, Doubt.ALWAYS_ASKED, 7)


def test_a_report_that_names_a_reader_twice_counts_once() -> None:
    (fact,) = _bounce(SOFT).bounces
    twice = Classified(kind=InboundKind.BOUNCE, confidence=1.0, bounces=(fact, fact))

    assert len(decide(twice, RETURNED, NOBODY, readers=OWN).steps) == 1


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        (RETURNED, (Act.SUPPRESS, True, None, 7)),
        (BY_LINK, (Act.SUPPRESS, True, None, 7)),
        (BY_SUBJECT, (Act.SUPPRESS, False, Doubt.NO_PROOF, 7)),
        (NO_MATCH, (Act.SUPPRESS, False, Doubt.NO_READER, None)),
    ],
)
def test_a_complaint_suppresses_at_once_with_the_letter_as_proof(
    match: Matched, expected: tuple[Act, bool, Doubt | None, int | None]
) -> None:
    complaint = Classified(kind=InboundKind.COMPLAINT, confidence=1.0, sub_kind=SubKind.ARF)

    assert _only(decide(complaint, match, NOBODY)) == expected


def test_who_has_left_is_reviewed_and_never_removed() -> None:
    left = Classified(kind=InboundKind.OUT_OF_OFFICE, confidence=0.9, sub_kind=SubKind.LEFT)

    assert _only(decide(left, READER, PASS)) == (Act.REVIEW, False, Doubt.ALWAYS_ASKED, 7)


_QUIET = set(InboundKind) - {InboundKind.BOUNCE, InboundKind.COMPLAINT, InboundKind.HUMAN}


@pytest.mark.parametrize("kind", sorted(_QUIET))
def test_other_kinds_change_nothing_whoever_sent_them(kind: InboundKind) -> None:
    wish = _wish(UNSUBSCRIBE)
    classified = Classified(kind=kind, confidence=1.0, intents=wish.intents, bounces=_bounce(HARD).bounces)

    found = [
        decide(classified, match, auth, readers=OWN)
        for match, auth in itertools.product((READER, RETURNED), (PASS, FAIL))
    ]

    assert found == [Decision()] * 4


def test_nothing_is_done_by_itself_for_a_sender_who_is_not_vouched_for() -> None:
    wishes = [_wish(intent, new="n@b.example") for intent in Intent]

    steps = [
        step
        for wish, match, auth in itertools.product(
            wishes, (READER, BY_SENDER, PRIVATE, STRANGER, NO_MATCH), (FAIL, NOBODY)
        )
        for step in decide(wish, match, auth).steps
    ]

    assert [step for step in steps if step.is_automatic] == []
