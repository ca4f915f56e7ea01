"""Languages of one issue: how their tags are written, and which of them a reader gets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = [
    "LanguageChoice",
    "choose_language",
    "is_language",
    "language_order",
    "language_reason",
    "tidy_language",
]

_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")  # the part of BCP 47 that people write


_SPOKEN = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
"""What a list may hold as somebody's language and is read as one; all else is no language."""


def is_language(text: str) -> bool:
    """Say whether `text` has the form of a language tag (BCP 47), such as `nl` or `nl-BE`."""
    return _TAG.fullmatch(text) is not None


def tidy_language(tag: str) -> str:
    """Return a language tag as it is commonly written (RFC 5646 2.1.1): `NL-be` is `nl-BE`."""
    first, *rest = tag.split("-")
    return "-".join(
        [
            first.lower(),
            *({2: part.upper(), 4: part.capitalize()}.get(len(part), part.lower()) for part in rest),
        ]
    )


def language_order(known: Iterable[str], own: str) -> tuple[str, ...]:
    """Return the languages `known` of an issue, first the one for readers whom none of them fits.

    That is the newsletter's `own`, or else the language it is a form of, or else the first; the others follow
    in order.
    """
    tags = sorted(dict.fromkeys(known))
    lead = _fitting(tags, own)
    return tuple(tags) if lead is None else (lead, *(tag for tag in tags if tag != lead))


def choose_language(known: Sequence[str], wanted: str | None) -> str:
    """Return which of `known`, in the order of `language_order`, a reader gets whose language is `wanted`.

    It is the reader's own; else the language theirs is a form of (RFC 4647 3.4: `nl` for `nl-BE`); else the
    first. Letter case does not count. There is always one, so that nobody is left out.
    """
    return _fitting(known, wanted or "") or known[0]


def language_reason(known: Sequence[str], wanted: str | None) -> str:
    """Return in words why a reader whose language is `wanted` gets what `choose_language` says."""
    found = _fitting(known, wanted or "")
    if found is not None and wanted is not None:
        own = found.casefold() == wanted.casefold()
        return "which the list has for them" if own else f"of which theirs, {wanted}, is a form"
    lacking = f"none of these is theirs, {wanted}" if wanted else "the list has no language for them"
    return f"which comes first: {lacking}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageChoice:
    """Which language of an issue each reader of a list gets, as conditions to ask the list for.

    `langs` are the issue's languages in the order of `language_order`, `spoken` those that readers have.
    """

    langs: tuple[str, ...]
    spoken: tuple[str, ...]

    @property
    def conditions(self) -> tuple[str, ...]:
        """Return a condition, in the segment language, for each of `langs`: that it fits a reader.

        At most one of them holds for a reader; they say what `choose_language` says.
        """
        fitting: dict[str, list[str]] = {lang: [lang] for lang in self.langs}
        for tag in self.spoken:
            found = _fitting(self.langs, tag)
            if found is not None:
                fitting[found].append(tag)
        return tuple(f"lang:({','.join(dict.fromkeys(tags))})" for tags in fitting.values())

    def lang_of(self, marks: str) -> str:
        """Return the language of a reader; `marks` has a 0 or 1 for each of `conditions`: does it hold?"""
        at = marks.find("1")
        return self.langs[max(at, 0)]

    def falls_back(self, marks: str) -> bool:
        """Say whether a reader gets the first language because none fits; `marks` as in `lang_of`."""
        return "1" not in marks


def _fitting(known: Iterable[str], wanted: str) -> str | None:
    by_fold = {tag.casefold(): tag for tag in known}
    parts = wanted.casefold().split("-") if _SPOKEN.fullmatch(wanted) else []
    shorter = ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((by_fold[tag] for tag in shorter if tag in by_fold), None)
