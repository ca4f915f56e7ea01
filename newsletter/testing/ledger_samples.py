"""Campaigns, members and answers to try a ledger with, and what a ledger under test must offer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Protocol

from newsletter.domain.campaign import Attempt, Batch, Digests, Member, NewCampaign
from newsletter.domain.delivery import CampaignEvent, CampaignState, DeliveryState
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.domain.subscriber import SubscriberStatus
from newsletter.protocols import Intent, Ledger

__all__ = [
    "DIGESTS",
    "NOW",
    "LedgerHome",
    "a_campaign",
    "accepted",
    "an_attempt",
    "emails",
    "members",
    "of",
    "start",
    "states",
    "submit",
    "submit_next",
]

NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
DIGESTS = Digests(content="c" * 64, template="t" * 64, config="f" * 64, audience="a" * 64)
_MEMORY = count(1)


class LedgerHome(Protocol):
    """A ledger under test, and what the world around it can do."""

    @property
    def ledger(self) -> Ledger:
        """Return the ledger, as the process at work has it."""

    def die(self) -> None:
        """Forget all a process knows, as its death does, and open the ledger again."""

    def suppress(self, email: str) -> None:
        """Put an address among those never mailed."""

    def enlist(self, email: str, status: SubscriberStatus) -> None:
        """Put a subscriber on the list, or change its status."""


def a_campaign(campaign_id: str = "c1", *, issue: str = "herfst", batch_size: int = 3) -> NewCampaign:
    """Return a campaign to plan; each one made is a minute younger than the one before."""
    return NewCampaign(
        id=campaign_id,
        issue=issue,
        issue_path=f"issues/2026-11-24-{issue}.md",
        segment="gemeenten",
        provider="outbox",
        sender="Renata <renata@brief.example>",
        digests=DIGESTS,
        batch_size=batch_size,
        created_at=NOW + timedelta(minutes=next(_MEMORY)),
    )


def members(number: int, start: int = 1) -> list[Member]:
    """Return so many members, r1@brief.example and on from `start`."""
    return [
        Member(
            subscriber_id=at,
            email=f"R{at}@brief.example",
            key=f"r{at}@brief.example",
            values={"first_name": f"Émile “{at}”", "size": 3},
        )
        for at in range(start, start + number)
    ]


def an_attempt(batch: Batch) -> Attempt:
    """Return the next attempt of `batch`."""
    number = batch.attempt + 1
    return Attempt(
        batch_id=batch.id,
        number=number,
        key=f"{batch.campaign_id}.{batch.id}.{number}",
        body_digest="b" * 64,
        started_at=NOW,
    )


def of(kind: OutcomeKind, detail: str = "", retry_after_s: float | None = None) -> Outcome:
    """Return an outcome."""
    provider_id = "id-of-all" if kind is OutcomeKind.ACCEPTED else None
    return Outcome(kind=kind, detail=detail, retry_after_s=retry_after_s, provider_id=provider_id)


def accepted(**exceptions: OutcomeKind) -> Submission:
    """Return a submission that was accepted, but for positions such as `p2=OutcomeKind.REJECTED`."""
    return Submission(
        outcome=of(OutcomeKind.ACCEPTED),
        exceptions={int(name[1:]): of(kind, f"about {name}") for name, kind in exceptions.items()},
    )


def start(home: LedgerHome, readers: int, batch_size: int = 3) -> Batch:
    """Plan and run campaign c1; return its first batch."""
    home.ledger.plan(a_campaign(batch_size=batch_size), members(readers))
    home.ledger.change("c1", CampaignEvent.RUN)
    return home.ledger.batches("c1")[0]


def submit(home: LedgerHome, answer: Submission, readers: int, batch_size: int = 3) -> Batch:
    """Plan and run campaign c1, and let its first batch get `answer`."""
    start(home, readers, batch_size)
    return submit_next(home, answer)


def submit_next(home: LedgerHome, answer: Submission) -> Batch:
    """Let the next batch of campaign c1 get `answer`; return it as it was before."""
    if home.ledger.campaign("c1").state is not CampaignState.RUNNING:
        home.ledger.change("c1", CampaignEvent.RUN)
    batch = home.ledger.next_batch("c1", NOW)
    assert batch is not None
    assert isinstance(home.ledger.intend(batch, an_attempt(batch)), Intent)
    home.ledger.settle(an_attempt(batch), answer, NOW)
    return batch


def emails(home: LedgerHome, campaign_id: str) -> list[str]:
    return [row.email for row in home.ledger.deliveries(campaign_id)]


def states(home: LedgerHome) -> Mapping[str, DeliveryState]:
    rows = list(home.ledger.deliveries("c1"))
    assert Counter(row.state for row in rows) == home.ledger.counts("c1")
    return {row.email: row.state for row in rows}
