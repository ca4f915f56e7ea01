"""Sends, or goes on sending, a small campaign in the current directory, as the commands do.

`send` plans and runs; `resume` runs what there is, and begins when nothing was planned. The provider is
the scripted one, whose record on disk is the peer; `evidence` as second word makes it conclusive.
"""

from __future__ import annotations

import random
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from newsletter.delivery.engine import run_campaign
from newsletter.delivery.outlet import Outlet, Pace, Surroundings
from newsletter.delivery.recipients import ReaderLinks
from newsletter.delivery.summary import Summary
from newsletter.domain.address import Mailbox
from newsletter.domain.campaign import Digests, Member, NewCampaign
from newsletter.domain.mailing import Mailing
from newsletter.domain.rendered import RenderedIssue
from newsletter.domain.slot import Hole, Slot, SlotContext, SlottedText
from newsletter.protocols import Capabilities, Ledger
from newsletter.store.opening import open_store
from newsletter.testing.scripted_provider import PeerRecord, ScriptedProvider

__all__ = ["BATCH", "CAMPAIGN", "READERS", "STORE", "main"]

CAMPAIGN = "c0ffee"
STORE = "sqlite:///ledger.db"
READERS = tuple(f"r{number:02}@brief.example" for number in range(12))
BATCH = 5
_NAME = Hole(slot=Slot(name="first_name", fallback="lezer"), context=SlotContext.TEXT)
_LETTER = SlottedText(("Dag ", _NAME))
_AN = Mailbox(name="An", email="an@brief.example")


class SystemClock:
    """The computer's own clock."""

    def now(self) -> datetime:
        """Return the time of day."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


def main() -> int:
    """Do what the arguments say and return the exit code."""
    mode, *more = sys.argv[1:]
    clock = SystemClock()
    with open_store(STORE, Path.cwd()) as store:
        if mode == "send" or not store.ledger.campaigns():
            _plan(store.ledger, clock)
        provider = ScriptedProvider(
            record=PeerRecord(Path("peer.jsonl")),
            capabilities=Capabilities(batch_size=BATCH, is_conclusive="evidence" in more),
        )
        outlet = Outlet(
            ledger=store.ledger,
            provider=provider,
            shipment=provider.prepare(_mailing(store.ledger)),
            links=ReaderLinks.make(store.secret, "https://brief.example", "herfst", (_NAME.slot,)),
        )
        around = Surroundings(clock=clock, random=random.random)
        report = run_campaign(CAMPAIGN, outlet, Pace(), around)
    summary = Summary(campaign=report.campaign, counts=report.counts)
    print(report.ending, report.attempts, dict(report.counts))
    return summary.exit_code


def _plan(ledger: Ledger, clock: SystemClock) -> None:
    new = NewCampaign(
        id=CAMPAIGN,
        issue="herfst",
        issue_path="issues/herfst.md",
        segment="tag:all",
        provider="scripted",
        sender=str(_AN),
        digests=Digests(content="c", template="t", config="f", audience="a"),
        batch_size=BATCH,
        created_at=clock.now(),
    )
    members = (
        Member(subscriber_id=number, email=email, key=email, values={"first_name": f"Lezer {number}"})
        for number, email in enumerate(READERS)
    )
    ledger.plan(new, members)


def _mailing(ledger: Ledger) -> Mailing:
    return Mailing(
        campaign_id=CAMPAIGN,
        rendered=RenderedIssue(
            slug="herfst", lang="nl", subject=_LETTER, preheader=_LETTER, html=_LETTER, text=_LETTER
        ),
        sender=_AN,
        reply_to=_AN,
        date=ledger.campaign(CAMPAIGN).created_at,
        message_domain="brief.example",
    )
