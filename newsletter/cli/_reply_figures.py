"""Replies in numbers: below a report, and as a table of letters and segments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli._bars import Bar, bars
from newsletter.cli._console import many, say, table
from newsletter.domain.duration import shown_duration
from newsletter.domain.reply_figures import SPANS

if TYPE_CHECKING:
    from newsletter.domain.bounce_mails import BounceMails
    from newsletter.domain.campaign import Campaign
    from newsletter.domain.reply_figures import ReplyFigures, Spread

__all__ = ["figures_as_dict", "reply_lines", "show_rates", "tell_bounce_mails"]

_NOTHING = "–"


def reply_lines(figures: ReplyFigures) -> Iterator[str]:
    """Yield what a report says of replies; nothing when there are none."""
    if not figures.mails and not figures.strangers:
        return
    yield "\nreplies"
    others = f", and {figures.strangers} from people who are not on the list" if figures.strangers else ""
    yield f"{many(figures.mails, 'mail')} from {many(figures.readers, 'reader')}{others}"
    if figures.replied is not None:
        spans = [Bar(label=name, count=count) for (name, _), count in zip(SPANS, figures.spans, strict=True)]
        yield from bars(spans, figures.readers)
        yield f"they took     {_spread(figures.replied)}"
    if figures.answered is not None:
        yield f"you took      {_spread(figures.answered)}, for {many(figures.answered.count, 'answer')}"
    if figures.waiting:
        yield f"{many(figures.waiting, 'mail')} without an answer yet"


def show_rates(rates: Sequence[tuple[Campaign, ReplyFigures]]) -> None:
    """Write a line for each letter, and one for each segment when there are several."""
    heading = ("letter", "segment", "readers", "replied", "rate", "they took", "you took", "waiting")
    click.echo(table([heading, *(_row(campaign, figures) for campaign, figures in rates)]))
    segments: dict[str, tuple[int, int]] = {}
    for campaign, figures in rates:
        got, replied = segments.get(campaign.segment, (0, 0))
        segments[campaign.segment] = (got + figures.accepted, replied + figures.readers)
    if len(segments) > 1:
        rows = [
            (name, str(got), str(replied), f"{replied / got:.1%}")
            for name, (got, replied) in sorted(segments.items())
        ]
        click.echo()
        click.echo(table([("segment", "letters", "replied", "rate"), *rows]))


def tell_bounce_mails(mails: BounceMails) -> None:
    """Say what came by mail about letters that did not arrive; nothing when nothing did."""
    if mails.followed:
        say(f"\nBounces and complaints that came by mail, counted above: {mails.followed}.")
    if mails.waiting:
        first, *others = mails.waiting
        more = f" and {many(len(others), 'other')}" if others else ""
        say(f"\nMail {first}{more} may be about a reader of yours, and you decide.")
        say(f"See: newsletter replies show {first}")
    if mails.untied:
        say(f"\n{many(mails.untied, 'bounce')} by mail without a word of which letter it was;")
        say("see: newsletter replies list --kind bounce")


def figures_as_dict(figures: ReplyFigures) -> dict[str, Any]:
    """Return replies in numbers, as JSON has them; times are in seconds."""
    return {
        "accepted": figures.accepted,
        "mails": figures.mails,
        "readers": figures.readers,
        "rate": round(figures.rate, 4),
        "strangers": figures.strangers,
        "waiting": figures.waiting,
        "time_to_reply": _spread_as_dict(figures.replied),
        "time_to_answer": _spread_as_dict(figures.answered),
        "spans": {name: count for (name, _), count in zip(SPANS, figures.spans, strict=True)},
    }


def _row(campaign: Campaign, figures: ReplyFigures) -> tuple[str, ...]:
    return (
        campaign.issue,
        campaign.segment,
        str(figures.accepted),
        str(figures.readers),
        f"{figures.rate:.1%}",
        *(shown_duration(one.median_s) if one else _NOTHING for one in (figures.replied, figures.answered)),
        str(figures.waiting),
    )


def _spread(spread: Spread) -> str:
    middle = shown_duration(spread.median_s)
    if spread.count == 1:
        return middle
    return f"{middle}, half of them {shown_duration(spread.first_s)} to {shown_duration(spread.third_s)}"


def _spread_as_dict(spread: Spread | None) -> dict[str, float] | None:
    if spread is None:
        return None
    return {
        "count": spread.count,
        "first_quartile": round(spread.first_s),
        "median": round(spread.median_s),
        "third_quartile": round(spread.third_s),
    }
