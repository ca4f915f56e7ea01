"""The links of a letter with what became of asking for them, for the rules on request."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.checks.answers import link_answers
from newsletter.checks.context import CheckContext
from newsletter.checks.web_links import WebLink, web_links
from newsletter.domain.link_answer import LinkAnswer

__all__ = ["asked_links", "passed_on"]


def asked_links(context: CheckContext) -> Iterator[tuple[WebLink, LinkAnswer]]:
    """Yield each web link with its answer, the first of those to the same address (Need.DOCUMENT).

    Raises CannotAsk when nobody could ask.
    """
    answers = link_answers(context)
    told = set()
    for link in web_links(context):
        if link.url not in told:
            told.add(link.url)
            yield link, answers[link.url]


def passed_on(answer: LinkAnswer) -> str | None:
    """Return the way the link took and how old the answer is, in words; None when there is nothing."""
    way = f"it is passed on to {', then '.join(hop[:100] for hop in answer.hops)}" if answer.hops else ""
    age = f"asked {_hours(answer.age_s)} ago" if answer.age_s else ""
    return "; ".join(filter(None, (way, age))) or None


def _hours(seconds: float) -> str:
    hours = int(seconds // 3600)
    if hours:
        return "an hour" if hours == 1 else f"{hours} hours"
    minutes = max(1, int(seconds // 60))
    return "a minute" if minutes == 1 else f"{minutes} minutes"
