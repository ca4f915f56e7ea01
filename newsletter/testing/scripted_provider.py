"""A provider that does what a script says, and keeps an exact record of what it took.

It stands for both sides: the client that answers with an Outcome, and the peer behind it. What the peer
takes is on disk before the client answers, so the record is exact about the moment in between.
"""

from __future__ import annotations

import json
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from newsletter.domain.campaign import Attempt, Fence
from newsletter.domain.mailing import Mailing, Recipient
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.protocols import Capabilities
from newsletter.testing.fake_clock import FakeClock

__all__ = [
    "HELD",
    "PeerRecord",
    "ScriptedPayload",
    "ScriptedProvider",
    "ScriptedShipment",
    "Turn",
    "accept",
    "halt",
    "lose_answer",
    "lose_request",
    "not_sent",
    "refuse",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What happens to one submission.

    `takes` are the positions the peer really takes (None: all); `answer` is what the client says then.
    `before` and `after` are called before the peer takes anything and after it did, and may raise, as a
    process dies.
    """

    answer: Submission
    takes: frozenset[int] | None = None
    before: Callable[[], None] | None = None
    after: Callable[[], None] | None = None


HELD = timedelta(minutes=20)
"""How long a provider that can recall holds a mail."""

_NOBODY: frozenset[int] = frozenset()


def _submission(kind: OutcomeKind, detail: str, retry_after_s: float | None = None) -> Submission:
    return Submission(outcome=Outcome(kind=kind, detail=detail, retry_after_s=retry_after_s))


def accept() -> Turn:
    """Take the whole batch and say so."""
    outcome = Outcome(kind=OutcomeKind.ACCEPTED, detail="accepted", provider_id="scripted", status=202)
    return Turn(answer=Submission(outcome=outcome))


def lose_answer() -> Turn:
    """Take the whole batch, but the answer is lost."""
    return Turn(answer=_submission(OutcomeKind.UNKNOWN, "the connection broke before the answer"))


def lose_request() -> Turn:
    """Take nothing, and the client cannot know that."""
    return Turn(answer=_submission(OutcomeKind.UNKNOWN, "no answer in time"), takes=_NOBODY)


def not_sent(retry_after_s: float | None = None) -> Turn:
    """Take nothing, provably, for now."""
    return Turn(answer=_submission(OutcomeKind.NOT_SENT, "try later", retry_after_s), takes=_NOBODY)


def halt() -> Turn:
    """Refuse key or account."""
    return Turn(answer=_submission(OutcomeKind.HALT, "the key is not valid"), takes=_NOBODY)


def refuse(positions: Iterable[int] | None = None) -> Turn:
    """Refuse for good: the batch as a whole, or those at `positions` while the others go back unsent."""
    if positions is None:
        return Turn(answer=_submission(OutcomeKind.REJECTED, "not a valid request"), takes=_NOBODY)
    refused = Outcome(kind=OutcomeKind.REJECTED, detail="not a valid address", status=400)
    rest = Outcome(kind=OutcomeKind.NOT_SENT, detail="refused together with others", retry_after_s=0.0)
    return Turn(answer=Submission(outcome=rest, exceptions=dict.fromkeys(positions, refused)), takes=_NOBODY)


class PeerRecord:
    """What the peer took: one JSON line per message, on disk before anybody hears of it."""

    def __init__(self, path: Path) -> None:
        """Keep the record at `path`; it may exist already, as after a crash."""
        self._path = path
        self._lock = threading.Lock()

    def add(
        self,
        recipients: Sequence[Recipient],
        attempt_key: str,
        body_digest: str,
        letter: str = "",
        subject: str = "",
    ) -> None:
        """Append `recipients` durably, all in one write; `letter` and `subject` say what they got."""
        lines = "".join(
            json.dumps(
                {
                    "delivery": one.delivery_id,
                    "email": one.email,
                    "key": attempt_key,
                    "body": body_digest,
                    "letter": letter,
                    "subject": subject,
                }
            )
            + "\n"
            for one in recipients
        )
        with self._lock:
            file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            try:
                os.write(file, lines.encode())  # one call: all of a batch is taken, or nothing
                os.fsync(file)
            finally:
                os.close(file)

    def recall(self, attempt_key: str) -> None:
        """Throw away, durably, what was taken of an attempt, as a peer does that still holds it."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"recalled": attempt_key}) + "\n")

    def rows(self) -> list[dict[str, str]]:
        """Return every message taken and not recalled, oldest first."""
        if not self._path.exists():
            return []
        lines = [json.loads(line) for line in self._path.read_text(encoding="utf-8").splitlines()]
        recalled = {line["recalled"] for line in lines if "recalled" in line}
        return [line for line in lines if "recalled" not in line and line["key"] not in recalled]

    def deliveries(self) -> Counter[str]:
        """Return how often each delivery was taken."""
        return Counter(row["delivery"] for row in self.rows())

    def emails(self) -> Counter[str]:
        """Return how often each address was taken."""
        return Counter(row["email"] for row in self.rows())


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedPayload:
    """A batch ready to hand over."""

    recipients: tuple[Recipient, ...]
    attempt_key: str
    digest: str


@dataclass(slots=True, kw_only=True)
class ScriptedProvider:
    """A Provider whose every submission and probe goes by script; when the script is out, all goes well.

    `turns` is the script of submissions, `probes` that of probes; `requests` counts the submissions made.
    With `capabilities.is_conclusive` evidence is read from the record. With `capabilities.can_recall` it
    holds every mail for HELD, by `clock`, and throws away what is called back in the first half of that time.
    """

    record: PeerRecord
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(batch_size=5))
    turns: list[Turn] = field(default_factory=list)
    probes: list[Outcome] = field(default_factory=list)
    name: str = "scripted"
    requests: int = 0
    clock: FakeClock = field(default_factory=FakeClock)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def prepare(self, mailing: Mailing) -> ScriptedShipment:
        """Return a shipment of `mailing`."""
        return ScriptedShipment(provider=self, mailing=mailing)

    def probe(self) -> Outcome:
        """Answer the next scripted probe, else "accepted"."""
        return self.probes.pop(0) if self.probes else Outcome(kind=OutcomeKind.ACCEPTED, detail="is there")

    def describe(self) -> str:
        """Return where mail goes."""
        return "a script, for tests"

    def next_turn(self) -> Turn:
        """Take the next turn of the script; may be asked from several threads."""
        with self.lock:
            self.requests += 1
            return self.turns.pop(0) if self.turns else accept()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedShipment:
    """A Shipment of the scripted provider."""

    provider: ScriptedProvider
    mailing: Mailing

    def fence(self, now: datetime) -> Fence | None:
        """Return a fence, if this provider can recall."""
        if not self.provider.capabilities.can_recall:
            return None
        return Fence(id=f"fence {now.isoformat()}", leaves_at=now + HELD)

    def build(
        self,
        recipients: Sequence[Recipient],
        attempt_key: str,
        fence: Fence | None = None,  # noqa: ARG002  # the protocol's signature
    ) -> ScriptedPayload:
        """Fill subject and text for everybody, so that a value that is missing shows."""
        sha = sha256(attempt_key.encode())
        for recipient in recipients:
            sha.update(self.mailing.rendered.subject.fill(recipient.values).encode())
            sha.update(self.mailing.rendered.text.fill(recipient.values).encode())
        return ScriptedPayload(recipients=tuple(recipients), attempt_key=attempt_key, digest=sha.hexdigest())

    def submit(self, payload: ScriptedPayload) -> Submission:
        """Do what the script says."""
        turn = self.provider.next_turn()
        if turn.before:
            turn.before()
        taken = [one for one in payload.recipients if turn.takes is None or one.position in turn.takes]
        if taken:
            rendered = self.mailing.rendered
            letter, subject = rendered.text.shape(), rendered.subject.shape()
            self.provider.record.add(taken, payload.attempt_key, payload.digest, letter, subject)
        if turn.after:
            turn.after()
        return turn.answer

    def evidence(self, recipients: Sequence[Recipient], attempt: Attempt) -> Submission | None:
        """Call the attempt back, or look in the record, where this provider can do that."""
        if attempt.fence is not None:
            return self._recall(attempt, attempt.fence)
        if not self.provider.capabilities.is_conclusive:
            return None
        taken = {row["delivery"] for row in self.provider.record.rows() if row["key"] == attempt.key}
        return Submission(
            outcome=Outcome(kind=OutcomeKind.NOT_SENT, detail="not in the record", retry_after_s=0.0),
            exceptions={
                one.position: Outcome(
                    kind=OutcomeKind.ACCEPTED, detail="in the record", provider_id="scripted"
                )
                for one in recipients
                if one.delivery_id in taken
            },
        )

    def _recall(self, attempt: Attempt, fence: Fence) -> Submission | None:
        if fence.leaves_at - self.provider.clock.now() < HELD / 2:
            return None
        self.provider.record.recall(attempt.key)
        return Submission(outcome=Outcome(kind=OutcomeKind.NOT_SENT, detail="called back", retry_after_s=0.0))

    def close(self) -> None:
        """Do nothing: there is no connection."""
