"""In which language readers get an issue that is in several: one of them and why, and how many of a list."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.audience.expression import Expression, all_of
from newsletter.content.siblings import Siblings, find_siblings, group_siblings
from newsletter.domain.campaign import Campaign
from newsletter.domain.languages import LanguageChoice, choose_language, language_order, language_reason
from newsletter.domain.subscriber import Subscriber

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["ReadingLanguages", "file_for", "told_language"]


class ReadingLanguages:
    """The languages of the latest issue that is in several: those that readers are told apart by."""

    def __init__(self, project: Project) -> None:
        """Look at the issues of `project`."""
        self._project = project
        latest = _latest(group_siblings(project.issues.all()))
        self.issue = latest.key if latest else ""
        own = project.config.newsletter.lang
        self.langs = language_order(latest.langs, own) if latest else ()

    def told(self, reader: Subscriber) -> tuple[str, str] | None:
        """Return the language `reader` gets, and the reason in words; None: every issue is in one."""
        if not self.langs:
            return None
        lang = choose_language(self.langs, reader.lang)
        why = language_reason(self.langs, reader.lang)
        return lang, f"language: of {self.issue} ({', '.join(self.langs)}) they get {lang}, {why}"

    def counts(self, expressions: Iterable[Expression]) -> list[dict[str, int]]:
        """Return how many each of `expressions` would mail in each language; nothing where all are in one."""
        wanted = list(expressions)
        if not self.langs:
            return [{} for _ in wanted]
        subscribers = self._project.list_store.subscribers
        choice = LanguageChoice(langs=self.langs, spoken=tuple(subscribers.langs()))
        fitting = [self._project.audience.expression(one) for one in choice.conditions]
        numbers = iter(
            subscribers.counts_of(
                [part for one in wanted for part in (one, *(all_of(one, fits) for fits in fitting))]
            )
        )
        return [self._shared(next(numbers), [next(numbers) for _ in fitting]) for _ in wanted]

    def _shared(self, total: int, fitting: list[int]) -> dict[str, int]:
        found = dict(zip(self.langs, fitting, strict=True))
        found[self.langs[0]] += total - sum(fitting)  # whom none of them fits
        return found


def told_language(project: Project, reader: Subscriber, campaign: Campaign | None) -> tuple[str, str] | None:
    """Return the language `reader` gets, or got of `campaign`, and the reason; None: there is but one."""
    if campaign is None:
        return ReadingLanguages(project).told(reader)
    lang = project.list_store.languages.of_reader(campaign.id, reader.key)
    return (lang, f"language: {lang}, as the list had them when it was planned") if lang else None


def file_for(project: Project, path: Path, email: str) -> Path:
    """Return the file of the issue at `path` that the reader at `email` gets; `path` for a stranger."""
    siblings = find_siblings(path)
    found = project.list_store.subscribers.get(email) if project.has_store else None
    if found is None or not siblings.has_languages:
        return path
    langs = language_order(siblings.langs, project.config.newsletter.lang)
    return siblings.path_of(choose_language(langs, found.lang)) or path


def _latest(issues: Iterable[Siblings]) -> Siblings | None:
    return max((one for one in issues if one.has_languages), key=lambda one: one.key, default=None)
