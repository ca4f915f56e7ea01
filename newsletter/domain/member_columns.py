"""Members of an audience as columns: all addresses, all keys, all values of some hundred readers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from newsletter.domain.campaign import Member
from newsletter.domain.frozen_values import FrozenValues
from newsletter.domain.subscriber import FieldValue

__all__ = ["MemberColumns"]

_AT_ONCE = 1_000  # many that live long are looked at by the garbage collector again and again
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, kw_only=True)
class MemberColumns:
    """Members in order, each made when it is asked for; a million of them stream past in pages of these.

    What `Member` says of an attribute holds for its column. All columns have one length.
    """

    subscriber_ids: Sequence[int]
    emails: Sequence[str]
    keys: Sequence[str]
    values: Sequence[Mapping[str, FieldValue]]
    variants: Sequence[str]
    zones: Sequence[str]
    waves: Sequence[int]
    lanes: Sequence[str]

    @classmethod
    def plain(
        cls,
        subscriber_ids: Sequence[int],
        emails: Sequence[str],
        keys: Sequence[str],
        values: Sequence[Mapping[str, FieldValue]],
        variants: Sequence[str] = (),
    ) -> MemberColumns:
        """Return members without zone, wave or lane; without `variants` all have the letter there is."""
        nothing = [""] * len(keys)
        return cls(
            subscriber_ids=subscriber_ids,
            emails=emails,
            keys=keys,
            values=values,
            variants=variants or nothing,
            zones=nothing,
            waves=[0] * len(keys),
            lanes=nothing,
        )

    @classmethod
    def of(cls, members: Sequence[Member]) -> MemberColumns:
        """Return `members` as columns."""
        return cls(
            subscriber_ids=[one.subscriber_id for one in members],
            emails=[one.email for one in members],
            keys=[one.key for one in members],
            values=[one.values for one in members],
            variants=[one.variant for one in members],
            zones=[one.zone for one in members],
            waves=[one.wave for one in members],
            lanes=[one.lane for one in members],
        )

    @classmethod
    def pages(cls, members: Iterable[Member]) -> Iterator[MemberColumns]:
        """Yield `members`, as they come, in pages."""
        iterator = iter(members)
        while some := list(islice(iterator, _AT_ONCE)):
            yield cls.of(some)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.keys)

    def __iter__(self) -> Iterator[Member]:
        """Yield each as a member of its own."""
        return map(
            Member,
            self.subscriber_ids,
            self.emails,
            self.keys,
            self.values,
            self.variants,
            self.zones,
            self.waves,
            self.lanes,
        )

    @cached_property
    def value_texts(self) -> Sequence[str]:
        """Return what the ledger keeps of each: the values, as text, in a compact JSON object (RFC 8259)."""
        if isinstance(self.values, FrozenValues):
            return self.values.texts()
        return [_encode({name: str(value) for name, value in one.items()}) for one in self.values]

    def chosen(self, places: Iterable[int]) -> MemberColumns:
        """Return those at `places` (from 0)."""
        members = list(self)
        return MemberColumns.of([members[place] for place in places])

    def with_values(
        self, values: Sequence[Mapping[str, FieldValue]], variants: Sequence[str], zones: Sequence[str]
    ) -> MemberColumns:
        """Return the same members with other values, variants and zones."""
        return replace(self, values=values, variants=variants, zones=zones)

    def placed(self, zones: Sequence[str], waves: Sequence[int], lanes: Sequence[str]) -> MemberColumns:
        """Return the same members with their places in a plan."""
        return replace(self, zones=zones, waves=waves, lanes=lanes)
