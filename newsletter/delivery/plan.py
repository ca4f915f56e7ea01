"""The plan of a campaign: a value to show before asking, and freezing it into the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from newsletter.config.schema import Config
from newsletter.delivery.audience import Audience, AudienceDigest, changed_audience
from newsletter.delivery.digests import campaign_digests
from newsletter.delivery.languages import PlannedLanguage, plan_languages
from newsletter.delivery.layout import Layout, LayoutCounter
from newsletter.delivery.mailing import no_sender, reply_address, sender_of
from newsletter.delivery.rate import parse_rate
from newsletter.delivery.rules import PlanRules, lane_rates
from newsletter.delivery.timetable import PlannedWave, make_timetable
from newsletter.delivery.tolls import Rates
from newsletter.delivery.warmup import warmup_days
from newsletter.delivery.when import Appointment
from newsletter.delivery.wish import NO_WISH, Wish
from newsletter.domain.address import Mailbox
from newsletter.domain.campaign import Campaign, Digests, NewCampaign
from newsletter.domain.delivery import CampaignState
from newsletter.domain.duration import parse_duration_s
from newsletter.domain.issue import Issue
from newsletter.domain.member_columns import MemberColumns
from newsletter.domain.preferences import REST_DAYS
from newsletter.domain.receipt import Clearance
from newsletter.domain.timing import Timing
from newsletter.domain.variant import Variants
from newsletter.errors import ConfigError, DeliveryRefused, Problem, UsageError
from newsletter.protocols import Clock, Provider
from newsletter.source import Place

__all__ = [
    "RESTING",
    "Draft",
    "LeftOut",
    "PlannedVariant",
    "SendPlan",
    "configured_rates",
    "freeze",
    "make_plan",
]

RESTING = f"chose at most one letter in {REST_DAYS} days, and have another of these days"
"""Why a reader is left out who wants few letters (`domain.preferences.Rest`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is to be sent and by whom: all a plan is made of but the audience.

    `siblings` are the files of an issue in several languages, by language, that somebody gets; `issue` is
    the one for readers whom no language fits.
    """

    issue: Issue
    variants: Variants
    config: Config
    provider: Provider
    siblings: Mapping[str, Issue] = field(default_factory=dict)

    @property
    def has_two(self) -> bool:
        """Say whether two subjects are tried."""
        return any(one.subject_b is not None for one in (self.issue, *self.siblings.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """How many of a segment are not mailed, and why: `reason` follows the number, as in "3 left"."""

    count: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedVariant:
    """One letter of a campaign and how many readers it has; `shown` are the conditions that hold for them."""

    key: str
    count: int
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SendPlan:
    """What will happen, shown before it does.

    `count` readers in `batches` batches of at most `batch_size`, each of one of `variants`; `first` and
    `last` are addresses in the order of the list. `provider_text` says where mail goes; `is_real` is False
    when it mails nobody. `subject`, and `subject_b` where two are tried, have slots as `{{ name }}`.
    `not_before` is when it may start; None: at once. `zone` is the newsletter's; a start later than `late_s`
    seconds is asked about first. For `undo_s` seconds it can be taken back: nothing leaves before they are
    over. `layout` says who goes with which wave, `timetable` when. `languages` are those of an issue in
    several.
    """

    issue: str
    issue_path: str
    subject: str
    subject_b: str | None
    segment: str
    count: int
    left_out: tuple[LeftOut, ...]
    first: str
    last: str
    sender: Mailbox
    reply_to: Mailbox
    provider: str
    provider_text: str
    is_real: bool
    digests: Digests
    batch_size: int
    variants: tuple[PlannedVariant, ...]
    layout: Layout
    timetable: tuple[PlannedWave, ...]
    conditions: tuple[str, ...] = ()
    languages: tuple[PlannedLanguage, ...] = ()
    warnings: tuple[Problem, ...] = ()
    not_before: datetime | None = None
    zone: str = "UTC"
    late_s: float = Timing().late_s
    undo_s: float = 0.0

    @property
    def batches(self) -> int:
        """Return how many batches the audience makes."""
        return sum(one.batches for one in self.timetable)


def make_plan(
    draft: Draft,
    audience: Audience,
    *,
    now: datetime,
    wish: Wish = NO_WISH,
    also_left_out: tuple[LeftOut, ...] = (),
) -> SendPlan:
    """Return the plan of sending `draft` to `audience`; changes nothing.

    `also_left_out` is what the store knows of readers the segment names but nobody may mail.
    Raises ConfigError (all that is missing before sending), UsageError (a wrong segment, nobody in it, a
    time that has passed) and DeliveryRefused (everybody in it already has the issue).
    """
    ConfigError.raise_if(_missing(draft))
    appointment = wish.appointment(draft.config, now)
    is_real = draft.provider.capabilities.leaves_machine
    sent = partial(audience.ledger.sent_since, draft.provider.name)
    start = appointment.at if appointment else now
    rules = PlanRules.of(
        draft.config,
        wish,
        is_real=is_real,
        days=warmup_days(draft.config, start, now, sent),
        has_two=draft.has_two,
    )
    digest, counter = AudienceDigest(), LayoutCounter(draft.issue.slug, rules)
    falling_back = Counter[str]()
    pages = digest.watch(audience.pages(falling_back))
    for _ in pages if rules.is_plain else counter.watch(pages):
        pass
    already = audience.already_planned()
    if digest.count == 0:
        _refuse_nobody(audience, already, also_left_out)
    mailed = (LeftOut(count=already, reason="already have this issue, or are in another campaign of it"),)
    rates = configured_rates(draft.config)
    variants = draft.variants
    largest = draft.provider.capabilities.batch_size
    batch_size = min([largest, *(rate.messages for rate in rates.always)])  # a batch goes in one go
    at, wall = (appointment.at, appointment.wall) if appointment else (None, None)
    layout = (
        Layout.plain(draft.issue.slug, rules, digest.variants, at)
        if rules.is_plain
        else counter.layout(now, at, wall)
    )
    undo_s = wish.undo_s(draft.config, is_real=is_real)
    return SendPlan(
        issue=draft.issue.slug,
        issue_path=draft.issue.shown_path,
        subject=variants.first.subject.shape(),
        subject_b=variants.first.subject_b.shape() if variants.first.subject_b else None,
        segment=audience.segment,
        count=digest.count,
        left_out=(mailed if already else ()) + tuple(one for one in also_left_out if one.count),
        first=digest.first,
        last=digest.last,
        sender=sender_of(draft.issue, draft.config),
        reply_to=reply_address(draft.issue, draft.config),
        provider=draft.provider.name,
        provider_text=draft.provider.describe(),
        is_real=is_real,
        digests=campaign_digests(
            draft.issue, variants, draft.config, digest.hexdigest(), tuple(draft.siblings.values())
        ),
        batch_size=batch_size,
        variants=tuple(
            PlannedVariant(key=key, count=digest.variants[key], shown=variants.shown(key))
            for key in variants.letters
        ),
        conditions=variants.blocks,
        languages=plan_languages(draft.siblings, variants, digest.variants, falling_back),
        warnings=variants.notes + _warnings(draft) + _notes(appointment),
        not_before=layout.not_before,
        zone=draft.config.newsletter.timezone,
        late_s=parse_duration_s(draft.config.send.late),
        undo_s=undo_s,
        layout=layout,
        timetable=make_timetable(
            layout.waves,
            layout.shares,
            start=now + timedelta(seconds=undo_s),
            rates=rates,
            batch_size=batch_size,
            quiet=rules.quiet,
        ),
    )


def freeze(
    plan: SendPlan,
    audience: Audience,
    *,
    new_id: Callable[[], str],
    clock: Clock,
    clearance: Clearance | None = None,
    progress: Callable[[int], None] | None = None,
) -> Campaign:
    """Write the plan into the ledger, all or nothing, and return the campaign.

    `new_id` makes an opaque random id; `clearance` is why it is let through.
    Raises DeliveryRefused, with nothing written, when the audience is no longer the one that was shown;
    StoreError.
    """
    now = clock.now()
    new = NewCampaign(
        id=new_id(),
        issue=plan.issue,
        issue_path=plan.issue_path,
        segment=plan.segment,
        provider=plan.provider,
        sender=str(plan.sender),
        digests=plan.digests,
        batch_size=plan.batch_size,
        created_at=now,
        not_before=plan.not_before,
        variants=tuple(one.key for one in plan.variants),
        clearance=clearance,
        correction=audience.correction,
        timing=Timing(
            undo_until=now + timedelta(seconds=plan.undo_s) if plan.undo_s > 0 else None,
            late_s=plan.late_s,
            quiet=plan.layout.rules.quiet,
            test=plan.layout.rules.test if len(plan.layout.waves) > 1 else None,
        ),
        waves=plan.layout.frozen_waves,
        lane_sizes={lane: rate.messages for lane, rate in plan.layout.rules.lanes.items()},
    )
    pages = _same_members(plan, audience)
    if not plan.layout.rules.is_plain:
        pages = plan.layout.place(pages)
    return audience.ledger.freeze(new, pages, progress)


def configured_rates(config: Config) -> Rates:
    """Return the rates of provider, sender and recipient domains. Raises ConfigError for one that is none."""
    place = Place(path=config.shown_path)
    provider, sender = (
        parse_rate(text, place) if text is not None else None
        for text in (config.provider.rate, config.sender.rate)
    )
    return Rates(provider=provider, sender=sender, lanes=lane_rates(config))


def _same_members(plan: SendPlan, audience: Audience) -> Iterator[MemberColumns]:
    """Yield the members, and fail in the end, so that nothing is written, if they are not the plan's."""
    digest = AudienceDigest()
    yield from digest.watch(audience.pages())
    if digest.hexdigest() != plan.digests.audience:
        counts = f": {plan.count} readers then, {digest.count} now"
        raise DeliveryRefused(changed_audience(plan.segment, counts))


def _missing(draft: Draft) -> list[Problem]:
    """Return what has to be configured before anything may be sent."""
    config = draft.config
    file = Place(path=config.shown_path)
    problems = []
    if draft.issue.sender is None and config.sender.from_ is None:
        problems.append(no_sender(config))
    if not config.newsletter.postal_address.strip():
        problems.append(
            Problem(
                what="there is no postal address",
                place=file,
                why="readers and the law want to know who writes to them",
                fix='add under [newsletter]: postal_address = "Name, street, city"',
            )
        )
    if draft.has_two and config.send.subject_metric == "clicks" and not config.privacy.click_tracking:
        problems.append(
            Problem(
                what="subjects cannot be compared by clicks, which are not tracked",
                place=file,
                fix='set under [send]: subject_metric = "replies"',
            )
        )
    zone_field = config.send.zone_field
    if zone_field is not None and zone_field not in config.fields:
        problems.append(
            Problem(
                what=f'[send] zone_field names "{zone_field}", which is no field',
                place=file,
                fix=f"declare it: [fields.{zone_field}]",
            )
        )
    problems += _url_problems(config.newsletter.base_url, file, draft.provider)
    return problems


def _url_problems(base_url: str, file: Place, provider: Provider) -> list[Problem]:
    url = urlsplit(base_url)
    fix = 'set under [newsletter]: base_url = "https://letter.your.domain"'
    if url.scheme not in ("http", "https") or not url.netloc or url.query or url.fragment:
        what = f'base_url "{base_url}" is not a web address' if base_url else "there is no base_url"
        why = "every letter needs a link with which its reader can leave"
        return [Problem(what=what, place=file, why=why, fix=fix)]
    if url.scheme == "http" and provider.capabilities.leaves_machine:
        why = "one-click unsubscribe works over https only (RFC 8058)"
        return [Problem(what="base_url starts with http://", place=file, why=why, fix=fix)]
    return []


def _refuse_nobody(audience: Audience, already: int, others: tuple[LeftOut, ...]) -> None:
    resting = sum(one.count for one in others if one.reason == RESTING)
    if resting:
        others_text = f", and {already} already have it" if already else ""
        raise DeliveryRefused(
            Problem(
                what=f'nobody in "{audience.segment}" may get this letter now: '
                f"{resting} {RESTING}{others_text}",
                why="they chose so on the page of their preferences",
                fix="send it later, with --at WHEN; of one reader: newsletter subscribers why EMAIL",
            )
        )
    if not already:
        raise UsageError(
            Problem(
                what=f'there is nobody in "{audience.segment}"',
                why="only active subscribers who may be mailed count",
                fix=f"look at it with: newsletter segments count '{audience.segment}'",
            )
        )
    ended = (CampaignState.FINISHED, CampaignState.CANCELLED)
    going = [one for one in audience.ledger.campaigns(audience.issue) if one.state not in ended]
    raise DeliveryRefused(
        Problem(
            what=f'everybody in "{audience.segment}" ({already}) already has "{audience.issue}", '
            "or is in a campaign of it",
            why="nobody is mailed the same issue twice",
            fix=f"go on with: newsletter resume {going[0].id}" if going else "see: newsletter status",
        )
    )


def _notes(appointment: Appointment | None) -> tuple[Problem, ...]:
    return tuple(Problem(what=note) for note in appointment.notes) if appointment else ()


def _warnings(draft: Draft) -> tuple[Problem, ...]:
    domain = draft.config.sender.domain
    sender = sender_of(draft.issue, draft.config)
    at = sender.email.rpartition("@")[2]
    if domain is None or at == domain or at.endswith(f".{domain}"):
        return ()
    return (
        Problem(
            what=f"the sender is at {at}, but you may send from {domain}",
            place=draft.issue.place("from" if draft.issue.sender else None),
            why="mailboxes distrust a letter from a domain its sender does not own (DMARC, RFC 7489)",
        ),
    )
