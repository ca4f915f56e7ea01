"""The letters of an issue with conditional blocks: a context for each that occurs, and a survey."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from functools import cache, cached_property
from typing import TYPE_CHECKING

from newsletter.checks.list_facts import ListFacts, ListTally
from newsletter.checks.need import Need
from newsletter.checks.survey import Survey, join_surveys, survey_letters
from newsletter.domain.variant import MAX_VARIANTS, effective_key

if TYPE_CHECKING:
    from newsletter.checks.context import CheckContext
    from newsletter.protocols import AudienceView

__all__ = ["LetterSet"]

_SHARED = (
    "raw",
    "lines",
    "_loaded",
    "_parsed",
    "_lines_read",
    "condition_problems",
    "segment_problems",
    "has_readers",
)
"""What the contexts of all variants share: it does not depend on which blocks are shown."""


class LetterSet:
    """The letters of one issue, worked out on first use (Need.DOCUMENT)."""

    def __init__(self, context: CheckContext, audience: AudienceView | None) -> None:
        """Look at the issue of `context`, and at `audience` for the variants that occur."""
        self._context = context
        self._audience = audience
        self._texts = tuple(condition.text for condition in context.document.conditions)

    @cached_property
    def keys(self) -> Sequence[str]:
        """Return the variants that occur among the readers, most blocks first.

        Where no list can be asked: every block shown, and every block hidden.
        """
        context, found = self._context, set[str]()
        may_ask = not context.condition_problems and context.lacks(Need.AUDIENCE) is None
        if self._texts and may_ask and self._audience is not None and context.segment is not None:
            found.update(self._audience.variants(context.segment, self._texts, None))
        every = {"1" * len(self._texts), "0" * len(self._texts)}
        conditions = context.document.conditions
        return sorted({effective_key(conditions, key) for key in found or every}, reverse=True)

    @property
    def contexts(self) -> Mapping[str, CheckContext]:
        """Return a context for each different letter, by the key of its variant.

        A letter without conditional blocks has the one context. Of too many variants only the first and
        the last are looked at.
        """
        return self._contexts[0]

    @property
    def are_sound(self) -> bool:
        """Say whether every letter that occurs can be rendered."""
        return all(one.lacks(Need.RENDERED) is None for one in self.contexts.values())

    @property
    def surveys(self) -> Mapping[str, Survey]:
        """Return what merging does to the readers of each letter (Need.RENDERED and Need.AUDIENCE)."""
        return self._pass[0]

    @property
    def facts(self) -> ListFacts:
        """Return what the list says of the readers (Need.RENDERED and Need.AUDIENCE)."""
        return self._pass[1]

    @cached_property
    def _pass(self) -> tuple[Mapping[str, Survey], ListFacts]:
        """Look at every reader once."""
        contexts, same = self._contexts
        conditions = self._context.document.conditions
        any_letter = next(iter(contexts))

        @cache
        def key_of(key: str) -> str:
            return same.get(effective_key(conditions, key), any_letter)

        letters = {key: one.rendered for key, one in contexts.items()}
        context = self._context
        tally = ListTally(context.slot_uses)
        members = tally.watch(context.members(self._texts))
        surveys = survey_letters(members, letters, key_of, context.sample_links, context.text_of)
        return surveys, tally.facts

    def survey(self) -> Survey:
        """Return what merging does to every reader, each with their own letter."""
        return join_surveys(tuple(self.surveys.values()))

    @cached_property
    def _contexts(self) -> tuple[Mapping[str, CheckContext], Mapping[str, str]]:
        """Return the contexts, and for every variant the key of the letter its readers get.

        Letters that cannot be rendered are all kept, as their faults differ.
        """
        if not self._texts:
            return {"": self._context}, {}
        by_digest: dict[str, str] = {}
        same: dict[str, str] = {}
        contexts: dict[str, CheckContext] = {}
        for key in self.keys if len(self.keys) <= MAX_VARIANTS else (self.keys[0], self.keys[-1]):
            one = _for_variant(self._context, key)
            is_sound = one.lacks(Need.RENDERED) is None
            same[key] = by_digest.setdefault(one.rendered.digest if is_sound else key, key)
            contexts.setdefault(same[key], one)
        return contexts, same


def _for_variant(context: CheckContext, variant: str) -> CheckContext:
    other = copy(context)
    for name in _kept_on_first_use(type(context)):
        if name not in _SHARED:
            vars(other).pop(name, None)
    other.variant = variant
    other.whole = context
    return other


def _kept_on_first_use(kind: type[CheckContext]) -> Iterable[str]:
    return [name for name, value in vars(kind).items() if isinstance(value, cached_property)]
