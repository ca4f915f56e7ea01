"""PR011: nobody but readers is the first to see a template."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity
from newsletter.domain.receipt import templates_digest
from newsletter.source import Place

__all__ = ["check"]


@rule(
    code="PR011",
    slug="template-changed",
    severity=Severity.WARNING,
    stage=Stage.AUDIENCE,
    needs=(Need.LIST, Need.RENDERED),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The template changed since a letter was last sent.

    ## What it does
    Compares the template and its parts with those of every letter and every test mail that was sent.
    Silent before the first of them.

    ## Why it matters
    A template that looks well here can fall apart in a mail program.
    A test mail shows it to you before your readers see it.

    ## Example
    ```console
    $ newsletter templates new brief --from packaged/letter
    $ newsletter check
    ```

    ## Instead
    ```console
    $ newsletter send issues/012-voorbeeld.md --test you@example.org
    $ newsletter check
    ```
    """
    tried = context.tried_templates()
    if tried and templates_digest(context.rendered.inputs) not in tried:
        template = context.issue.template
        yield Fault(
            what=f'nothing was sent yet with the template "{template}" as it is now',
            place=Place(path=f"templates/{template}.mjml.j2"),
            why="your readers would be the first to see it in a mail program",
            fix=f"mail yourself a test: newsletter send {context.shown_path} --test ADDRESS",
        )
