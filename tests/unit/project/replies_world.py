"""A newsletter whose letter left for two readers, and what they answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from hashlib import sha256
from pathlib import Path

from newsletter.domain.receipt import Clearance
from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.project import Project
from newsletter.testing.fake_clock import FakeClock

__all__ = ["CONFIG", "LETTER", "a_newsletter", "answer_to", "letters", "take_in"]

CONFIG = """
[newsletter]
name = "Brief"
lang = "nl"
postal_address = "Postbus 1, 1234 AB Meerdijk"
base_url = "https://brief.example"
[sender]
from = "Renata <renata@brief.example>"
[segments.everyone]
where = "status:active"
"""
LETTER = """---
subject: "Wie beheert jullie groepen?"
preheader: "Een vraag over groepen op social media."
---

Beste lezer,

Hoeveel groepen hebben jullie?
"""


@contextmanager
def a_newsletter(root: Path, more: str = "", *, sends: bool = True) -> Iterator[Project]:
    """Give a newsletter whose first letter, `groepen`, left for Wilma and Jan."""
    (root / "newsletter.toml").write_text(CONFIG + more)
    (root / "issues").mkdir()
    (root / "issues" / "2026-11-24-groepen.md").write_text(LETTER)
    with Project.open(root, clock=FakeClock()) as project:
        for name in ("wilma", "jan"):
            email = f"{name}@gemeente.example"
            project.store.subscribers.add(
                Subscriber(id=0, email=email, key=email, status=SubscriberStatus.ACTIVE)
            )
        if sends:
            _send(project, root / "issues" / "2026-11-24-groepen.md")
        yield project


def _send(project: Project, path: Path) -> None:
    issue = project.issues.load(path)
    clearance = Clearance(issue_digest=issue.digest, checked_at=project.clock.now(), templates="")
    campaign = project.sending.freeze(project.sending.prepare(path, segment="everyone"), clearance)
    project.sending.run(campaign.id, stop=lambda: False, progress=lambda _progress: None)


def letters(root: Path) -> dict[str, bytes]:
    """Return what is in the outbox, by address; of two to one address the one that was written last."""
    files = sorted((root / "outbox").rglob("*.eml"), key=lambda one: one.stat().st_mtime_ns)
    mails = [one.read_bytes() for one in files]
    return {str(message_from_bytes(mail)["To"]): mail for mail in mails}


def answer_to(letter: bytes, sender: str, text: str = "Wij hebben er veertien.", subject: str = "") -> bytes:
    """Return an answer to `letter` as a mail program writes it."""
    about = message_from_bytes(letter)
    wanted = subject or f"Re: {about['Subject']}"
    name = sha256((sender + text).encode()).hexdigest()[:12]
    return (
        f"From: {sender}\r\nTo: renata@brief.example\r\nSubject: {wanted}\r\n"
        f"Date: Tue, 24 Nov 2026 10:00:00 +0100\r\nMessage-ID: <{name}@gemeente.example>\r\n"
        f"In-Reply-To: {about['Message-ID']}\r\nReferences: {about['Message-ID']}\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    ).encode()


def take_in(project: Project, raw: bytes) -> int:
    """Take in a mail, read it, and return its number."""
    number = project.replies.ingest(raw, "eml", sha256(raw).hexdigest()).id
    project.replies.read_waiting()
    assert number is not None
    return number
