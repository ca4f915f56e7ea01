"""TX014: the one who signs is the one who sends."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.closing import closing_passage, signers
from newsletter.checks.context import CheckContext
from newsletter.checks.prose import passages, plain_words
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_STARTER = "Your Name"
"""What a new newsletter has for a sender, until its author writes another."""


@rule(
    code="TX014",
    slug="signoff-name",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT, Need.LANGUAGE),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The name below the letter is not that of the sender.

    ## What it does
    For the template `letter`: looks for a word of the sender's name in the sign-off and what
    follows it, where a name stands there.

    ## Why it matters
    Readers answer the one who signs; another name above the letter looks like a mistake or a trick.

    ## Example
    ```markdown
    Hartelijke groet,
    Piet   <!-- from: Renata <renata@brief.example> -->
    ```

    ## Instead
    ```markdown
    Hartelijke groet,
    Renata
    ```
    """
    issue = context.issue
    if issue.template != "letter" or issue.sender is None or not issue.sender.name:
        return
    if issue.sender.name == _STARTER:
        return
    names = {word for word in plain_words(issue.sender.name).split() if len(word) > 1}
    closing = closing_passage(context)
    if closing is None or not names:
        return
    every = list(passages(context))
    after = " ".join(passage.text for passage in every[every.index(closing) :])
    signed = signers(context, closing)
    if signed and not names & set(plain_words(after).split()):
        yield Fault(
            what=f"the letter comes from {issue.sender.name}, and is signed by {context.readable(signed[0])}",
            place=closing.place,
            fix="sign with the name of the sender, or send it from the one who signs",
        )
