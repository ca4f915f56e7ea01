"""The ways of sending that are put to the kill sweep, each with the peer that takes its mail."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Protocol

import kill_driver
from kill import Peer, Scenario

from newsletter.domain.campaign import Attempt, Digests, Member, NewCampaign
from newsletter.domain.delivery import CampaignEvent
from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.store.opening import Store, open_store
from newsletter.testing.postmark_stub import SERVER_TOKEN, PostmarkStub
from newsletter.testing.received import ReceivedMail, read_message
from newsletter.testing.scripted_provider import PeerRecord
from newsletter.testing.sendgrid_stub import API_KEY, SendgridStub
from newsletter.testing.ses_stub import ACCESS_KEY, SECRET_KEY, SesStub
from newsletter.testing.smtp_faults import FaultySmtp
from newsletter.testing.smtp_stub import SmtpStub

__all__ = ["PRELOAD", "SCENARIOS", "DriverScenario", "StubPeer", "outbox_peer"]

PRELOAD = (
    "kill_driver",
    "alembic.command",
    "sqlalchemy.dialects.sqlite",
    "newsletter.providers.outbox",
    "newsletter.providers.smtp",
    "newsletter.providers.sendgrid",
    "newsletter.providers.ses",
    "newsletter.providers.postmark",
    "newsletter.cli.events",
    "newsletter.project.upkeep.events",
    "newsletter.events.neutral",
)


class _Stub(AbstractContextManager["_Stub"], Protocol):
    def mails(self) -> Sequence[ReceivedMail]:
        """Return what was taken."""


@dataclass(kw_only=True)
class FilePeer:
    """A peer that is a file or a directory; `read` returns how often each address is in it."""

    read: Callable[[], Counter[str]]
    found: Callable[[], Sequence[ReceivedMail]] = tuple
    environment: Mapping[str, str] = field(default_factory=dict)

    def accepted(self) -> Counter[str]:
        """Return how often each address was taken."""
        return self.read()

    def mails(self) -> Sequence[ReceivedMail]:
        """Return what was taken."""
        return self.found()

    def requests(self) -> int:
        """Return how many mails were taken."""
        return self.read().total()

    def close(self) -> None:
        """Do nothing."""


class StubPeer:
    """A peer that is a server."""

    def __init__(self, stub: _Stub, environment: Callable[[_Stub], Mapping[str, str]]) -> None:
        """Start `stub`."""
        self._stub = stub
        stub.__enter__()
        self.environment = environment(stub)

    def accepted(self) -> Counter[str]:
        """Return how often each address was taken."""
        return Counter(mail.email for mail in self._stub.mails())

    def mails(self) -> Sequence[ReceivedMail]:
        """Return what was taken."""
        return self._stub.mails()

    def requests(self) -> int:
        """Return how many mails were taken."""
        return len(self._stub.mails())

    def close(self) -> None:
        """Stop the server."""
        self._stub.__exit__(None, None, None)


def _scripted(project: Path) -> Peer:
    record = PeerRecord(project / "peer.jsonl")

    def read() -> Counter[str]:
        for row in record.rows():
            assert _is_own_letter(row["email"], row["letter"]), f"{row['email']} got the letter of others"
        return record.emails()

    return FilePeer(read=read)


def outbox_peer(project: Path) -> Peer:
    """Read the mails the outbox holds below `project`."""

    def mails() -> list[ReceivedMail]:
        found = []
        for file in (project / "outbox").rglob("*.eml"):
            data = file.read_bytes()
            found.append(read_message(data, str(message_from_bytes(data, policy=default)["To"])))
        return found

    return FilePeer(read=lambda: Counter(mail.email for mail in mails()), found=mails)


def _smtp(project: Path) -> Peer:
    return StubPeer(SmtpStub(project / "journal"), lambda stub: {"KILL_PORT": str(stub.port)})


def _smtp_ahead(project: Path) -> Peer:
    """Let the end of a mail and the envelope of the next leave together."""
    stub = FaultySmtp(project / "journal", extensions=("PIPELINING", "8BITMIME"))
    return StubPeer(stub, lambda stub: {"KILL_PORT": str(stub.port)})


def _sendgrid(project: Path) -> Peer:
    return StubPeer(
        SendgridStub(project / "journal"), lambda stub: {"KILL_URL": stub.url, "KILL_KEY": API_KEY}
    )


def _fenced(project: Path) -> Peer:
    return StubPeer(
        SendgridStub(project / "journal"),
        lambda stub: {"KILL_URL": stub.url, "KILL_KEY": API_KEY, "KILL_FENCE": "1"},
    )


def _ses(project: Path) -> Peer:
    return StubPeer(
        SesStub(project / "journal"),
        lambda stub: {"KILL_URL": stub.url, "KILL_ACCESS": ACCESS_KEY, "KILL_KEY": SECRET_KEY},
    )


def _postmark(project: Path) -> Peer:
    return StubPeer(
        PostmarkStub(project / "journal"), lambda stub: {"KILL_URL": stub.url, "KILL_KEY": SERVER_TOKEN}
    )


@dataclass(frozen=True, kw_only=True)
class DriverScenario:
    """The engine with one provider, driven by `kill_driver`."""

    name: str
    peer: Callable[[Path], Peer]
    is_conclusive: bool = False
    concurrency: int = 1
    entry: str = "kill_driver:main"
    batch: int = kill_driver.BATCH
    left: frozenset[str] = frozenset()
    ends: frozenset[int] = frozenset({0})

    def prepare(self, project: Path) -> None:
        """Make the database, so that the sweep need not make it again and again."""
        open_store(kill_driver.STORE, project).close()

    def open_peer(self, project: Path) -> Peer:
        """Start what takes the mail."""
        return self.peer(project)

    def send(self) -> Sequence[str]:
        """Plan and send."""
        return ("send", self.name)

    def resume(self, project: Path) -> Sequence[str]:
        """Go on."""
        return ("resume", self.name)

    def states(self, project: Path) -> Mapping[str, str]:
        """Read the ledger."""
        with open_store(kill_driver.STORE, project) as store:
            return {row.email: str(row.state) for row in store.ledger.deliveries(kill_driver.CAMPAIGN)}

    def everybody(self) -> frozenset[str]:
        """Return every reader."""
        return frozenset(kill_driver.READERS)

    def wrong_letters(self, project: Path, mails: Sequence[ReceivedMail]) -> Sequence[str]:
        """Return who got a variant that is not theirs."""
        del project
        return [
            f"{mail.email} got the letter of others"
            for mail in mails
            if not _is_own_letter(mail.email, mail.subject)
        ]


def _is_own_letter(email: str, text: str) -> bool:
    return text.startswith(f"Variant {kill_driver.variant_of(email)}: ")


@dataclass(frozen=True, kw_only=True)
class EventScenario:
    """Not a sending process but `newsletter events import`: everybody has the letter, and nobody knows it.

    The report proves it, and tells of a complaint and an address that does not exist.
    """

    name: str = "events"
    entry: str = "newsletter.cli:main"
    batch: int = kill_driver.BATCH
    concurrency: int = 1
    is_conclusive: bool = True
    left: frozenset[str] = frozenset()
    ends: frozenset[int] = frozenset({0})

    def prepare(self, project: Path) -> None:
        """Make a ledger whose deliveries are all unknown, and the report."""
        (project / "newsletter.toml").write_text(f'[store]\nurl = "{kill_driver.STORE}"\n')
        with open_store(kill_driver.STORE, project) as store:
            _lose_everybody(store)
            rows = [
                {"delivery": row.delivery_id, "at": "2026-11-24T09:31:00Z", **_told(row.email)}
                for row in store.ledger.deliveries(kill_driver.CAMPAIGN)
            ]
        lines = (json.dumps({"id": str(number), **row}) for number, row in enumerate(rows))
        (project / "report.jsonl").write_text("\n".join(lines))

    def open_peer(self, project: Path) -> Peer:
        """Take no mail: everybody has it."""
        return FilePeer(read=lambda: Counter(kill_driver.READERS))

    def send(self) -> Sequence[str]:
        """Take the report in."""
        return ("events", "import", "report.jsonl")

    def resume(self, project: Path) -> Sequence[str]:
        """Take it in once more, as a provider sends it again until it is told that it arrived."""
        return self.send()

    def states(self, project: Path) -> Mapping[str, str]:
        """Read the ledger; a reader on whom the list does not say what was told is not as they should be."""
        with open_store(kill_driver.STORE, project) as store:
            rows = list(store.ledger.deliveries(kill_driver.CAMPAIGN))
            wrong = {email for email, status in _EVENT_STATUSES.items() if _status(store, email) != status}
            return {row.email: str(row.state) + " wrongly" * (row.email in wrong) for row in rows}

    def everybody(self) -> frozenset[str]:
        """Return every reader."""
        return frozenset(kill_driver.READERS)

    def wrong_letters(self, project: Path, mails: Sequence[ReceivedMail]) -> Sequence[str]:
        """Find nothing wrong: no mail leaves."""
        del project, mails
        return ()


_EVENT_STATUSES = dict.fromkeys(kill_driver.READERS, SubscriberStatus.ACTIVE) | {
    kill_driver.READERS[0]: SubscriberStatus.COMPLAINED,
    kill_driver.READERS[1]: SubscriberStatus.SUSPENDED,
}


def _told(email: str) -> dict[str, str]:
    if _EVENT_STATUSES[email] is SubscriberStatus.COMPLAINED:
        return {"event": "complained"}
    if _EVENT_STATUSES[email] is SubscriberStatus.SUSPENDED:
        return {"event": "bounced", "bounce": "hard"}
    return {"event": "delivered"}


def _status(store: Store, email: str) -> SubscriberStatus | None:
    found = store.subscribers.get(email)
    is_suppressed = store.subscribers.suppression(email) is not None
    if found is None or is_suppressed != (found.status is not SubscriberStatus.ACTIVE):
        return None
    return found.status


def _lose_everybody(store: Store) -> None:
    now = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    for email in kill_driver.READERS:
        store.subscribers.add(Subscriber(id=0, email=email, key=email, status=SubscriberStatus.ACTIVE))
    new = NewCampaign(
        id=kill_driver.CAMPAIGN,
        issue="herfst",
        issue_path="issues/herfst.md",
        segment="tag:all",
        provider="outbox",
        sender="An <an@brief.example>",
        digests=Digests(content="c", template="t", config="f", audience="a"),
        batch_size=kill_driver.BATCH,
        created_at=now,
    )
    readers = enumerate(kill_driver.READERS)
    store.ledger.plan(new, (Member(subscriber_id=at, email=one, key=one, values={}) for at, one in readers))
    store.ledger.change(new.id, CampaignEvent.RUN)
    for batch in store.ledger.batches(new.id):
        attempt = Attempt(
            batch_id=batch.id, number=1, key=f"lost.{batch.id}", body_digest="b", started_at=now
        )
        store.ledger.intend(batch, attempt)
    store.ledger.lose_orphans(new.id)


SCENARIOS: dict[str, Scenario] = {
    "scripted": DriverScenario(name="scripted", peer=_scripted),
    "conclusive": DriverScenario(name="conclusive", peer=_scripted, is_conclusive=True),
    "outbox": DriverScenario(name="outbox", peer=outbox_peer, is_conclusive=True),
    "smtp": DriverScenario(name="smtp", peer=_smtp),
    "smtp-ahead": DriverScenario(name="smtp", peer=_smtp_ahead),
    "sendgrid": DriverScenario(name="sendgrid", peer=_sendgrid),
    "sendgrid-fence": DriverScenario(name="sendgrid", peer=_fenced, is_conclusive=True),
    "sendgrid-fence-wide": DriverScenario(name="sendgrid", peer=_fenced, is_conclusive=True, concurrency=3),
    "ses": DriverScenario(name="ses", peer=_ses),
    "postmark": DriverScenario(name="postmark", peer=_postmark),
    "events": EventScenario(),
    "sendgrid-wide": DriverScenario(name="sendgrid", peer=_sendgrid, concurrency=3),
}
