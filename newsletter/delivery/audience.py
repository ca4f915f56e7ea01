"""Who gets an issue: the members of a segment, frozen, without those who already have it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain

from newsletter.config.schema import Config, FieldConfig
from newsletter.delivery.recipients import Freezer, value_freezer
from newsletter.domain.address import address_key
from newsletter.domain.campaign import Member
from newsletter.domain.correction import Correction
from newsletter.domain.delivery import DeliveryState
from newsletter.domain.member_columns import MemberColumns
from newsletter.domain.subscriber import FieldValue
from newsletter.domain.variant import Variants
from newsletter.errors import DeliveryRefused, Problem
from newsletter.protocols import AudienceView, Ledger

__all__ = ["Audience", "AudienceDigest", "changed_audience"]


class AudienceDigest:
    """The digest of an audience, taken while its members stream past; memory does not grow."""

    def __init__(self) -> None:
        """Start with nobody."""
        self._columns = [sha256() for _ in range(5)]  # a column at a time is hashed in half the time
        self.count = 0
        self.first = ""
        self.last = ""
        self.variants: Counter[str] = Counter()

    def watch(self, pages: Iterable[MemberColumns]) -> Iterator[MemberColumns]:
        """Yield `pages` as they are, taking each member in: who, where to, which values, which letter."""
        for page in pages:
            ids = map(str, page.subscriber_ids)
            told = (ids, page.emails, page.keys, page.variants, page.value_texts)
            for sha, column in zip(self._columns, told, strict=True):
                sha.update("\n".join([*column, ""]).encode())
            self.count += len(page)
            self.variants.update(page.variants)
            self.first = self.first or page.emails[0]
            self.last = page.emails[-1]
            yield page

    def hexdigest(self) -> str:
        """Return the SHA-256 (hex) of everybody taken in so far, in order: of the digests of the columns."""
        return sha256(b"".join([sha.digest() for sha in self._columns])).hexdigest()


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
        """Yield what `pages` yields, one by one."""
        return chain.from_iterable(self.pages())

    def pages(self, falling_back: Counter[str] | None = None) -> Iterator[MemberColumns]:
        """Yield the members, frozen, by subscriber id, some at a time.

        In `falling_back` are counted, by letter, those who get the first language because none is theirs.

        Raises UsageError for a wrong segment, and DeliveryRefused for a reader of a letter that did not
        occur when the letters were made.
        """
        already = self._planned_keys()
        freezers = {
            key: value_freezer(letter.slots, self.fields, letter.lang)
            for key, letter in self.variants.letters.items()
        }
        for page in self.view.pages(self.segment, self.variants.conditions):
            if already:
                page = page.chosen(at for at, key in enumerate(page.keys) if key not in already)
            if not page:
                continue
            frozen = self._frozen(page, freezers)
            if falling_back is not None and self.variants.falling_back:
                marks = zip(page.variants, frozen.variants, strict=True)
                falling_back.update(letter for one, letter in marks if one in self.variants.falling_back)
            yield frozen

    def already_planned(self) -> int:
        """Return how many of the segment already have a delivery of the issue."""
        return self.view.already_planned(self.issue, self.segment)

    def _frozen(self, page: MemberColumns, freezers: Mapping[str, Freezer]) -> MemberColumns:
        letters = {variant: self.variants.key_of(variant) for variant in set(page.variants)}
        variants = [letter for variant in page.variants if (letter := letters[variant]) is not None]
        if len(variants) < len(page):
            raise DeliveryRefused(changed_audience(self.segment))
        zone_field = self.zone_field
        zones = [str(one.get(zone_field, "")).strip() for one in page.values] if zone_field else page.zones
        return page.with_values(_freeze(page.values, variants, freezers), variants, zones)

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


def _freeze(
    values: Sequence[Mapping[str, FieldValue]], variants: Sequence[str], freezers: Mapping[str, Freezer]
) -> Sequence[Mapping[str, str]]:
    """Return what is kept of `values`, whose letters are `variants`."""
    if len(set(variants)) == 1:
        return freezers[variants[0]](values)
    frozen = {variant: iter(freezers[variant](_of(values, variants, variant))) for variant in set(variants)}
    return [next(frozen[variant]) for variant in variants]


def _of(
    values: Sequence[Mapping[str, FieldValue]], variants: Sequence[str], wanted: str
) -> Sequence[Mapping[str, FieldValue]]:
    return [one for one, variant in zip(values, variants, strict=True) if variant == wanted]
