"""What the stages ask of the world outside: small, typed, implemented on the floors above."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from newsletter.domain.campaign import Attempt, Batch, Campaign, DeliveryRow, Fence, Member, NewCampaign
from newsletter.domain.delivery import CampaignEvent, DeliveryState, WaveEvent
from newsletter.domain.mailing import Mailing, Recipient
from newsletter.domain.member_columns import MemberColumns
from newsletter.domain.outcome import Outcome, Submission
from newsletter.domain.receipt import Clearance
from newsletter.domain.recipient_columns import RecipientColumns
from newsletter.domain.subject_test import Reactions, SubjectMetric
from newsletter.domain.wave import Showing, Wave
from newsletter.protocols.abilities import Diagnosing, Housing, Recalling, Rehearsing, Suppressing
from newsletter.protocols.events import Confirming, EventLog, EventNotVerifiable, EventReader, EventRefused
from newsletter.protocols.leases import Leases
from newsletter.protocols.probes import LinkProbe, NameProbe, PageProbe, SpamProbe
from newsletter.protocols.telemetry import Telemetry

__all__ = [
    "AudienceView",
    "Capabilities",
    "Clock",
    "Confirming",
    "Diagnosing",
    "EventLog",
    "EventNotVerifiable",
    "EventReader",
    "EventRefused",
    "Housing",
    "Intent",
    "IntentRefused",
    "LateSuppression",
    "Leases",
    "Ledger",
    "LinkProbe",
    "NameProbe",
    "PageProbe",
    "Payload",
    "Provider",
    "Recalling",
    "Rehearsing",
    "Shipment",
    "SpamProbe",
    "Suppressing",
    "Telemetry",
    "Toll",
    "TooEarly",
    "VariantReaders",
    "WaveShut",
]


class Clock(Protocol):
    """Time, passed in so that tests and `--now` can set it."""

    def now(self) -> datetime:
        """Return the time of day, aware and in UTC."""

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start that never go back."""

    def sleep(self, seconds: float) -> None:
        """Wait `seconds`."""


# --- mail out -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a provider can do.

    `batch_size` is the most recipients one submission takes; `concurrency` how many submissions may be
    under way at once; `is_conclusive` says that `Shipment.evidence` always settles an unknown batch;
    `can_recall` that it calls back an unknown attempt, if it is asked soon (`Shipment.fence`), and that an
    attempt is taken as a whole or not at all;
    `is_atomic` that a submission is taken whole or not at all, so that one event about it proves all of it;
    `leaves_machine` is False for the outbox, which mails nobody.
    """

    batch_size: int
    concurrency: int = 1
    is_conclusive: bool = False
    can_recall: bool = False
    is_atomic: bool = False
    leaves_machine: bool = True


class Payload(Protocol):
    """A batch built into bytes, ready to hand over."""

    @property
    def digest(self) -> str:
        """Return the SHA-256 (hex) of the bytes that will leave."""


class Shipment(Protocol):
    """One mailing made ready for one provider; static parts are encoded once.

    `build` is pure. `submit` never raises for what a server or network does: it answers with a
    Submission, `unknown` whenever acceptance cannot be excluded. `submit` may run in several threads.
    """

    def fence(self, now: datetime) -> Fence | Outcome | None:
        """Return what the attempt about to be made can be called back with; None: nothing.

        Asked before the intent is written, which keeps the fence, and `build` puts it into the bytes.
        An Outcome, never accepted, says why none could be had: then nothing may be submitted.
        """

    def build(self, recipients: Sequence[Recipient], attempt_key: str, fence: Fence | None = None) -> Payload:
        """Build the bytes for `recipients`; the position of each is kept for `submit`'s answer."""

    def submit(self, payload: Payload) -> Submission:
        """Hand over `payload` and say what became of it."""

    def evidence(self, recipients: Sequence[Recipient], attempt: Attempt) -> Submission | None:
        """Say what can be proven about an earlier attempt of unknown outcome; None: nothing.

        An attempt with a fence may be called back first, and is then provably not sent.
        """

    def close(self) -> None:
        """Release connections."""


class Provider(Protocol):
    """An adapter that takes mail out."""

    @property
    def name(self) -> str:
        """Return the name used in `newsletter.toml` and in the ledger."""

    @property
    def capabilities(self) -> Capabilities:
        """Return what this provider can do."""

    def prepare(self, mailing: Mailing) -> Shipment:
        """Encode what all readers share. Raises ConfigError when the provider cannot carry it."""

    def probe(self) -> Outcome:
        """Ask, without sending, whether key, account and connection work."""

    def describe(self) -> str:
        """Return where mail goes, in one line, for the plan shown before sending; no secrets."""


