"""Who gets an issue: the members of a segment, frozen, without those who already have it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from newsletter.config.schema import Config, FieldConfig
from newsletter.delivery.recipients import frozen_member, with_zone
from newsletter.domain.address import address_key
from newsletter.domain.campaign import Member
from newsletter.domain.correction import Correction
from newsletter.domain.delivery import DeliveryState
from newsletter.domain.variant import Variants
from newsletter.errors import DeliveryRefused, Problem
from newsletter.protocols import AudienceView, Ledger

__all__ = ["Audience", "AudienceDigest", "changed_audience"]

_LINES_AT_ONCE = 500


class AudienceDigest:
    """The digest of an audience, taken while its members stream past; memory does not grow."""

    def __init__(self) -> None:
        """Start with nobody."""
        self._sha = sha256()
        self._lines: list[str] = []  # not yet in the digest: hashing a few hundred at once is quicker
        self.count = 0
        self.first = ""
        self.last = ""
        self.variants: Counter[str] = Counter()

    def watch(self, members: Iterable[Member]) -> Iterator[Member]:
        """Yield `members` as they are, taking each in: who, where to, with which values, which letter."""
        for member in members:
            values = "\0".join([f"{name}={value}" for name, value in sorted(member.values.items())])
            self._lines.append(
                f"{member.subscriber_id}\0{member.email}\0{member.key}\0{member.variant}\0{values}\n"
            )
            self.count += 1
            self.variants[member.variant] += 1
            self.first = self.first or member.email
            self.last = member.email
            if len(self._lines) == _LINES_AT_ONCE:
                self._take_in()
            yield member

    def hexdigest(self) -> str:
        """Return the SHA-256 (hex) of everybody taken in so far, in order."""
        self._take_in()
        return self._sha.hexdigest()

    def _take_in(self) -> None:
        self._sha.update("".join(self._lines).encode())
        self._lines.clear()


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
        slots = {
            key: [slot for slot in letter.slots if not slot.is_link]
            for key, letter in self.variants.letters.items()
        }
        for member in self.view.members(self.segment, self.variants.conditions):
            if member.key not in already:
                key = self.variants.key_of(member.variant)
                if key is None:
                    raise DeliveryRefused(changed_audience(self.segment))
                frozen = frozen_member(member, slots[key], self.fields, lang, key)
                yield frozen if self.zone_field is None else with_zone(frozen, member, self.zone_field)

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
