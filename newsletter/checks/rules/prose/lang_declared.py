"""TX008: the letter is in the language it says."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.language import told_language
from newsletter.checks.prose import passages
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity
from newsletter.source import Place

__all__ = ["check"]

_LEAST = 2


@rule(
    code="TX008",
    slug="lang-declared",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT, Need.LANGUAGE),
    suppresses=("TX009",),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The letter is in another language than it says.

    ## What it does
    Compares the commonest words of each paragraph with those of Dutch and English, and counts by the
    words of the paragraphs; those of fewer than eight words are left aside. It cannot tell languages
    apart that share their small words, such as Frisian and Dutch.

    ## Why it matters
    Screen readers pronounce it in the wrong language (WCAG 2.2, 3.1.1), mail programs offer to
    translate it, and footer and dates come out in the other language.

    ## Example
    ```markdown
    lang: nl
    # and the letter begins: Dear reader, last week I wrote about …
    ```

    ## Instead
    ```markdown
    lang: en
    ```
    """
    language = context.language
    told = [(told_language(passage.text), len(passage.text.split())) for passage in passages(context)]
    verdicts = [(verdict, words) for verdict, words in told if verdict]
    others = [verdict for verdict, _ in verdicts if verdict != language.code]
    foreign = sum(words for verdict, words in verdicts if verdict != language.code)
    if len(verdicts) >= _LEAST and others and foreign * 2 > sum(words for _, words in verdicts):
        place = context.issue.places.get("lang") or Place(path=context.issue.shown_path, line=1)
        yield Fault(
            what=f"the letter says it is in {language.code}, and most of it is in {others[0]}",
            place=place,
            why="screen readers pronounce it in the wrong language",
            fix=f"write  lang: {others[0]}",
        )
