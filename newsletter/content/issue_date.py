"""The issue's own date in its text: `{{ date }}`, `{{ date | long }}`, `{{ date | weekday }}` and so on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from newsletter.domain.issue import Issue
from newsletter.domain.locales import DateForm, date_text
from newsletter.domain.nearest import nearest
from newsletter.errors import Problem
from newsletter.source import Place

__all__ = ["DATE_WORD", "IssueDate", "with_dates"]

DATE_WORD = "date"
"""Filled in while building, for all readers alike; no field may have this name."""


_ASKED = re.compile(r"(?<![\\{])\{\{[ \t]{0,9}date[ \t]{0,9}(?:\|(?P<form>[^{}|\n]{0,60}))?\}\}")


def with_dates(text: str, issue: Issue) -> str:
    """Return a line of `issue`'s front matter with its date written out, as a reader sees it.

    What cannot be written stays; building tells what is wrong with it.
    """
    own = IssueDate.of(issue)

    def write(match: re.Match[str]) -> str:
        found = own.write((match["form"] or "").strip(), match[0], issue.place())
        return found if isinstance(found, str) else match[0]

    return _ASKED.sub(write, text)


@dataclass(frozen=True, slots=True)
class IssueDate:
    """The date of an issue (in the newsletter's time zone, None when it has none) and its language."""

    moment: datetime | None
    lang: str

    @classmethod
    def of(cls, issue: Issue) -> IssueDate:
        """Return the date of `issue`."""
        return cls(issue.date, issue.lang)

    def write(self, form: str, raw: str, place: Place) -> str | Problem:
        """Return the date in `form` (empty: long), or what is wrong with `raw`, which asks for it."""
        known = [str(one) for one in DateForm]
        if form and form not in known:
            near = nearest(form, known)
            return Problem(
                what=f'{raw} asks for the date in a form "{form[:40]}", which there is not',
                place=place,
                why=f"known are: {', '.join(known)}",
                fix=f"did you mean {{{{ date | {near or DateForm.LONG} }}}}?",
            )
        if self.moment is None:
            return Problem(
                what=f"{raw} stands here, and the issue has no date",
                place=place,
                fix="add  date: 2026-11-24  to the front matter",
            )
        return date_text(self.moment, DateForm(form or DateForm.LONG), self.lang)
