"""TX003: a last day is still to come."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.dates import written_dates
from newsletter.checks.prose import passages, place_in
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_CUE, _REACH = 60, 500  # characters looked at before a date, and on both sides for its sentence


@rule(
    code="TX003",
    slug="deadline-past",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT, Need.LANGUAGE),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A last day to do something is past when the letter goes out.

    ## What it does
    Looks for a date directly behind words such as *uiterlijk*, *vóór*, *aanmelden kan tot* and *no
    later than*, that lies before the letter's own date. Sentences about the past are left out.

    ## Why it matters
    Readers are asked for what they can no longer do. It happens when a letter goes out later than
    planned.

    ## Example
    ```markdown
    Meld je aan vóór 3 november.
    ```

    ## Instead
    ```markdown
    Meld je aan vóór 3 december.
    ```
    """
    language = context.language
    cue = re.compile(
        rf"(?:{'|'.join(map(re.escape, language.deadline))})\s+(?:op\s+|on\s+)?\Z", re.IGNORECASE
    )
    for passage in passages(context):
        if passage.is_quoted:
            continue
        for found in written_dates(passage.text, language, context.letter_day):
            if found.day is None or found.day >= context.letter_day:
                continue
            if not cue.search(passage.text[max(0, found.start - _CUE) : found.start]):
                continue
            sentence = _sentence_around(passage.text, found.start)
            if not language.past & set(re.findall(r"\w+", sentence.lower())):
                yield Fault(
                    what=f'"{found.text}" is past when this letter goes out',
                    place=place_in(context, passage, found.start, found.text.split()[0]),
                    why=f"the letter is of {context.letter_day:%Y-%m-%d}",
                    fix="give a day readers can still make",
                )


def _sentence_around(text: str, offset: int) -> str:
    text, offset = text[max(0, offset - _REACH) : offset + _REACH], min(offset, _REACH)
    start = max((text.rfind(mark, 0, offset) for mark in ".!?"), default=-1) + 1
    ends = [end for mark in ".!?" if (end := text.find(mark, offset)) >= 0]
    return text[start : min(ends, default=len(text))]
