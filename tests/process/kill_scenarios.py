"""The ways of sending that are put to the kill sweep, each with the peer that takes its mail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Protocol

import kill_driver
from kill import SYSCALLS, Peer

from newsletter.store.opening import open_store
from newsletter.testing.received import ReceivedMail
from newsletter.testing.scripted_provider import PeerRecord
from newsletter.testing.sendgrid_stub import API_KEY, SendgridStub
from newsletter.testing.smtp_stub import SmtpStub

__all__ = ["PRELOAD", "SCENARIOS", "DriverScenario", "StubPeer", "outbox_peer"]

PRELOAD = (
    "kill_driver",
    "alembic.command",
    "sqlalchemy.dialects.sqlite",
    "newsletter.providers.outbox",
    "newsletter.providers.smtp",
    "newsletter.providers.sendgrid",
)


class _Stub(AbstractContextManager["_Stub"], Protocol):
    def mails(self) -> Sequence[ReceivedMail]:
        """Return what was taken."""


@dataclass(kw_only=True)
class FilePeer:
    """A peer that is a file or a directory; `read` returns how often each address is in it."""

    read: Callable[[], Counter[str]]
    environment: Mapping[str, str] = field(default_factory=dict)

    def accepted(self) -> Counter[str]:
        """Return how often each address was taken."""
        return self.read()

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

    def requests(self) -> int:
        """Return how many mails were taken."""
        return len(self._stub.mails())

    def close(self) -> None:
        """Stop the server."""
        self._stub.__exit__(None, None, None)


class DriverPeer(StubPeer):
    """The same for the driver's own letters, of which every reader must get the right one."""

    def accepted(self) -> Counter[str]:
        """Return how often each address was taken."""
        for mail in self._stub.mails():
            _see_own_letter(mail.email, mail.subject)
        return super().accepted()


def _see_own_letter(email: str, text: str) -> None:
    assert text.startswith(f"Variant {kill_driver.variant_of(email)}: "), f"{email} got the letter of others"


def _scripted(project: Path) -> Peer:
    record = PeerRecord(project / "peer.jsonl")

    def read() -> Counter[str]:
        for row in record.rows():
            _see_own_letter(row["email"], row["letter"])
        return record.emails()

    return FilePeer(read=read)


def outbox_peer(project: Path) -> Peer:
    """Read the mails the outbox holds below `project`."""

    def read() -> Counter[str]:
        files = (project / "outbox").rglob("*.eml")
        return Counter(str(message_from_bytes(file.read_bytes(), policy=default)["To"]) for file in files)

    return FilePeer(read=read)


def _smtp(project: Path) -> Peer:
    return DriverPeer(SmtpStub(project / "journal"), lambda stub: {"KILL_PORT": str(stub.port)})


def _sendgrid(project: Path) -> Peer:
    return DriverPeer(
        SendgridStub(project / "journal"), lambda stub: {"KILL_URL": stub.url, "KILL_KEY": API_KEY}
    )


def _fenced(project: Path) -> Peer:
    return DriverPeer(
        SendgridStub(project / "journal"),
        lambda stub: {"KILL_URL": stub.url, "KILL_KEY": API_KEY, "KILL_FENCE": "1"},
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
    syscalls: Sequence[str] = SYSCALLS

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


SCENARIOS = {
    "scripted": DriverScenario(name="scripted", peer=_scripted),
    "conclusive": DriverScenario(name="conclusive", peer=_scripted, is_conclusive=True),
    "outbox": DriverScenario(name="outbox", peer=outbox_peer, is_conclusive=True),
    "smtp": DriverScenario(name="smtp", peer=_smtp),
    "sendgrid": DriverScenario(name="sendgrid", peer=_sendgrid),
    "sendgrid-fence": DriverScenario(name="sendgrid", peer=_fenced, is_conclusive=True),
    "sendgrid-fence-wide": DriverScenario(name="sendgrid", peer=_fenced, is_conclusive=True, concurrency=3),
    "sendgrid-wide": DriverScenario(name="sendgrid", peer=_sendgrid, concurrency=3),
}
