"""One mailing on its way through Postmark."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from newsletter.domain.campaign import Attempt, Fence
from newsletter.domain.mailing import Recipient
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.protocols import Payload
from newsletter.providers.postmark.answers import read_batch
from newsletter.providers.postmark.body import (
    MAX_MESSAGE_BYTES,
    PostmarkMail,
    PostmarkPayload,
    PostmarkTemplate,
    requests,
)
from newsletter.providers.postmark.client import PostmarkClient
from newsletter.providers.postmark.records import read_found
from newsletter.providers.submissions import join_api_outcomes, said_to_us
from newsletter.providers.wire import Answer, AnswerLost, NeverLeft

__all__ = ["PostmarkShipment"]

_Post = Callable[[bytes], Answer]


class PostmarkShipment:
    """Builds requests and posts them; safe to use from several threads."""

    def __init__(self, template: PostmarkTemplate, client: PostmarkClient) -> None:
        """Post what `template` builds through `client`, which is closed with the shipment."""
        self._template = template
        self._client = client

    def fence(self, now: datetime) -> None:  # the protocol's signature
        """Return None: Postmark takes nothing back."""

    def build(
        self,
        recipients: Sequence[Recipient],
        attempt_key: str,
        fence: Fence | None = None,  # noqa: ARG002  # the protocol's signature
    ) -> PostmarkPayload:
        """Return the messages for `recipients`; those Postmark could not carry are refused in it."""
        return self._template.build(recipients, attempt_key)

    def submit(self, payload: Payload) -> Submission:
        """Post the messages, in one request where they fit in one.

        After an answer that says nothing, or something against us, the requests left are not tried.
        """
        assert isinstance(payload, PostmarkPayload), "a payload goes to the shipment that built it"
        return self._send(payload, self._client.post_batch)

    def rehearse(self, recipients: Sequence[Recipient]) -> Submission:
        """Show `recipients` to Postmark under its token for tests: it looks at the messages and mails nobody.

        It does not know our server then, so sender and stream are not looked at; `probe` asks for the stream.
        """
        said = self._send(self._template.build(recipients, "rehearsal"), self._client.try_batch)
        if said.outcome.kind is not OutcomeKind.ACCEPTED:
            return said
        would = Outcome(kind=OutcomeKind.ACCEPTED, detail="Postmark would take it", status=200)
        others = {at: one for at, one in said.exceptions.items() if one.kind is not OutcomeKind.ACCEPTED}
        return Submission(outcome=would, exceptions=others)

    def evidence(self, recipients: Sequence[Recipient], attempt: Attempt) -> Submission | None:
        """Ask Postmark which messages of the attempt it took; what it does not show stays open."""
        try:
            answer = self._client.find_messages(attempt.key)
        except (NeverLeft, AnswerLost):
            return None
        return read_found(answer.status, answer.body, recipients, attempt.key)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _send(self, payload: PostmarkPayload, post: _Post) -> Submission:
        outcomes: dict[int, Outcome] = {}
        whole: Outcome | None = None
        for mails in requests(payload):
            if whole is not None:
                outcomes |= {mail.position: whole for mail in mails}
                continue
            said = _request(mails, payload.shared, post)
            outcomes |= {mail.position: one for mail, one in zip(mails, said, strict=True)}
            whole = _said_to_us(said)
        return join_api_outcomes(outcomes, payload.refused, whole)


def _request(mails: Sequence[PostmarkMail], shared: bytes, post: _Post) -> Sequence[Outcome]:
    """Return what one request says of each of `mails`; those that are too large are left out of it."""
    small = [mail for mail in mails if len(mail.own) + len(shared) <= MAX_MESSAGE_BYTES]
    said = iter(_ask(small, shared, post) if small else ())
    limit = f"the mail is too large: Postmark allows {MAX_MESSAGE_BYTES:,} bytes"
    too_large = Outcome(kind=OutcomeKind.REJECTED, detail=limit)
    fits = {mail.position for mail in small}
    return [next(said) if mail.position in fits else too_large for mail in mails]


def _ask(mails: Sequence[PostmarkMail], shared: bytes, post: _Post) -> Sequence[Outcome]:
    body = b"[" + b",".join(mail.own + shared for mail in mails) + b"]"
    try:
        answer = post(body)
    except NeverLeft as error:
        return [Outcome(kind=OutcomeKind.NOT_SENT, detail=str(error))] * len(mails)
    except AnswerLost as error:
        return [Outcome(kind=OutcomeKind.UNKNOWN, detail=str(error))] * len(mails)
    return read_batch(answer.status, answer.headers, answer.body, len(mails))


def _said_to_us(outcomes: Sequence[Outcome]) -> Outcome | None:
    """Return what the answer to one request means for the requests after it; None: nothing."""
    said = [word for word in map(said_to_us, outcomes) if word is not None]
    halts = [word for word in said if word.kind is OutcomeKind.HALT]
    return next(iter(halts or said), None)
