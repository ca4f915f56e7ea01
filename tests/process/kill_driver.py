"""Sends, or goes on sending, a small campaign in the current directory, as the commands do.

`send` plans and runs; `resume` runs what there is, and begins when nothing was planned. The second word is
the provider: `scripted`, whose record on disk is the peer (`conclusive`: the same with evidence),
`outbox`, `smtp` (port in KILL_PORT), `sendgrid` (address in KILL_URL, key in KILL_KEY; with a fence when
KILL_FENCE is set), `ses` (the same, and the name of the key in KILL_ACCESS) or `postmark` (the same).
KILL_CONCURRENCY says how many batches may be under way at once.
"""

from __future__ import annotations

import importlib
import os
import random
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from newsletter.config.schema import (
    Config,
    PostmarkConfig,
    ProviderConfig,
    SendgridConfig,
    SesConfig,
    SmtpConfig,
)
from newsletter.config.secrets import Secret
from newsletter.delivery.engine import run_campaign
from newsletter.delivery.outlet import Outlet, Pace, Shipments, Surroundings
from newsletter.delivery.summary import Summary
from newsletter.domain.address import Mailbox
from newsletter.domain.campaign import Digests, Member, NewCampaign
from newsletter.domain.links import ReaderLinks
from newsletter.domain.mailing import Mailing
from newsletter.domain.rendered import RenderedIssue
from newsletter.domain.slot import Hole, Slot, SlotContext, SlottedText
from newsletter.errors import NewsletterError
from newsletter.protocols import Capabilities, Ledger, Provider
from newsletter.store.opening import open_store
from newsletter.testing.scripted_provider import PeerRecord, ScriptedProvider

__all__ = ["BATCH", "CAMPAIGN", "READERS", "STORE", "VARIANTS", "main", "variant_of"]

CAMPAIGN = "c0ffee"
STORE = "sqlite:///ledger.db"
READERS = tuple(f"r{number:02}@brief.example" for number in range(12))
BATCH = 5
_NAME = Hole(slot=Slot(name="first_name", fallback="lezer"), context=SlotContext.TEXT)
_LETTER = SlottedText(("Dag ", _NAME))
_AN = Mailbox(name="An", email="an@brief.example")


VARIANTS = ("0", "1")


def variant_of(email: str) -> str:
    """Return the key of the letter that the reader at `email` gets."""
    return VARIANTS[READERS.index(email) % 4 > 0]


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
    try:
        return _drive(*sys.argv[1:])
    except NewsletterError as error:
        _say(str(error))
        return error.exit_code


def _drive(mode: str, name: str) -> int:
    clock = SystemClock()
    provider = _provider(name)
    with open_store(STORE, Path.cwd()) as store:
        if mode == "send" or not store.ledger.campaigns():
            _plan(store.ledger, provider.name, clock)
        shipments = Shipments(provider, {key: _mailing(store.ledger, key) for key in VARIANTS})
        outlet = Outlet(
            ledger=store.ledger,
            provider=provider,
            shipments=shipments,
            links=ReaderLinks.make(store.secret, "https://brief.example", "herfst", (_NAME.slot,)),
        )
        pace = Pace(concurrency=int(os.environ.get("KILL_CONCURRENCY", "1")))
        report = run_campaign(CAMPAIGN, outlet, pace, Surroundings(clock=clock, random=random.random))
        shipments.close()
    summary = Summary(campaign=report.campaign, counts=report.counts)
    _say(f"{report.ending} {report.attempts} {dict(report.counts)}")
    return summary.exit_code


def _say(text: str) -> None:
    with suppress(OSError):  # what is said goes to the same full disk
        os.write(1, f"{text}\n".encode())


def _provider(name: str) -> Provider:
    if name in ("scripted", "conclusive"):
        return ScriptedProvider(
            record=PeerRecord(Path("peer.jsonl")),
            capabilities=Capabilities(batch_size=BATCH, concurrency=4, is_conclusive=name == "conclusive"),
        )
    settings = ProviderConfig(
        name=name,
        smtp=SmtpConfig(host="127.0.0.1", port=int(os.environ.get("KILL_PORT", "25")), security="none"),
        sendgrid=SendgridConfig(
            api_key=Secret(reference="env:KILL_KEY"),
            host=os.environ.get("KILL_URL"),
            fence="KILL_FENCE" in os.environ,
        ),
        ses=SesConfig(
            region="eu-west-1",
            access_key=Secret(reference="env:KILL_ACCESS"),
            secret_key=Secret(reference="env:KILL_KEY"),
            host=os.environ.get("KILL_URL"),
            connections=2,
        ),
        postmark=PostmarkConfig(
            server_token=Secret(reference="env:KILL_KEY"), host=os.environ.get("KILL_URL")
        ),
    )
    open_provider = importlib.import_module(f"newsletter.providers.{name}").open_provider
    provider: Provider = open_provider(Config(root=Path.cwd(), provider=settings))
    return provider


def _plan(ledger: Ledger, provider: str, clock: SystemClock) -> None:
    new = NewCampaign(
        id=CAMPAIGN,
        issue="herfst",
        issue_path="issues/herfst.md",
        segment="tag:all",
        provider=provider,
        sender=str(_AN),
        digests=Digests(content="c", template="t", config="f", audience="a"),
        batch_size=BATCH,
        created_at=clock.now(),
        variants=VARIANTS,
    )
    members = (
        Member(
            subscriber_id=number,
            email=email,
            key=email,
            values={"first_name": f"Lezer {number}"},
            variant=variant_of(email),
        )
        for number, email in enumerate(READERS)
    )
    ledger.plan(new, members)


def _mailing(ledger: Ledger, variant: str) -> Mailing:
    letter = SlottedText((f"Variant {variant}: ", *_LETTER.parts))
    return Mailing(
        campaign_id=CAMPAIGN,
        rendered=RenderedIssue(
            slug="herfst", lang="nl", subject=letter, preheader=letter, html=letter, text=letter
        ),
        sender=_AN,
        reply_to=_AN,
        date=ledger.campaign(CAMPAIGN).created_at,
        message_domain="brief.example",
    )
