"""A newsletter with letters, readers and their replies, as they stand after mail was read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from newsletter.domain.campaign import Member
from newsletter.domain.delivery import CampaignEvent
from newsletter.domain.inbound_mail import MailFacts
from newsletter.domain.outcome import OutcomeKind, Submission
from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.domain.token import delivery_id
from newsletter.project import FixedClock, Project
from newsletter.testing.ledger_samples import NOW, a_campaign, an_attempt, members, of

__all__ = ["LATER", "a_newsletter", "delivery_of", "reply", "send"]

LATER = NOW + timedelta(days=10)
_CONFIG = """
[newsletter]
name = "De Brief"
lang = "nl"
timezone = "Europe/Amsterdam"

[sender]
from = "Renata <renata@brief.example>"

[fields.soort]
type = "text"

[replies]
kind_field = "soort"
"""
_LETTER = """---
subject: "Valt de appgroep onder de Woo?"
lang: nl
---

Beste lezer,

Waar staat bij jullie het laatste besluit?

In de volgende brief vertel ik wat eruit kwam.
"""


@contextmanager
def a_newsletter(
    root: Path, config: str = _CONFIG, *, readers: int = 6, listed: int = 6
) -> Iterator[Project]:
    """Give a project in `root` whose letter `woo` went to `readers`; `listed` of them are on the list."""
    for name, data in _made(config, readers, listed).items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(data)
        (root / name).chmod(0o600)
    with Project.open(root, environment={}, clock=FixedClock(LATER)) as project:
        yield project


@cache
def _made(config: str, readers: int, listed: int) -> dict[str, bytes]:
    """Return the files of such a project; made once, for each reader costs a write to the disk."""
    with TemporaryDirectory() as directory:
        root = Path(directory)
        (root / "issues").mkdir()
        (root / "newsletter.toml").write_text(config, "utf-8")
        (root / "issues" / "2026-11-24-woo.md").write_text(_LETTER, "utf-8")
        with Project.open(root, environment={}, clock=FixedClock(LATER)) as project:
            who = members(readers)
            for number, one in enumerate(who[:listed]):
                _subscribe(project, one, "gemeente" if number % 2 == 0 else "waterschap")
            send(project, who)
        return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def send(project: Project, who: list[Member], *, campaign: str = "c1", issue: str = "woo") -> None:
    """Let `who` get `issue`, in one batch."""
    ledger = project.store.ledger
    ledger.plan(a_campaign(campaign, issue=issue, batch_size=max(len(who), 1)), who)
    ledger.change(campaign, CampaignEvent.RUN)
    for batch in ledger.batches(campaign):
        ledger.intend(batch, an_attempt(batch))
        ledger.settle(an_attempt(batch), Submission(outcome=of(OutcomeKind.ACCEPTED)), NOW)


def reply(
    project: Project,
    text: str,
    reader: int | None = 1,
    *,
    at: datetime = NOW + timedelta(hours=2),
    **more: Any,
) -> int:
    """Take in what subscriber `reader` answered to `woo`, as read and matched; return the mail's number."""
    raw = f"Subject: Re: {reader} {at} {more}\r\n\r\n{text}".encode()
    number = project.replies.ingest(raw, "test", str(hash(raw))).id
    assert number is not None
    facts = {
        "kind": "human",
        "issue": "woo",
        "issue_conf": 1.0,
        "subscriber_id": reader,
        "sub_conf": 1.0 if reader else None,
        "delivery_id": delivery_of(project, reader) if reader else None,
        "from_name": f"Lezer {reader}",
        "from_address": f"r{reader}@brief.example",
        "sent_at": at,
        "reply_text": text,
        "quote_text": text,
    }
    project.store.inbound.note(number, MailFacts(**(facts | more)), LATER)
    return number


def delivery_of(project: Project, reader: int, issue: str = "woo") -> str:
    """Return the delivery of `issue` to subscriber `reader`."""
    return delivery_id(project.store.secret, issue, f"r{reader}@brief.example")


def _subscribe(project: Project, one: Member, kind: str) -> None:
    project.store.subscribers.add(
        Subscriber(id=0, email=one.email, key=one.key, status=SubscriberStatus.ACTIVE, fields={"soort": kind})
    )
