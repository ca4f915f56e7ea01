"""TX011: a sentence can be read in one breath."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.prose import passages, place_in
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.sentences import split_sentences
from newsletter.domain.finding import Severity

__all__ = ["check"]

_MOST = 45


@rule(
    code="TX011",
    slug="sentence-long",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT, Need.LANGUAGE),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A sentence has more than 45 words.

    ## What it does
    Counts the words between full stops, abbreviations aside.

    ## Why it matters
    Above 25 words readers begin to lose the thread; above 45 they have lost it.

    ## Example
    ```markdown
    Wie in die tijd zeven groepen moet doorzoeken, met een wethouder die … en die … omdat … terwijl …
    ```

    ## Instead
    ```markdown
    Wie dat moet doorzoeken, heeft een lange maand. De wethouder is op vakantie.
    ```
    """
    known = context.language.abbreviations
    for passage in passages(context):
        if passage.is_quoted:
            continue
        for offset, sentence in split_sentences(passage.text, known):
            count = len(re.findall(r"[\w’'-]+", sentence))
            if count > _MOST:
                yield Fault(
                    what=f"this sentence has {count} words",
                    place=place_in(context, passage, offset, " ".join(sentence.split()[:1])),
                    why="above 25 readers begin to lose the thread",
                    fix="make two or three of it",
                )
