"""The readers of one language of an issue, seen as any audience is: `protocols.AudienceView`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from newsletter.domain.campaign import Campaign
from newsletter.domain.languages import LanguageChoice
from newsletter.domain.member_columns import MemberColumns
from newsletter.protocols import AudienceView, VariantReaders

__all__ = ["LanguageView"]


class LanguageView:
    """Answers for those readers of another view who get the letter in one language."""

    def __init__(self, others: AudienceView, choice: LanguageChoice, lang: str) -> None:
        """Ask `others` for everybody; `lang` is one of the languages that `choice` is between."""
        self._others = others
        self._choice = choice
        self._lang = lang
        self._asked = len(choice.langs)

    def pages(self, segment: str, conditions: Sequence[str] = ()) -> Iterator[MemberColumns]:
        """Yield who of `segment` gets this language, by subscriber id. Raises UsageError."""
        for page in self._others.pages(segment, (*self._choice.conditions, *conditions)):
            own = page.chosen(at for at, marks in enumerate(page.variants) if self._is_own(marks))
            if own:
                yield replace(own, variants=[marks[self._asked :] for marks in own.variants])

    def variants(
        self, segment: str, conditions: Sequence[str], issue: str | None
    ) -> Mapping[str, VariantReaders]:
        """Return who has each key among those who get this language, without who has `issue`."""
        found: dict[str, VariantReaders] = {}
        asked = (*self._choice.conditions, *conditions)
        for marks, readers in self._others.variants(segment, asked, issue).items():
            if self._is_own(marks):
                key = marks[self._asked :]
                before = found.get(key)
                count = readers.count + (before.count if before else 0)
                found[key] = VariantReaders(count=count, example=(before or readers).example)
        return found

    def campaigns(self, issue: str) -> Sequence[Campaign]:
        """Return the campaigns of `issue` (a slug), newest first."""
        return self._others.campaigns(issue)

    def tried_templates(self) -> frozenset[str]:
        """Return the digests of the templates that a campaign or a test went out with."""
        return self._others.tried_templates()

    def already_planned(self, issue: str, segment: str) -> int:
        """Return how many of who gets this language have a delivery of `issue` already."""
        everybody = self.variants(segment, (), None).values()
        others = self.variants(segment, (), issue).values()
        return sum(one.count for one in everybody) - sum(one.count for one in others)

    def _is_own(self, marks: str) -> bool:
        return self._choice.lang_of(marks[: self._asked]) == self._lang
