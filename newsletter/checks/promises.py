"""Promises of earlier letters to the same readers, and which of them a later letter says it keeps."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from newsletter.checks.context import CheckContext
from newsletter.checks.other_issues import OtherIssue, kept_promises, read_other_issues
from newsletter.config.schema import Config

__all__ = ["OpenPromise", "earlier_letters", "open_promises", "unknown_keeps", "waiting_promises"]

_REMEMBERED = 12
"""How many letters back promises are looked for; after a year of months nobody waits any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPromise:
    """A sentence about a letter to come, and where it stands: `path:line` and the letter's slug."""

    words: str
    path: str
    line: int
    slug: str


def earlier_letters(context: CheckContext) -> Sequence[OtherIssue]:
    """Return the letters before this one, to the same segment in the same language, newest last."""
    issue = context.issue
    return sorted(
        (
            other
            for other in context.other_issues
            if other.shown_path < context.shown_path
            and (other.segment, other.lang) == (issue.segment, issue.lang)
        ),
        key=lambda other: other.shown_path,
    )


def open_promises(context: CheckContext) -> Sequence[OpenPromise]:
    """Return the promises of the last letters that no letter says it keeps, the oldest first (Need.ISSUE)."""
    kept = {*kept_promises(context.issue), *(name for other in context.other_issues for name in other.keeps)}
    return _open(earlier_letters(context), kept)


def waiting_promises(config: Config, *, segment: str | None, lang: str) -> Sequence[OpenPromise]:
    """Return the promises a new letter to `segment` in `lang` would find open, the oldest first."""
    letters = read_other_issues(config.root / "issues", config)
    alike = [other for other in letters if (other.segment, other.lang) == (segment, lang)]
    kept = {name for other in letters for name in other.keeps}
    return _open(sorted(alike, key=lambda other: other.shown_path), kept)


def _open(letters: Sequence[OtherIssue], kept: Collection[str]) -> Sequence[OpenPromise]:
    """Return the promises of the last of `letters`, newest last, that are not among those `kept`."""
    return [
        OpenPromise(words=words, path=other.shown_path, line=line, slug=other.slug)
        for other in letters[-_REMEMBERED:]
        for line, words in other.promises
        if other.slug not in kept and f"{other.slug}:{line}" not in kept
    ]


def unknown_keeps(context: CheckContext) -> Sequence[str]:
    """Return what `x-keeps` of this letter names that no earlier letter promised (Need.ISSUE)."""
    known: set[str] = set()
    for other in context.other_issues:
        if other.shown_path < context.shown_path and other.promises:
            known.update((other.slug, *(f"{other.slug}:{line}" for line, _ in other.promises)))
    return [name for name in kept_promises(context.issue) if name not in known]
