"""One mailing on its way through a mail server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from threading import Lock

from newsletter.domain.bounce_address import fill_bounce_address
from newsletter.domain.campaign import Attempt, Fence
from newsletter.domain.mailing import Recipient
from newsletter.domain.outcome import Submission
from newsletter.protocols import Payload
from newsletter.providers.messages import write_messages
from newsletter.providers.smtp.opening import Server
from newsletter.providers.smtp.payload import SmtpMail, SmtpPayload, envelope_problem, to_data
from newsletter.providers.smtp.pool import Pool
from newsletter.providers.submissions import join_outcomes

__all__ = ["SmtpShipment"]


class SmtpShipment:
    """Writes messages, and spreads each batch over the connections of a pool."""

    def __init__(
        self,
        pool: Pool,
        server: Server,
        bounces: str,
        write: Callable[[Recipient], bytes],
    ) -> None:
        """Send through `server`; `bounces` is for `fill_bounce_address`, `write` writes one message."""
        self._pool = pool
        self._server = server
        self._bounces = bounces
        self._write = write
        self._lock = Lock()
        self._is_open = True
        pool.enter()

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
        mails = tuple(
            SmtpMail(one.position, self._sender(one), one.email, to_data(message)) for one, message in written
        )
        sha = sha256()
        for mail in mails:
            sha.update(f"{mail.sender}\0{mail.email}\0{len(mail.data)}\0".encode())
            sha.update(mail.data)
        return SmtpPayload(mails, refused, sha.hexdigest())

    def submit(self, payload: Payload) -> Submission:
        """Hand over the mails, over as many connections as they are worth.

        After an answer that never came, a broken connection or a refusal of us, mails that have not begun are
        not tried.
        """
        assert isinstance(payload, SmtpPayload), "a payload goes to the shipment that built it"
        carried = self._pool.carry(self._server, payload.mails)
        outcomes = {**payload.refused, **carried.outcomes}
        # By position: the outcome of the whole is the first reader's, in whatever order the answers came.
        return join_outcomes(dict(sorted(outcomes.items())), carried.whole)

    def evidence(self, recipients: Sequence[Recipient], attempt: Attempt) -> Submission | None:  # noqa: ARG002  # the protocol's signature
        """Return None: a mail server cannot be asked what it took."""
        return None

    def close(self) -> None:
        """Take leave; the last shipment closes the connections."""
        with self._lock:
            was_open, self._is_open = self._is_open, False
        if was_open:
            self._pool.leave()

    def _sender(self, recipient: Recipient) -> str:
        return fill_bounce_address(self._bounces, recipient.delivery_id)
