"""The ledger: who was sent what, the only writer of states."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import literal, select

from newsletter.domain.campaign import Attempt, Batch, Campaign, DeliveryRow, Fence, Member, NewCampaign
from newsletter.domain.delivery import BatchState, CampaignEvent, DeliveryState, WaveEvent
from newsletter.domain.member_columns import MemberColumns
from newsletter.domain.outcome import Submission
from newsletter.domain.receipt import Clearance
from newsletter.domain.recipient_columns import RecipientColumns
from newsletter.domain.subject_test import Reactions, SubjectMetric
from newsletter.domain.wave import Showing, Wave
from newsletter.protocols import Intent, IntentRefused, LateSuppression, Toll, TooEarly, WaveShut
from newsletter.store.database.database import Database
from newsletter.store.database.locks import RUNNER_LOCK
from newsletter.store.database.repeating import repeating
from newsletter.store.events import evidence as event_evidence
from newsletter.store.ledger import (
    buckets,
    campaigns,
    clearances,
    intents,
    ledger_queries,
    outcomes,
    planning,
    rows,
    waves,
)
from newsletter.store.schema.tables import batch, campaign

__all__ = ["SqlLedger"]


@repeating(
    "campaign",
    "campaigns",
    "change",
    "allow_late",
    "waves",
    "move_wave",
    "showing",
    "is_gone",
    "sent_since",
    "choose_subject",
    "reactions",
    "lose_orphans",
    "next_batch",
    "opens_at",
    "waits_until",
    "batches",
    "spent_fences",
    "recipients",
    "intend",
    "settle",
    "prove",
    "begin_recall",
    "prove_by_events",
    "resolve",
    "counts",
    "clearance",
    "note_test",
    "tried_templates",
    "last_attempt",
)
class SqlLedger:
    """`protocols.Ledger` on a database. Each method that writes is one durable transaction, plan apart.

    One of which nothing was kept, as after a lost connection, is done again.
    """

    def __init__(self, database: Database, secret: bytes) -> None:
        """Keep the ledger in `database`; `secret` makes the ids of deliveries."""
        self._database = database
        self._secret = secret

    def plan(
        self, campaign: NewCampaign, members: Iterable[Member], progress: Callable[[int], None] | None = None
    ) -> Campaign:
        """Do what `freeze` does, for members who come one by one."""
        return self.freeze(campaign, MemberColumns.pages(members), progress)

    def freeze(
        self,
        campaign: NewCampaign,
        pages: Iterable[MemberColumns],
        progress: Callable[[int], None] | None = None,
    ) -> Campaign:
        """Freeze the audience in batches, all or nothing; see `planning.freeze_audience`."""
        planning.freeze_audience(self._database, self._secret, campaign, pages, progress or _unseen)
        return self.campaign(campaign.id)

    def campaign(self, campaign_id: str) -> Campaign:
        """Return a campaign. Raises UsageError when there is none of that id."""
        with self._database.reading() as connection:
            return rows.find_campaign(connection, campaign_id)

    def campaigns(self, issue: str | None = None) -> Sequence[Campaign]:
        """Return campaigns, newest first, of `issue` (a slug) or all."""
        query = select(campaign).order_by(campaign.c.created_at.desc(), campaign.c.seq.desc())
        if issue is not None:
            query = query.where(campaign.c.issue == issue)
        with self._database.reading() as connection:
            return rows.read_campaigns(connection, query)

    @contextmanager
    def runner(self, campaign_id: str) -> Iterator[None]:
        """Hold the right to send; raises AnotherRunner when it is taken.

        It is one process per file of SQLite, and one per campaign on a server.
        """
        self.campaign(campaign_id)
        with self._database.hold(RUNNER_LOCK, f"sending campaign {campaign_id}", campaign_id):
            yield

    def change(self, campaign_id: str, event: CampaignEvent, reason: str | None = None) -> Campaign:
        """Change the campaign's state; CANCEL also cancels pending batches. Raises UsageError."""
        with self._database.writing() as connection:
            campaigns.change(connection, campaign_id, event, reason)
            return rows.find_campaign(connection, campaign_id)

    def allow_late(self, campaign_id: str, now: datetime) -> None:
        """Write down that somebody lets leave what is late by `now`."""
        with self._database.writing() as connection:
            campaigns.allow_late(connection, campaign_id, now)

    def waves(self, campaign_id: str) -> Sequence[Wave]:
        """Return the waves of a campaign, by number; none where all goes at once."""
        with self._database.reading() as connection:
            return waves.find(connection, campaign_id)

    def move_wave(
        self, campaign_id: str, number: int, event: WaveEvent, now: datetime, why: str | None = None
    ) -> Wave:
        """Change a wave's state, keeping what it has shown by now. Raises UsageError."""
        with self._database.writing() as connection:
            return waves.move(connection, campaign_id, number, event, now, why)

    def showing(self, campaign_id: str, number: int) -> Showing:
        """Return what has become of a wave by now."""
        with self._database.reading() as connection:
            return waves.showing(connection, campaign_id, number)

    def is_gone(self, campaign_id: str, number: int) -> bool:
        """Say whether nothing of a wave is pending or under way any more."""
        with self._database.reading() as connection:
            return waves.is_gone(connection, campaign_id, number)

    def sent_since(self, provider: str, moment: datetime) -> int:
        """Return to how many readers a provider was handed mail since `moment`, as far as known."""
        with self._database.reading() as connection:
            return ledger_queries.sent_since(connection, provider, moment)

    def choose_subject(self, campaign_id: str, subject: str, why: str, *, is_by_hand: bool) -> None:
        """Write down which subject, "a" or "b", the rest gets, and why; once chosen only by hand, by whom."""
        with self._database.writing() as connection:
            campaigns.choose_subject(connection, campaign_id, subject, why, is_by_hand=is_by_hand)

    def reactions(self, campaign_id: str, number: int, metric: SubjectMetric) -> Reactions:
        """Return how many readers of a wave reacted to it."""
        with self._database.reading() as connection:
            return waves.reactions(connection, campaign_id, number, metric)

    def lose_orphans(self, campaign_id: str) -> int:
        """Turn every `submitting` batch into `unknown`; return how many."""
        with self._database.writing() as connection:
            return outcomes.lose_orphans(connection, campaign_id)

    def next_batch(
        self,
        campaign_id: str,
        now: datetime,
        skip: Iterable[int] = (),
        closed_lanes: Iterable[str] = (),
        closed_waves: Iterable[int] = (),
    ) -> Batch | None:
        """Return the next pending batch whose time has come, leaving out `skip`, closed lanes and waves."""
        with self._database.reading() as connection:
            ready = ledger_queries.ready(skip, closed_lanes, closed_waves)
            found = rows.read_batches(connection, ready, {"campaign": campaign_id, "now": now})
        return found[0] if found else None

    def opens_at(self, tolls: Sequence[Toll], now: datetime) -> Mapping[str, datetime]:
        """Return which buckets are closed, by name, and until when; a clock set back is made up for."""
        with self._database.reading() as connection:
            found = buckets.closed(connection, tolls, now)
            if not buckets.was_set_back(connection, tolls, now):
                return found
        with self._database.writing() as connection:
            for name, until in found.items():
                buckets.close(connection, name, now, until)
        return found

    def waits_until(self, campaign_id: str, closed_waves: Iterable[int] = ()) -> datetime | None:
        """Return the earliest time of a pending batch outside `closed_waves`; None when there is none."""
        with self._database.reading() as connection:
            return ledger_queries.earliest(connection, campaign_id, closed_waves)

    def batches(self, campaign_id: str, state: str | None = None) -> Sequence[Batch]:
        """Return the batches of a campaign, in order, all or those in `state`."""
        query = select(batch).where(batch.c.campaign_id == campaign_id).order_by(batch.c.seq)
        if state is not None:
            query = query.where(batch.c.state == literal(BatchState(state)))
        with self._database.reading() as connection:
            return rows.read_batches(connection, query)

    def spent_fences(self, campaign_id: str) -> Sequence[Fence]:
        """Return the fences of attempts that nobody answered, newest first and a hundred at most."""
        with self._database.reading() as connection:
            return ledger_queries.spent_fences(connection, campaign_id)

    def recipients(self, batch_id: int) -> RecipientColumns:
        """Return the batch's deliveries without an override, in order of position."""
        with self._database.reading() as connection:
            return ledger_queries.recipients(connection, batch_id)

    def intend(
        self, batch: Batch, attempt: Attempt, tolls: Sequence[Toll] = ()
    ) -> Intent | LateSuppression | IntentRefused | WaveShut | TooEarly:
        """Commit the intent durably, reading campaign, waves and suppressions in the same transaction."""
        try:
            with self._database.writing() as connection:
                return intents.intend(connection, batch, attempt, tolls)
        except intents.Undone as undone:
            return undone.answer

    def settle(self, attempt: Attempt, submission: Submission, now: datetime) -> None:
        """Commit what became of an attempt. Raises StoreError when the attempt is not under way.

        The next intent, or the end of the run, makes it durable; a power cut before that leaves the batch
        unknown, as if the process had died one step earlier.
        """
        with self._database.writing(is_durable=False) as connection:
            outcomes.settle(connection, attempt, submission, now)

    def prove(
        self, batch_id: int, submission: Submission, now: datetime, key: str | None = None
    ) -> Submission | None:
        """Settle an `unknown` batch by evidence; return what counted, None when it is settled already."""
        with self._database.writing() as connection:
            return outcomes.prove(connection, batch_id, submission, now, key)

    def begin_recall(self, batch_id: int, key: str, now: datetime) -> bool:
        """Commit that an unknown attempt is about to be called back; False: its batch has moved on."""
        with self._database.writing() as connection:
            return outcomes.begin_recall(connection, batch_id, key, now)

    def prove_by_events(self, campaign_id: str, now: datetime, *, is_atomic: bool = False) -> int:
        """Settle what stored events prove of a campaign; return how many deliveries are accepted now."""
        with self._database.writing() as connection:
            return event_evidence.prove_by_events(connection, campaign_id, now, is_atomic=is_atomic)

    def resolve(self, campaign_id: str, *, assume_sent: bool, now: datetime) -> int:
        """Settle every unknown batch by the operator's word; return how many deliveries moved."""
        with self._database.writing() as connection:
            return outcomes.resolve(connection, campaign_id, assume_sent=assume_sent, now=now)

    def counts(self, campaign_id: str) -> Mapping[DeliveryState, int]:
        """Return how many deliveries are in each state (absent: none)."""
        with self._database.reading() as connection:
            return ledger_queries.counts(connection, campaign_id)

    def deliveries(self, campaign_id: str) -> Iterator[DeliveryRow]:
        """Yield every delivery of a campaign in order, as they stood at the first one."""
        with self._database.reading() as connection:
            yield from ledger_queries.deliveries(connection, campaign_id)

    def clearance(self, campaign_id: str) -> Clearance | None:
        """Return why a campaign was let through; None for one of before there was a gate."""
        with self._database.reading() as connection:
            return clearances.find(connection, campaign_id)

    def note_test(self, templates: str) -> None:
        """Write down that a test went out with these templates (`domain.receipt.templates_digest`)."""
        with self._database.writing() as connection:
            clearances.note_test(connection, templates)

    def tried_templates(self) -> frozenset[str]:
        """Return the digests of the templates that a campaign or a test went out with."""
        with self._database.reading() as connection:
            return clearances.tried_templates(connection)

    def last_attempt(self, batch_id: int) -> Attempt | None:
        """Return the newest attempt of a batch, or of the batch it was split from."""
        with self._database.reading() as connection:
            return rows.last_attempt(connection, batch_id)


def _unseen(written: int) -> None:
    """Take no notice of how many are `written`."""
