"""LK006: links carry no trace of you."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlunsplit

from newsletter.checks.context import CheckContext
from newsletter.checks.edits import replace_words
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.web_links import web_links
from newsletter.domain.finding import Severity

__all__ = ["check"]

_CODES = frozenset(
    (
        "fbclid",
        "gclid",
        "gclsrc",
        "dclid",
        "gbraid",
        "wbraid",
        "msclkid",
        "yclid",
        "twclid",
        "ttclid",
        "igshid",
        "igsh",
        "mc_eid",
        "mkt_tok",
        "_hsenc",
        "_hsmi",
        "vero_id",
        "oly_anon_id",
        "oly_enc_id",
        "ck_subscriber_id",
        "sc_uid",
        "s_cid_user",
        "rb_clickid",
        "wickedid",
        "ml_subscriber",
        "ml_subscriber_hash",
        "li_fat_id",
        "epik",
    )
)


@rule(
    code="LK006",
    slug="link-personal-code",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A link carries a code that was made for you.

    ## What it does
    Looks for parameters that other programs add to follow one person: `fbclid`, `gclid`, `mc_eid`,
    `mkt_tok`, `_hsenc`, `igshid`, `msclkid` and the like.

    ## Why it matters
    It was copied from a mail or an app. Every reader would be counted as you, and the page may
    greet them by your name.

    ## Example
    ```markdown
    [Het verhaal](https://brief.example/verhaal?fbclid=IwAR0a)
    ```

    ## Instead
    ```markdown
    [Het verhaal](https://brief.example/verhaal)
    ```
    """
    for link in web_links(context):
        names = [part.partition("=")[0] for part in link.parts.query.split("&")]
        personal = [name for name in names if name.lower() in _CODES]
        if personal:
            kept = "&".join(
                p for p in link.parts.query.split("&") if p.partition("=")[0].lower() not in _CODES
            )
            clean = urlunsplit(link.parts._replace(query=kept))
            yield Fault(
                what=f"the link carries {', '.join(personal)}, a code made for one person",
                place=link.place,
                why="every reader would be counted as you",
                fix=f"write {context.readable(clean)}",
                mend=replace_words(context, link.place, link.url, clean),
            )
