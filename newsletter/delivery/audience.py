"""Who gets an issue: the members of a segment, frozen, without those who already have it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice

from newsletter.config.schema import Config, FieldConfig
from newsletter.delivery.recipients import value_freezer
from newsletter.domain.address import address_key
from newsletter.domain.campaign import Member
from newsletter.domain.correction import Correction
from newsletter.domain.delivery import DeliveryState
from newsletter.domain.variant import Variants
from newsletter.errors import DeliveryRefused, Problem
from newsletter.protocols import AudienceView, Ledger

__all__ = ["Audience", "AudienceDigest", "changed_audience"]

_AT_ONCE = 500  # hashing a few hundred lines at once is quicker


class AudienceDigest:
    """The digest of an audience, taken while its members stream past; memory does not grow."""

    def __init__(self) -> None:
        """Start with nobody."""
        self._sha = sha256()
        self.count = 0
        self.first = ""
        self.last = ""
        self.variants: Counter[str] = Counter()

    def watch(self, members: Iterable[Member]) -> Iterator[Member]:
        """Yield `members` as they are, taking each in: who, where to, with which values, which letter."""
        iterator = iter(members)
        while some := list(islice(iterator, _AT_ONCE)):
            self._sha.update("".join([_line(member) for member in some]).encode())
            self.count += len(some)
            self.variants.update([member.variant for member in some])
            self.first = self.first or some[0].email
            self.last = some[-1].email
            yield from some

    def hexdigest(self) -> str:
        """Return the SHA-256 (hex) of everybody taken in so far, in order."""
        return self._sha.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """The readers of `segment` who do not have the issue yet, each with the letter that is theirs.

    Of a reader's values only those are kept that the slots of that letter use. `correction` says what the
    campaign corrects, if anything; `zone_field` is the field that names a reader's time zone, if one does.
    """

    view: AudienceView
    ledger: Ledger
    segment: str
    variants: Variants
    fields: Mapping[str, FieldConfig]
    correction: Correction | None = None
    zone_field: str | None = None

    @classmethod
    def of(
        cls, variants: Variants, config: Config, segment: str, *, view: AudienceView, ledger: Ledger
    ) -> Audience:
        """Return the audience of `variants` in `segment` (a name or an expression)."""
        return cls(
            view=view,
            ledger=ledger,
            segment=segment,
            variants=variants,
            fields=config.fields,
            zone_field=config.send.zone_field,
        )

    @property
    def issue(self) -> str:
        """Return the slug of the issue."""
        return self.variants.first.slug

    def members(self) -> Iterator[Member]:
        """Yield the members, frozen, by subscriber id.

        Raises UsageError for a wrong segment, and DeliveryRefused for a reader of a letter that did not
        occur when the letters were made.
        """
        already = self._planned_keys()
        lang = self.variants.first.lang
        freezers = {
            key: value_freezer(letter.slots, self.fields, lang)
            for key, letter in self.variants.letters.items()
        }
        for member in self.view.members(self.segment, self.variants.conditions):
            if member.key not in already:
                key = self.variants.key_of(member.variant)
                if key is None:
                    raise DeliveryRefused(changed_audience(self.segment))
                values = freezers[key](member.values)
                zone = str(member.values.get(self.zone_field, "")).strip() if self.zone_field else ""
                yield Member(member.subscriber_id, member.email, member.key, values, key, zone)

    def already_planned(self) -> int:
        """Return how many of the segment already have a delivery of the issue."""
        return self.view.already_planned(self.issue, self.segment)

    def _planned_keys(self) -> set[str]:
        """Return the keys of those who have a delivery, save cancelled ones; read only when needed."""
        if not self.already_planned():
            return set()
        return {
            address_key(row.email)
            for campaign in self.ledger.campaigns(self.issue)
            for row in self.ledger.deliveries(campaign.id)
            if row.state is not DeliveryState.CANCELLED
        }


def changed_audience(segment: str, counts: str = "") -> Problem:
    """Return what to say when the audience is no longer the one that was looked at."""
    return Problem(
        what=f'the audience "{segment}" changed while the plan was on show{counts}',
        why="you said yes to other readers than these; nothing was sent",
        fix="run the same command again and look at the new plan",
    )


def _line(member: Member) -> str:
    values = member.values
    pairs = sorted(values.items()) if len(values) > 1 else values.items()
    told = "\0".join([f"{name}={value}" for name, value in pairs])
    return f"{member.subscriber_id}\0{member.email}\0{member.key}\0{member.variant}\0{told}\n"