# --- the list -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantReaders:
    """How many readers have one variant of a letter, and the address of the first."""

    count: int
    example: str


class AudienceView(Protocol):
    """What checks may ask of the list and of the ledger; read-only."""

    def pages(self, segment: str, conditions: Sequence[str] = ()) -> Iterator[MemberColumns]:
        """Yield who would get an issue sent to `segment` (a name or an expression), by subscriber id.

        Only readers that may be mailed; the variant of each says which of `conditions` hold.
        Raises UsageError for an unknown segment or a wrong expression.
        """

    def variants(
        self, segment: str, conditions: Sequence[str], issue: str | None
    ) -> Mapping[str, VariantReaders]:
        """Return who has each key that occurs in `segment`, without those who have a delivery of `issue`.

        None for `issue` leaves nobody out. Raises UsageError for an unknown segment or a wrong expression.
        """

    def campaigns(self, issue: str) -> Sequence[Campaign]:
        """Return the campaigns of `issue` (a slug), newest first."""

    def tried_templates(self) -> frozenset[str]:
        """Return the digests of the templates that a campaign or a test went out with.

        As `domain.receipt.templates_digest` makes them.
        """

    def already_planned(self, issue: str, segment: str) -> int:
        """Return how many of the segment's members already have a delivery of `issue`."""


# --- the ledger ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """The intent is on disk; the batch is `submitting` and its last byte may now leave."""

    attempt: Attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class LateSuppression:
    """Readers at these positions left meanwhile and are now marked; build the batch again without them."""

    positions: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentRefused:
    """The batch may not be submitted: the campaign was paused or cancelled, or the batch moved on."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveShut:
    """The batch's wave may not leave any more, by what another process has seen; nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Toll:
    """What keeps mail to a rate: each message closes the bucket `name` for `seconds_each` seconds.

    Nothing is saved up while a bucket is open, so there is no burst after a pause. Whoever sends through the
    same ledger shares its buckets.
    """

    name: str
    seconds_each: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TooEarly:
    """A rate does not allow the batch before `until`; nothing was written."""

    until: datetime


