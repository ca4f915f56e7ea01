"""One mailing on its way through SES: a batch is spread over a few connections."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Lock

from newsletter.domain.campaign import Attempt, Fence
from newsletter.domain.mailing import Recipient
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.protocols import Payload
from newsletter.providers.ses.request import MAX_MESSAGE_BYTES, SesMail, SesPayload, SesTemplate
from newsletter.providers.submissions import join_api_outcomes, said_to_us

__all__ = ["SesShipment"]


class SesShipment:
    """Builds requests and sends them; safe to use from several threads."""

    def __init__(
        self,
        template: SesTemplate,
        carry: Callable[[bytes], Outcome],
        close: Callable[[], None],
        connections: int,
    ) -> None:
        """Send what `template` builds with `carry`, over at most `connections` at once; `close` ends them."""
        self._template = template
        self._carry = carry
        self._close = close
        self._connections = connections
        self._lock = Lock()
        self._hands: ThreadPoolExecutor | None = None

    def fence(self, now: datetime) -> None:  # the protocol's signature
        """Return None: SES takes nothing back."""

    def build(
        self,
        recipients: Sequence[Recipient],
        attempt_key: str,
        fence: Fence | None = None,  # noqa: ARG002  # the protocol's signature
    ) -> SesPayload:
        """Return the requests for `recipients`; those SES could not carry are refused in it."""
        return self._template.build(recipients, attempt_key)

    def submit(self, payload: Payload) -> Submission:
        """Send the first mail alone, and the others at once only when nothing was said against us.

        After an unknown, a refusal of us or a broken connection what has not begun is not tried, so at most
        as many mails as there are connections can be unknown.
        """
        assert isinstance(payload, SesPayload), "a payload goes to the shipment that built it"
        outcomes: dict[int, Outcome] = {}
        run = _Run(self._carry)
        if payload.mails:
            first, *others = payload.mails
            outcomes[first.position] = run.send(first)
            for mail, outcome in zip(others, self._send_all(run, others), strict=True):
                outcomes[mail.position] = outcome
        return join_api_outcomes(outcomes, payload.refused, run.said_to_us)

    def evidence(self, recipients: Sequence[Recipient], attempt: Attempt) -> Submission | None:  # noqa: ARG002  # the protocol's signature
        """Return None: an earlier request can only be proven by the events of SES."""
        return None

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            hands, self._hands = self._hands, None
        if hands is not None:
            hands.shutdown()
        self._close()

    def _send_all(self, run: _Run, mails: Sequence[SesMail]) -> Sequence[Outcome]:
        if run.said_to_us is not None or len(mails) < 2 or self._connections == 1:
            return [run.send(mail) for mail in mails]
        with self._lock:
            if self._hands is None:
                self._hands = ThreadPoolExecutor(self._connections, thread_name_prefix="ses")
            futures = [self._hands.submit(run.send, mail) for mail in mails]
        return [future.result() for future in futures]


class _Run:
    """One batch under way, and what was said during it that concerns all."""

    def __init__(self, carry: Callable[[bytes], Outcome]) -> None:
        self._carry = carry
        self.said_to_us: Outcome | None = None

    def send(self, mail: SesMail) -> Outcome:
        """Send one mail, unless something was said that keeps the others from being tried."""
        if self.said_to_us is not None:
            return self.said_to_us
        if len(mail.body) * 3 // 4 > MAX_MESSAGE_BYTES:
            limit = f"SES allows {MAX_MESSAGE_BYTES:,}"
            return Outcome(kind=OutcomeKind.REJECTED, detail=f"the mail is too large: {limit} bytes")
        outcome = self._carry(mail.body)
        self._note(said_to_us(outcome))
        return outcome

    def _note(self, said: Outcome | None) -> None:
        if said is not None and (self.said_to_us is None or said.kind is OutcomeKind.HALT):
            self.said_to_us = said
