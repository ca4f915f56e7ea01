"""The languages of a campaign, as its plan shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from newsletter.domain.issue import Issue
from newsletter.domain.variant import Variants, split_key

__all__ = ["PlannedLanguage", "plan_languages"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLanguage:
    """One language of a campaign: its file, its subjects, and how many readers it has.

    `falling_back` of them get it because no language of the issue is theirs.
    """

    lang: str
    path: str
    subject: str
    subject_b: str | None
    count: int
    falling_back: int


def plan_languages(
    siblings: Mapping[str, Issue],
    variants: Variants,
    counts: Mapping[str, int],
    falling_back: Mapping[str, int],
) -> tuple[PlannedLanguage, ...]:
    """Return the languages of `variants`; none for an issue in one language.

    `siblings` are the issue's files by language, `counts` readers by the key of their letter, and
    `falling_back` those among them whom no language fits.
    """
    keys: dict[str, list[str]] = {lang: [] for lang in siblings}
    for key in variants.letters:
        lang, _ = split_key(key)
        if lang in keys:
            keys[lang].append(key)
    return tuple(
        PlannedLanguage(
            lang=lang,
            path=siblings[lang].shown_path,
            subject=variants.letters[own[0]].subject.shape(),
            subject_b=second.shape() if (second := variants.letters[own[0]].subject_b) else None,
            count=sum(counts.get(key, 0) for key in own),
            falling_back=sum(falling_back.get(key, 0) for key in own),
        )
        for lang, own in keys.items()
        if own
    )
