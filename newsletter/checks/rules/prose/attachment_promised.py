"""TX019: no attachment is promised."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.prose import passages, place_in
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="TX019",
    slug="attachment-promised",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT, Need.LANGUAGE),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The letter speaks of an attachment, and has none.

    ## What it does
    Looks for words such as *bijlage*, *bijgevoegd* and *attached*. A newsletter carries no
    attachments.

    ## Why it matters
    Readers look for it, and write to ask. Put the file on a page and link to it.

    ## Example
    ```markdown
    Zie de bijlage voor het formulier.
    ```

    ## Instead
    ```markdown
    Zie [het formulier](https://brief.example/formulier.pdf).
    ```
    """
    language = context.language
    for passage in passages(context):
        if passage.is_quoted:
            continue
        text = language.attachment_passes.sub(lambda match: " " * len(match[0]), passage.text)
        match = language.attachment.search(text)
        if match:
            yield Fault(
                what=f'"{match[0]}", and the letter has no attachment',
                place=place_in(context, passage, match.start(), match[0]),
                fix="put the file on a page and link to it",
            )
            return
