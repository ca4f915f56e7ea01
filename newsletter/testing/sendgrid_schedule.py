"""What SendGrid documents about mail that is held until a moment, and about calling it back.

Sources: Twilio SendGrid "Canceling a Scheduled Send" and the OpenAPI file `tsg_scheduled_sends_v3.yaml`.
Where they promise nothing, the worst happens: a cancellation later than ten minutes before the moment does
not count, and mail whose moment has passed leaves at once.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from threading import Lock

from newsletter.testing.sendgrid_rules import Fault

__all__ = ["Schedule"]

_LONGEST_S = 72 * 3600
_NOTICE_S = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A request that was accepted to leave later."""

    message_id: str
    batch_id: str
    send_at: float


class Schedule:
    """The batch ids given out, the requests held, and what is cancelled; `ahead_s` sets the clock."""

    def __init__(self) -> None:
        """Begin with nothing held."""
        self.ahead_s = 0.0
        self.most_open = 100
        self._numbers = count(1)
        self._lock = Lock()
        self._known: set[str] = set()
        self._statuses: dict[str, tuple[str, float]] = {}  # batch id: status, and since when
        self._held: list[_Held] = []
        self._discarded: set[str] = set()

    def now(self) -> float:
        """Return the time at SendGrid, in seconds since 1970."""
        return time.time() + self.ahead_s

    def new_batch(self) -> str:
        """Return a batch id nobody has."""
        with self._lock:
            batch_id = f"stubbatch{next(self._numbers):06d}"
            self._known.add(batch_id)
        return batch_id

    def faults_in(self, request: Mapping[str, object]) -> Iterator[Fault]:
        """Yield what is wrong with the moment and the batch of a mail request."""
        send_at, batch_id = request.get("send_at"), request.get("batch_id")
        if send_at is not None and (not isinstance(send_at, int) or isinstance(send_at, bool)):
            yield "send_at", "The send_at must be an integer."
        elif send_at is not None and send_at > self.now() + _LONGEST_S:
            yield "send_at", "Scheduling more than 72 hours in advance is forbidden."
        if batch_id is not None and batch_id not in self._known:
            yield "batch_id", "The batch_id is not valid."

    def hold(self, message_id: str, request: Mapping[str, object]) -> None:
        """Keep an accepted request until its moment, when it has a batch and the moment is to come."""
        send_at, batch_id = request.get("send_at"), request.get("batch_id")
        if isinstance(send_at, int) and isinstance(batch_id, str) and send_at > self.now():
            with self._lock:
                self._held.append(_Held(message_id=message_id, batch_id=batch_id, send_at=send_at))

    def cancel(self, batch_id: str, status: str) -> str | None:
        """Set the status of a batch; return why not, None when it is set."""
        with self._lock:
            if batch_id not in self._known or status not in ("cancel", "pause"):
                return "invalid batch id or status"
            if batch_id in self._statuses:
                return "batch id already has a status"
            if len(self._statuses) >= self.most_open:
                return "the maximum number of cancellations is reached"
            self._statuses[batch_id] = status, self.now()
        return None

    def delete(self, batch_id: str) -> bool:
        """Take the status of a batch away; what was due by now stays discarded."""
        with self._lock:
            self._settle()
            return self._statuses.pop(batch_id, None) is not None

    def statuses(self) -> list[dict[str, str]]:
        """Return every batch with a status."""
        with self._lock:
            return [{"batch_id": one, "status": status} for one, (status, _) in self._statuses.items()]

    def is_discarded(self, message_id: str) -> bool:
        """Say whether an accepted request never leaves, as things stand."""
        with self._lock:
            self._settle()
            return message_id in self._discarded or any(
                self._is_called_back(one) for one in self._held if one.message_id == message_id
            )

    def _settle(self) -> None:
        for one in [held for held in self._held if held.send_at <= self.now()]:
            self._held.remove(one)
            if self._is_called_back(one):
                self._discarded.add(one.message_id)

    def _is_called_back(self, one: _Held) -> bool:
        status, since = self._statuses.get(one.batch_id, ("", 0.0))
        return status == "cancel" and one.send_at - since >= _NOTICE_S
