"""One mailing on its way through a mail server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Lock

from newsletter.domain.campaign import Attempt, Fence
from newsletter.domain.mailing import Recipient
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.protocols import Payload
from newsletter.providers.messages import write_messages
from newsletter.providers.smtp.payload import SmtpMail, SmtpPayload, envelope_problem, to_data
from newsletter.providers.smtp.session import Refused, Server, Session, Stale
from newsletter.providers.smtp.wire import WireBroken
from newsletter.providers.submissions import join_outcomes

__all__ = ["SmtpShipment"]


class SmtpShipment:
    """Hands over mail after mail; every thread has a connection of its own, kept for the next batch."""

    def __init__(self, server: Server, sender: str, write: Callable[[Recipient], bytes]) -> None:
        """Send from `sender` through `server`; `write` returns a reader's message (RFC 5322)."""
        self._server = server
        self._sender = sender
        self._write = write
        self._lock = Lock()
        self._idle: list[Session] = []

    def fence(self, now: datetime) -> None:  # the protocol's signature
        """Return None: a mail server has no way back."""

    def build(  # the protocol's signature
        self,
        recipients: Sequence[Recipient],
        attempt_key: str,  # noqa: ARG002
        fence: Fence | None = None,  # noqa: ARG002
    ) -> SmtpPayload:
        """Write every message; readers whose address no envelope can hold are refused in the payload."""
        written, refused = write_messages(recipients, self._write, lambda one: envelope_problem(one.email))
        mails = (SmtpMail(one.position, one.email, to_data(message)) for one, message in written)
        return SmtpPayload(tuple(mails), refused)

    def submit(self, payload: Payload) -> Submission:
        """Hand over the mails in order.

        After an answer that never came, a broken connection or a refusal of us, the rest is not tried.
        """
        assert isinstance(payload, SmtpPayload), "a payload goes to the shipment that built it"
        outcomes = dict(payload.refused)
        session = self._take()
        whole: Outcome | None = None
        for mail in payload.mails:
            if whole is not None:
                outcomes[mail.position] = whole
                continue
            outcomes[mail.position], session = self._carry(session, mail)
            whole = _said_to_us(outcomes[mail.position], is_connected=session is not None)
        self._give(session)
        return join_outcomes(outcomes, whole)

    def evidence(self, recipients: Sequence[Recipient], attempt: Attempt) -> Submission | None:  # noqa: ARG002  # the protocol's signature
        """Return None: a mail server cannot be asked what it took."""
        return None

    def close(self) -> None:
        """Take leave and close the connections."""
        with self._lock:
            idle, self._idle = self._idle, []
        for session in idle:
            session.close(politely=True)

    def _carry(self, session: Session | None, mail: SmtpMail) -> tuple[Outcome, Session | None]:
        """Return what became of `mail`, and the session when it can carry another."""
        kept = session
        try:
            session = session or Session(self._server)
            outcome = session.deliver(self._sender, mail.email, mail.data)
            return outcome, session if session.is_open else None
        except Refused as refusal:
            return refusal.outcome, None
        except (Stale, WireBroken) as error:
            if session is not None:
                session.close()
            if isinstance(error, Stale) and kept is not None:
                return self._carry(None, mail)  # nothing of this mail had left: once more, on a fresh one
            return Outcome(kind=OutcomeKind.NOT_SENT, detail=str(error)), None

    def _take(self) -> Session | None:
        while True:
            with self._lock:
                if not self._idle:
                    return None
                session = self._idle.pop()
            if session.is_alive():
                return session
            session.close()

    def _give(self, session: Session | None) -> None:
        if session is not None:
            with self._lock:
                self._idle.append(session)


def _said_to_us(outcome: Outcome, *, is_connected: bool) -> Outcome | None:
    """Return what the outcome of one mail means for those after it; None: nothing."""
    if outcome.kind is OutcomeKind.UNKNOWN:
        return Outcome(kind=OutcomeKind.NOT_SENT, detail=f"not tried after an unknown: {outcome.detail}")
    is_broken = outcome.kind is OutcomeKind.NOT_SENT and not is_connected
    return outcome if outcome.kind is OutcomeKind.HALT or is_broken else None
