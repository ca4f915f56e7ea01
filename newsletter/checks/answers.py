"""What was asked outside for one letter: each thing once, however many rules want to know."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar, cast
from weakref import WeakKeyDictionary

from newsletter.checks.context import CheckContext
from newsletter.checks.sample import sample_message
from newsletter.checks.web_links import web_links
from newsletter.domain.dns_answer import DnsAnswer, RecordType
from newsletter.domain.link_answer import LinkAnswer
from newsletter.domain.outcome import Outcome
from newsletter.domain.sighting import Sighting
from newsletter.domain.spam_verdict import SpamVerdict
from newsletter.errors import CannotAsk, Problem
from newsletter.protocols import PageProbe
from newsletter.render.pipeline import render_issue

__all__ = [
    "asked_page",
    "dns_answer",
    "link_answers",
    "picture_answers",
    "provider_outcome",
    "sightings",
    "spam_verdict",
]

_T = TypeVar("_T")

_ASKED: WeakKeyDictionary[CheckContext, dict[str, object]] = WeakKeyDictionary()


def link_answers(context: CheckContext) -> Mapping[str, LinkAnswer]:
    """Return the answer for each web link of the letter, by address (Need.DOCUMENT). Raises CannotAsk."""
    probe = context.outside.links
    if probe is None:
        raise _nobody("links")
    return _once(context, "links", lambda: probe.ask(dict.fromkeys(link.url for link in web_links(context))))


def asked_page(context: CheckContext, url: str) -> LinkAnswer:
    """Return the answer for the one page at `url`. Raises CannotAsk."""
    probe = context.outside.links
    if probe is None:
        raise _nobody("links")
    return _once(context, f"page {url}", lambda: probe.ask([url])[url])


def dns_answer(context: CheckContext, name: str, kind: RecordType) -> DnsAnswer:
    """Return what is known of `name`. Raises CannotAsk."""
    probe = context.outside.names
    if probe is None:
        raise _nobody("names")
    return _once(context, f"{kind} {name}", lambda: probe.ask(name, kind))


def picture_answers(context: CheckContext) -> Sequence[tuple[str, LinkAnswer]]:
    """Return each picture that is fetched from the web, as its author wrote it, with what became of asking.

    Need.RENDERED. Raises CannotAsk.
    """
    probe = context.outside.links
    if probe is None:
        raise _nobody("links")
    sources = {one.url: one.source for one in context.rendered.pictures if not one.is_embedded}
    sources |= {one.source: one.source for one in context.document.images if one.path is None}
    answers = _once(context, "pictures", lambda: probe.ask(sources))
    return [(source, answers[url]) for url, source in sources.items()]


def provider_outcome(context: CheckContext) -> Outcome:
    """Return whether the provider would take mail. Raises CannotAsk, ConfigError."""
    ask = context.outside.provider
    if ask is None:
        raise _nobody("the provider")
    return _once(context, "provider", ask)


def sightings(context: CheckContext) -> Sequence[Sighting]:
    """Return what a browser shows of the letter with every block (Need.RENDERED). Raises CannotAsk."""
    probe = context.outside.pages
    if probe is None:
        raise _nobody("a browser")
    return _once(context, "pages", lambda: _look(context, probe))


def spam_verdict(context: CheckContext) -> SpamVerdict:
    """Return what the spam filter thinks of the message (Need.MESSAGE). Raises CannotAsk."""
    probe = context.outside.spam
    if probe is None:
        raise _nobody("a spam filter")
    return _once(context, "spam", lambda: probe.judge(sample_message(context.mailing, context.sample_links)))


def _look(context: CheckContext, probe: PageProbe) -> Sequence[Sighting]:
    marked = render_issue(context.issue, context.config, context.document, is_marked=True)
    fields = {slot.name: slot.fallback or slot.name for slot in marked.slots if not slot.is_link}
    html = marked.html.fill({**fields, **context.sample_links})
    return probe.look(html, {picture.url: picture for picture in marked.pictures})


def _once(context: CheckContext, what: str, ask: Callable[[], _T]) -> _T:
    """Return the answer of `ask`, remembered with the letter; so is that there is none."""
    known = _ASKED.setdefault(context, {})
    if what not in known:
        try:
            known[what] = ask()
        except CannotAsk as lack:
            known[what] = lack
    answer = known[what]
    if isinstance(answer, CannotAsk):
        raise answer
    return cast("_T", answer)  # what `ask` returned, kept beside answers of other types


def _nobody(what: str) -> CannotAsk:
    return CannotAsk(Problem(what=f"nobody was given to ask about {what}"))
