"""MT003: no merge code of another program is left."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.prose import spot
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_FOREIGN = re.compile(
    r"\*\|[A-Za-z0-9_:. -]{1,40}\|\*"  # Mailchimp
    r"|%%[A-Za-z0-9_.]{1,40}%%"  # Salesforce
    r"|%(?:recipient|subscriber|contact)[._][a-z0-9_.]{1,40}%"  # Mailgun, ActiveCampaign
    r"|\[\[[a-z_][a-z0-9_:]{1,40}\]\]"  # Mailjet, phpList
    r"|\$\{[A-Za-z_][A-Za-z0-9_.]{0,40}\}"
    r"|\{\{\{[^{}\n]{1,60}\}\}\}"  # Handlebars
    r"|\{%[^%\n]{1,60}%\}"  # Liquid, Jinja
    r"|<%=?[^%<>]{1,60}%>"
    r"|\{\$[a-z_]{1,40}\}",  # MailerLite
    re.IGNORECASE,
)
_USUAL = (
    "naam",
    "voornaam",
    "achternaam",
    "aanhef",
    "name",
    "firstname",
    "first_name",
    "lastname",
    "last_name",
    "email",
)


@rule(
    code="MT003",
    slug="merge-foreign",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
    suppresses=("MD012", "TP001"),
    waivable=False,
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Merge code of another program stands in the letter.

    ## What it does
    Looks for `*|FNAME|*`, `%%name%%`, `[[name]]`, `${name}`, `<% name %>`, `%recipient.name%`, and for
    `{name}` and `-name-` where the word is a field or a usual name of one. Code is left out.

    ## Why it matters
    It is not ours, so it is not filled in: readers see it as it stands.

    ## Example
    ```markdown
    Beste *|VOORNAAM|*,
    ```

    ## Instead
    ```markdown
    Beste {{ first_name | lezer }},
    ```
    """
    names = "|".join(sorted({*_USUAL, *(re.escape(name) for name in context.config.fields)}))
    for pattern in (
        _FOREIGN,
        re.compile(rf"(?<![\w$]){{(?:{names})}}|(?<![\w-])-(?:{names})-(?![\w-])", re.IGNORECASE),
    ):
        for spotted in spot(context, pattern):
            yield Fault(
                what=f'"{spotted.found[0]}" is merge code of another program',
                place=spotted.place,
                why="readers would see it as it stands",
                fix="write {{ name }} or {{ name | fallback }} with a name from [fields]",
            )
