"""One mailing on its way through SendGrid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from python_http_client.exceptions import HTTPError

from newsletter.domain.campaign import Attempt, Fence
from newsletter.domain.mailing import Recipient
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.protocols import Payload
from newsletter.providers.sendgrid.answers import read_answer
from newsletter.providers.sendgrid.body import MAX_BODY_BYTES, BodyTemplate, SendgridPayload
from newsletter.providers.sendgrid.client import KeepAliveClient
from newsletter.providers.sendgrid.fences import NOTICE, Fences
from newsletter.providers.sendgrid.logs import find_accepted
from newsletter.providers.wire import AnswerLost, NeverLeft

__all__ = ["SendgridShipment"]


class SendgridShipment:
    """Builds requests and posts them; safe to use from several threads."""

    def __init__(self, template: BodyTemplate, client: KeepAliveClient, lead: timedelta | None) -> None:
        """Post what `template` builds through `client`, which is closed with the shipment.

        With a `lead` mail waits that long at SendGrid, and can be called back meanwhile.
        """
        self._template = template
        self._client = client
        self._fences = Fences(client, lead) if lead else None

    def fence(self, now: datetime) -> Fence | Outcome | None:
        """Return a fence, or why there is none, where `fence = true`."""
        return self._fences.put_up(now) if self._fences else None

    def build(
        self,
        recipients: Sequence[Recipient],
        attempt_key: str,
        fence: Fence | None = None,
    ) -> SendgridPayload:
        """Return the request for `recipients`; those SendGrid could not carry are refused in it."""
        return self._template.build(recipients, attempt_key, fence)

    def submit(self, payload: Payload) -> Submission:
        """Post `payload`; unknown whenever the whole request left without a 202 or a 4xx in return."""
        assert isinstance(payload, SendgridPayload), "a payload goes to the shipment that built it"
        if not payload.positions:
            return _with_refused(_whole(OutcomeKind.NOT_SENT, "nobody left to send to"), payload)
        if payload.size > MAX_BODY_BYTES:
            size = f"the batch takes {payload.size:,} bytes; SendGrid allows {MAX_BODY_BYTES:,}"
            return _with_refused(_whole(OutcomeKind.REJECTED, size), payload)
        return _with_refused(self._post(payload), payload)

    def rehearse(self, recipients: Sequence[Recipient]) -> Submission:
        """Show `recipients` to SendGrid in its sandbox: it looks at everything and mails nobody.

        Source: Twilio SendGrid "Sandbox Mode"; what is fine is answered with 200, not with 202.
        """
        payload = self._template.build(recipients, "rehearsal", is_rehearsal=True)
        try:
            answer = self._client.ask("POST", "/v3/mail/send", payload.body)
        except (NeverLeft, AnswerLost) as error:
            return _with_refused(_whole(OutcomeKind.NOT_SENT, str(error)), payload)
        if answer.status == 200:
            return _with_refused(_whole(OutcomeKind.ACCEPTED, "SendGrid would take it"), payload)
        said = read_answer(answer.status, answer.headers, answer.body, payload.positions)
        if said.outcome.kind is OutcomeKind.ACCEPTED:
            said = _whole(OutcomeKind.UNKNOWN, "SendGrid answered as if it had mailed this; look there")
        return _with_refused(said, payload)

    def evidence(self, recipients: Sequence[Recipient], attempt: Attempt) -> Submission | None:
        """Call the attempt back if it has a fence and there is time; then it is not sent.

        Else SendGrid's logs may know that it was accepted.
        """
        if attempt.fence and Fences(self._client, NOTICE).call_back(attempt.fence):
            outcome = Outcome(
                kind=OutcomeKind.NOT_SENT, detail="called back before it left", retry_after_s=0.0
            )
            return Submission(outcome=outcome)
        accepted = find_accepted(self._client, recipients, attempt)
        return Submission(outcome=accepted) if accepted else None

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _post(self, payload: SendgridPayload) -> Submission:
        try:
            answer = self._client.mail.send.post(request_body=payload.pieces)
        except HTTPError as error:
            return read_answer(error.status_code, error.headers, error.body, payload.positions)
        except NeverLeft as error:
            return _whole(OutcomeKind.NOT_SENT, str(error))
        except AnswerLost as error:
            return _whole(OutcomeKind.UNKNOWN, str(error))
        return read_answer(answer.status_code, answer.headers, answer.body, payload.positions)


def _whole(kind: OutcomeKind, detail: str) -> Submission:
    return Submission(outcome=Outcome(kind=kind, detail=detail))


def _with_refused(submission: Submission, payload: SendgridPayload) -> Submission:
    if not payload.refused:
        return submission
    return Submission(outcome=submission.outcome, exceptions={**payload.refused, **submission.exceptions})
