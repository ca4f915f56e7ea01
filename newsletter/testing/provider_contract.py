"""What every provider must do. Subclass, give a `peer` fixture, and pass unchanged.

`ProviderContract` is for all; `ContentContract` adds what arrives, for providers that make mail of what
they are given; `TroubleContract` adds what can only happen with a peer elsewhere, and `SilenceContract` a
peer that says nothing, for which the provider should be one that waits less than a second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from enum import StrEnum
from typing import Protocol

import pytest

from newsletter.domain.mailing import Mailing, Recipient
from newsletter.domain.outcome import OutcomeKind, Submission
from newsletter.protocols import Provider
from newsletter.testing.received import ReceivedMail
from newsletter.testing.sample_mailing import (
    HOSTILE_NAMES,
    UNFIT_NAMES,
    illustrated_mailing,
    sample_attempt,
    sample_mailing,
    sample_recipients,
)

__all__ = ["ContentContract", "Peer", "ProviderContract", "SilenceContract", "Trouble", "TroubleContract"]


class Trouble(StrEnum):
    """What a peer can be told to do with what comes next."""

    REFUSES_US = "refuses us"  # key, account, directory: nobody can be mailed
    IS_BUSY = "is busy"  # not now, for everybody
    REFUSES_FIRST = "refuses first"  # the first reader, for good
    LOSES_ANSWER = "loses answer"  # takes the first mail or batch and never says so
    LOSES_MAIL = "loses mail"  # takes nothing, and never says so
    TALKS_NONSENSE = "talks nonsense"  # takes the first mail or batch, and what it says means nothing
    GOES_SILENT = "goes silent"  # takes the first mail or batch, says nothing and does not hang up
    IS_AWAY = "is away"  # cannot be reached


class Peer(Protocol):
    """A provider and what it sends to."""

    @property
    def provider(self) -> Provider:
        """Return the provider under test."""

    def mails(self) -> Sequence[ReceivedMail]:
        """Return every mail the peer took."""

    def arrange(self, trouble: Trouble) -> None:
        """Make the peer meet the next submission with `trouble`."""


class ProviderContract:
    """Tests for every provider; needs a fixture `peer`."""

    def test_the_largest_batch_arrives_whole_and_once(self, peer: Peer) -> None:
        recipients = sample_recipients(["Jan"] * peer.provider.capabilities.batch_size)

        submission = _send(peer, sample_mailing(), recipients)

        assert _kinds(submission, recipients) == {OutcomeKind.ACCEPTED}
        assert sorted(mail.email for mail in peer.mails()) == sorted(one.email for one in recipients)

    def test_an_empty_batch_sends_nothing_and_is_no_error(self, peer: Peer) -> None:
        submission = _send(peer, sample_mailing(), ())

        assert isinstance(submission, Submission)
        assert peer.mails() == ()

    def test_building_is_pure_and_deterministic(self, peer: Peer) -> None:
        recipients = sample_recipients(HOSTILE_NAMES)
        first = peer.provider.prepare(sample_mailing())
        second = peer.provider.prepare(sample_mailing())

        digests = {shipment.build(recipients, "c.1.1").digest for shipment in (first, first, second)}
        other = first.build(recipients[1:], "c.1.1").digest
        first.close()
        second.close()

        assert len(digests) == 1
        assert other not in digests
        assert peer.mails() == ()

    def test_positions_with_gaps_keep_their_own_outcome(self, peer: Peer) -> None:
        recipients = sample_recipients(["A", "B", "C", "D"])[1::2]

        submission = _send(peer, sample_mailing(), recipients)

        assert _kinds(submission, recipients) == {OutcomeKind.ACCEPTED}
        assert {mail.email for mail in peer.mails()} == {one.email for one in recipients}

    def test_batches_may_be_submitted_by_several_threads_at_once(self, peer: Peer) -> None:
        batches = [sample_recipients(["Jan", "Piet", "Zoë"], first=3 * number) for number in range(12)]
        shipment = peer.provider.prepare(sample_mailing())

        def submit(number: int) -> Submission:
            return shipment.submit(shipment.build(batches[number], f"c.{number}.1"))

        with ThreadPoolExecutor(4) as threads:
            submissions = list(threads.map(submit, range(12)))
        shipment.close()

        assert {one.outcome.kind for one in submissions} == {OutcomeKind.ACCEPTED}
        assert sorted(mail.email for mail in peer.mails()) == sorted(
            one.email for batch in batches for one in batch
        )

    def test_evidence_never_denies_what_was_accepted(self, peer: Peer) -> None:
        recipients = sample_recipients(["A", "B", "C"])
        shipment = peer.provider.prepare(sample_mailing())
        shipment.submit(shipment.build(recipients[:2], "c.1.1"))

        evidence = shipment.evidence(recipients, sample_attempt("c.1.1"))
        shipment.close()

        if peer.provider.capabilities.is_conclusive:
            assert evidence is not None
            said = [evidence.of(one.position).kind for one in recipients]
            assert said == [OutcomeKind.ACCEPTED, OutcomeKind.ACCEPTED, OutcomeKind.NOT_SENT]
        else:
            assert evidence is None or OutcomeKind.NOT_SENT not in _kinds(evidence, recipients[:2])

    def test_a_refusal_of_us_halts_and_nothing_arrives(self, peer: Peer) -> None:
        recipients = sample_recipients(["A", "B"])
        peer.arrange(Trouble.REFUSES_US)

        submission = _send(peer, sample_mailing(), recipients)

        assert _kinds(submission, recipients) == {OutcomeKind.HALT}
        assert submission.outcome.detail
        assert peer.mails() == ()

    def test_a_probe_says_yes_and_mails_nobody(self, peer: Peer) -> None:
        outcome = peer.provider.probe()

        assert outcome.kind is OutcomeKind.ACCEPTED
        assert peer.mails() == ()

    def test_it_describes_itself_in_one_line(self, peer: Peer) -> None:
        assert peer.provider.name
        assert len(peer.provider.describe().splitlines()) == 1

    def test_a_shipment_may_be_closed_twice(self, peer: Peer) -> None:
        shipment = peer.provider.prepare(sample_mailing())
        shipment.submit(shipment.build(sample_recipients(["A"]), "c.1.1"))

        shipment.close()
        shipment.close()


class ContentContract(ProviderContract):
    """Tests of what each reader gets."""

    def test_accepted_mail_is_at_the_peer_as_each_reader_should_see_it(self, peer: Peer) -> None:
        mailing = sample_mailing()
        recipients = sample_recipients(HOSTILE_NAMES)

        submission = _send(peer, mailing, recipients)

        assert _kinds(submission, recipients) == {OutcomeKind.ACCEPTED}
        arrived = _by_email(peer)
        assert {one.email: _expected(mailing, one) for one in recipients} == {
            email: _seen(mail) for email, mail in arrived.items()
        }

    def test_values_that_are_no_text_cost_nobody_else_the_letter(self, peer: Peer) -> None:
        recipients = sample_recipients(["Jan", *UNFIT_NAMES, "Zoë"])

        submission = _send(peer, sample_mailing(), recipients)

        assert _kinds(submission, recipients) <= {OutcomeKind.ACCEPTED, OutcomeKind.REJECTED}
        assert {submission.of(one.position).kind for one in (recipients[0], recipients[-1])} == {
            OutcomeKind.ACCEPTED
        }
        accepted = [one for one in recipients if submission.of(one.position).kind is OutcomeKind.ACCEPTED]
        assert sorted(mail.email for mail in peer.mails()) == sorted(one.email for one in accepted)

    def test_every_mail_carries_the_headers_that_let_a_reader_answer_and_leave(self, peer: Peer) -> None:
        mailing = sample_mailing()
        recipients = [
            replace(one, message_id=f"{one.delivery_id}.{'5' * 20}")
            for one in sample_recipients(["Jan", "Zoë"])
        ]

        _send(peer, mailing, recipients)

        arrived = _by_email(peer)
        for one in recipients:
            headers = arrived[one.email].headers
            assert arrived[one.email].delivery_id == one.delivery_id
            # A Message-ID that is ours is the signed one, so that an answer to it is known.
            is_ours = one.delivery_id in headers["message-id"]
            assert not is_ours or headers["message-id"] == f"<{one.message_local}@{mailing.message_domain}>"
            assert "renata@brief.example" in headers["from"]
            assert headers["reply-to"] == "antwoord@brief.example"
            assert headers["list-id"] == "<proef.brief.example>"
            assert headers["list-unsubscribe"] == f"<{one.values['unsubscribe_url']}>"
            assert headers["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
            assert "bcc" not in headers

    def test_embedded_pictures_arrive_once_each_and_byte_for_byte(self, peer: Peer) -> None:
        mailing = illustrated_mailing()
        recipients = sample_recipients(["Jan", "Zoë"])

        submission = _send(peer, mailing, recipients)

        assert _kinds(submission, recipients) == {OutcomeKind.ACCEPTED}
        expected = {picture.content_id: picture.data for picture in mailing.rendered.pictures}
        for one in recipients:
            assert _by_email(peer)[one.email].pictures == expected
            assert _seen(_by_email(peer)[one.email]) == _expected(mailing, one)


class TroubleContract(ProviderContract):
    """Tests for providers whose peer is elsewhere: trouble on the way."""

    def test_a_busy_peer_means_not_sent(self, peer: Peer) -> None:
        recipients = sample_recipients(["A", "B"])
        peer.arrange(Trouble.IS_BUSY)

        submission = _send(peer, sample_mailing(), recipients)

        assert _kinds(submission, recipients) == {OutcomeKind.NOT_SENT}
        assert peer.mails() == ()

    def test_one_refused_reader_does_not_keep_the_others_from_their_mail(self, peer: Peer) -> None:
        recipients = sample_recipients(["A", "B", "C"])
        peer.arrange(Trouble.REFUSES_FIRST)

        submission = _send(peer, sample_mailing(), recipients)
        left = [one for one in recipients if submission.of(one.position).kind is OutcomeKind.NOT_SENT]
        again = _send(peer, sample_mailing(), left)

        assert submission.of(0).kind is OutcomeKind.REJECTED
        assert submission.of(0).detail
        assert _kinds(again, left) <= {OutcomeKind.ACCEPTED}
        assert sorted(mail.email for mail in peer.mails()) == [one.email for one in recipients[1:]]

    @pytest.mark.parametrize("trouble", [Trouble.LOSES_ANSWER, Trouble.LOSES_MAIL, Trouble.TALKS_NONSENSE])
    def test_an_answer_that_never_came_is_unknown(self, peer: Peer, trouble: Trouble) -> None:
        recipients = sample_recipients(["A", "B", "C"])
        peer.arrange(trouble)

        submission = _send(peer, sample_mailing(), recipients)

        assert submission.of(0).kind is OutcomeKind.UNKNOWN
        _assert_honest(peer, submission, recipients)

    def test_a_peer_that_is_away_means_not_sent(self, peer: Peer) -> None:
        recipients = sample_recipients(["A", "B"])
        peer.arrange(Trouble.IS_AWAY)

        submission = _send(peer, sample_mailing(), recipients)

        assert _kinds(submission, recipients) == {OutcomeKind.NOT_SENT}
        assert peer.provider.probe().kind is OutcomeKind.NOT_SENT

    @pytest.mark.parametrize(
        "trouble", [one for one in Trouble if one not in (Trouble.IS_AWAY, Trouble.GOES_SILENT)]
    )
    def test_trouble_never_makes_a_submission_lie(self, peer: Peer, trouble: Trouble) -> None:
        shipment = peer.provider.prepare(sample_mailing())
        before = sample_recipients(["A", "B", "C"])
        during = sample_recipients(["D", "E", "F"], first=10)
        shipment.submit(shipment.build(before, "c.1.1"))
        peer.arrange(trouble)

        submission = shipment.submit(shipment.build(during, "c.2.1"))
        shipment.close()

        _assert_honest(peer, submission, during)


class SilenceContract:
    """A test for providers whose peer is elsewhere; needs a fixture `peer` whose provider waits a moment."""

    def test_a_peer_that_goes_silent_is_given_up_and_what_it_has_is_unknown(self, peer: Peer) -> None:
        recipients = sample_recipients(["A", "B", "C"])
        peer.arrange(Trouble.GOES_SILENT)

        submission = _send(peer, sample_mailing(), recipients)

        assert submission.of(0).kind is OutcomeKind.UNKNOWN
        _assert_honest(peer, submission, recipients)


def _send(peer: Peer, mailing: Mailing, recipients: Sequence[Recipient]) -> Submission:
    shipment = peer.provider.prepare(mailing)
    try:
        return shipment.submit(shipment.build(recipients, "c7f3.1.1"))
    finally:
        shipment.close()


def _kinds(submission: Submission, recipients: Sequence[Recipient]) -> set[OutcomeKind]:
    return {submission.of(one.position).kind for one in recipients}


def _by_email(peer: Peer) -> Mapping[str, ReceivedMail]:
    mails = peer.mails()
    arrived = {mail.email: mail for mail in mails}
    assert len(arrived) == len(mails), "nobody got a mail twice"
    return arrived


def _assert_honest(peer: Peer, submission: Submission, recipients: Sequence[Recipient]) -> None:
    """Accepted is at the peer once; not sent, rejected and halted is not there; unknown may be."""
    arrived = _by_email(peer)
    for one in recipients:
        kind = submission.of(one.position).kind
        if kind is OutcomeKind.ACCEPTED:
            assert one.email in arrived
        elif kind is not OutcomeKind.UNKNOWN:
            assert one.email not in arrived


def _expected(mailing: Mailing, recipient: Recipient) -> tuple[str, str, str]:
    rendered = mailing.rendered
    return (
        rendered.subject.fill(recipient.values),
        _lines(rendered.text.fill(recipient.values)),
        _lines(rendered.html.fill(recipient.values)),
    )


def _seen(mail: ReceivedMail) -> tuple[str, str, str]:
    return mail.subject, _lines(mail.text), _lines(mail.html)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