class Ledger(Protocol):
    """The memory of what was sent to whom; the only writer of states. Raises StoreError."""

    def plan(
        self, campaign: NewCampaign, members: Iterable[Member], progress: Callable[[int], None] | None = None
    ) -> Campaign:
        """Do what `freeze` does, for members who come one by one."""

    def freeze(
        self,
        campaign: NewCampaign,
        pages: Iterable[MemberColumns],
        progress: Callable[[int], None] | None = None,
    ) -> Campaign:
        """Freeze the audience in batches, all or nothing.

        Members whose key already has a delivery of this issue are left out, so that two campaigns of
        one issue never reach one person twice; a delivery that was cancelled before it was submitted is
        taken over instead. Each batch has members of one variant. `progress` is told the number of
        members written.
        """

    def campaign(self, campaign_id: str) -> Campaign:
        """Return a campaign. Raises UsageError when there is none of that id."""

    def campaigns(self, issue: str | None = None) -> Sequence[Campaign]:
        """Return campaigns, newest first, of `issue` (a slug) or all."""

    def runner(self, campaign_id: str) -> AbstractContextManager[None]:
        """Hold the right to send; raises AnotherRunner at once when another process has it.

        The lock dies with the process. On entry no batch can be under way, so orphans may be released.
        """

    def change(self, campaign_id: str, event: CampaignEvent, reason: str | None = None) -> Campaign:
        """Change the campaign's state through `campaign_transition`; CANCEL also cancels pending batches.

        Raises UsageError when the state does not allow it.
        """

    def allow_late(self, campaign_id: str, now: datetime) -> None:
        """Write down, with who it was, that what is late by `now` may leave all the same."""

    def waves(self, campaign_id: str) -> Sequence[Wave]:
        """Return the waves of a campaign, by number; none where all goes at once."""

    def move_wave(
        self, campaign_id: str, number: int, event: WaveEvent, now: datetime, why: str | None = None
    ) -> Wave:
        """Change a wave's state through `wave_transition`, keeping what it has shown by now, and `why`.

        OVERRIDE is written down with who it was. Raises UsageError when the state does not allow it.
        """

    def showing(self, campaign_id: str, number: int) -> Showing:
        """Return what has become of a wave by now."""

    def is_gone(self, campaign_id: str, number: int) -> bool:
        """Say whether nothing of a wave is pending or under way any more."""

    def sent_since(self, provider: str, moment: datetime) -> int:
        """Return to how many readers a provider (a name) was handed mail since `moment`, as far as known."""

    def choose_subject(self, campaign_id: str, subject: str, why: str, *, is_by_hand: bool) -> None:
        """Write down which subject, "a" or "b", the rest gets, and why; once chosen only by hand, by whom."""

    def reactions(self, campaign_id: str, number: int, metric: SubjectMetric) -> Reactions:
        """Return how many readers of a wave reacted to it."""

    def lose_orphans(self, campaign_id: str) -> int:
        """Turn every `submitting` batch into `unknown` (never `pending`); return how many."""

    def next_batch(
        self,
        campaign_id: str,
        now: datetime,
        skip: Iterable[int] = (),
        closed_lanes: Iterable[str] = (),
        closed_waves: Iterable[int] = (),
    ) -> Batch | None:
        """Return the next pending batch whose time has come, not in `skip`, nor of a closed lane or wave."""

    def opens_at(self, tolls: Sequence[Toll], now: datetime) -> Mapping[str, datetime]:
        """Return which buckets are closed, by name, and until when.

        After the clock was set back, none stays closed for longer than its last batch takes.
        """

    def waits_until(self, campaign_id: str, closed_waves: Iterable[int] = ()) -> datetime | None:
        """Return the earliest `not_before` of pending batches, without closed waves; None: there is none."""

    def batches(self, campaign_id: str, state: str | None = None) -> Sequence[Batch]:
        """Return the batches of a campaign, in order, all or those in `state`."""

    def spent_fences(self, campaign_id: str) -> Sequence[Fence]:
        """Return the fences of attempts that nobody answered, newest first and a hundred at most."""

    def recipients(self, batch_id: int) -> RecipientColumns:
        """Return the batch's deliveries without an override, in order of position; without their links."""

    def intend(
        self, batch: Batch, attempt: Attempt, tolls: Sequence[Toll] = ()
    ) -> Intent | LateSuppression | IntentRefused | WaveShut | TooEarly:
        """Commit the intent durably, reading campaign state and suppressions in the same transaction.

        It also pays `tolls` for every reader of the batch.
        """

    def settle(self, attempt: Attempt, submission: Submission, now: datetime) -> None:
        """Commit what became of an attempt.

        Positions accepted stay in the batch; rejected ones get an override; not sent and unknown ones
        beside accepted ones move to child batches. A batch refused whole is halved until one is left.
        """

    def prove(
        self, batch_id: int, submission: Submission, now: datetime, key: str | None = None
    ) -> Submission | None:
        """Settle an `unknown` batch by evidence about the attempt `key`; return what counted, or None."""

    def begin_recall(self, batch_id: int, key: str, now: datetime) -> bool:
        """Commit that an unknown attempt is about to be called back; False: its batch has moved on.

        An answer to it that comes after this says nothing any more.
        """

    def prove_by_events(self, campaign_id: str, now: datetime, *, is_atomic: bool = False) -> int:
        """Settle what stored events prove of a campaign; return how many deliveries are accepted now.

        An event proves its own delivery; where the provider `is_atomic`, all that left in one attempt.
        """

    def resolve(self, campaign_id: str, *, assume_sent: bool, now: datetime) -> int:
        """Settle every unknown batch by the operator's word; return how many deliveries moved.

        `assume_sent` marks them accepted, else they become pending and may be mailed a second time.
        """

    def counts(self, campaign_id: str) -> Mapping[DeliveryState, int]:
        """Return how many deliveries are in each state (absent: none)."""

    def deliveries(self, campaign_id: str) -> Iterator[DeliveryRow]:
        """Yield every delivery of a campaign in order."""

    def note_test(self, templates: str) -> None:
        """Write down that a test went out with these templates (`domain.receipt.templates_digest`)."""

    def tried_templates(self) -> frozenset[str]:
        """Return the digests of the templates that a campaign or a test went out with."""

    def clearance(self, campaign_id: str) -> Clearance | None:
        """Return why a campaign was let through; None for one of before there was a gate."""

    def last_attempt(self, batch_id: int) -> Attempt | None:
        """Return the newest attempt of a batch."""
