"""The report as one page of HTML that loads nothing, from templates a project may replace."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import TemplateError
from markupsafe import Markup

from newsletter.config.page_templates import open_page_templates
from newsletter.config.wording import Wording
from newsletter.domain.campaign_figures import (
    CampaignFigures,
    KindFigures,
    LetterFigures,
    PartFigures,
    ReasonCount,
    Step,
)
from newsletter.domain.duration import shown_duration
from newsletter.domain.fate import Word
from newsletter.domain.locales import DateForm, date_text, decimal_text
from newsletter.errors import ContentError, Problem
from newsletter.events.figures import FEWEST_READERS
from newsletter.events.plots import FULL, draw_domains, draw_letters, draw_timeline, draw_trend, part_words
from newsletter.events.scale import TimeAxis
from newsletter.render.template import template_folders
from newsletter.source import Place

__all__ = ["ReportPage"]

_BASE = "en"
_WIDE = (720, 280)
_NARROW = (344, 240)
_NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"
_TREND = (340, 60)
_RATES: Mapping[str, Callable[[LetterFigures], int]] = {
    "replied": lambda one: one.replied,
    "left": lambda one: one.left,
    "bounced": lambda one: one.bounced,
    "complained": lambda one: one.complained,
}


class ReportPage:
    """Makes the page; a file in the project's `templates/report/` wins over the packaged one."""

    def __init__(self, root: Path, *, name: str, lang: str, timezone: str) -> None:
        """Read the words and templates. `name` is the newsletter's; `lang` (BCP 47) is that of the page.

        Times are told in `timezone` (IANA). Raises ConfigError with everything wrong in both.
        """
        folders = [folder / "report" for folder in template_folders(root)]
        self._wording = Wording.read(folders)
        known = self._wording.languages
        self._lang = next((one for one in (lang, lang.partition("-")[0]) if one in known), _BASE)
        self._name = name
        self._zone = ZoneInfo(timezone)
        self._templates = open_page_templates(folders)
        self._templates.filters["count"] = _grouped
        self._templates.filters["percent"] = self._percent

    def html(self, figures: CampaignFigures) -> str:
        """Return the page of a campaign. Raises ContentError for a template that fails."""
        shown = [word for word, number in part_words(figures.words) if number or word is Word.DELIVERED]
        values = {
            "figures": figures,
            "campaign": figures.campaign,
            "own": figures.own,
            **self._shared(),
            "fewest": FEWEST_READERS,
            "states": ", ".join(
                f"{_grouped(number)} {self._say(f'state.{state}')}"
                for state, number in sorted(figures.states.items())
            ),
            "words": part_words(figures.words),
            "shown_words": shown,
            "domains": [(one, drawn, part_words(one.words)) for one, drawn in draw_domains(figures)],
            "reasons": list(self._reasons(figures.reasons)),
            "parts": list(self._parts(figures)),
            "letters": _letters(figures),
            "kinds": _bars(figures.kinds),
            **self._replies(figures),
            **self._timeline(figures),
        }
        return self._filled("report.html.j2", values)

    def overview(self, letters: Sequence[LetterFigures], at: datetime) -> str:
        """Return the page of all `letters`, the oldest first, as they stand `at`. Raises ContentError."""
        bars = {"accepted": draw_letters(letters, "accepted", lambda one: one.accepted, is_share=False)}
        bars |= {name: draw_letters(letters, name, count) for name, count in _RATES.items()}
        columns = [(name, drawn, draw_trend(drawn, *_TREND)) for name, drawn in bars.items()]
        values = {
            **self._shared(),
            "letters": letters,
            "at": at,
            "columns": columns,
            "segments": _segments(letters),
        }
        return self._filled("overview.html.j2", values)

    def _shared(self) -> dict[str, Any]:
        style = self._filled("style.css.j2", {})
        digest = b64encode(sha256(style.encode()).digest()).decode()
        return {
            "name": self._name,
            "lang": self._lang,
            "style": Markup(style),  # noqa: S704 (our own)
            "style_hash": Markup(f"sha256-{digest}"),  # noqa: S704 (base64)
            "say": self._say,
            "moment": self._moment,
            "time": self._time,
            "full": FULL,
        }

    def _timeline(self, figures: CampaignFigures) -> dict[str, Any]:
        timeline = figures.timeline
        if timeline is None:
            return {"timeline": None}
        axis = TimeAxis(timeline.minutes[-1], 0, _WIDE[0])
        times = [
            (self._time(minute) if minute else self._say("time.start"), timeline.at(minute))
            for minute in axis.ticks()
        ]
        return {
            "timeline": timeline,
            "steps": [step for step in Step if timeline.totals[step][-1]],
            "wide": draw_timeline(timeline, *_WIDE),
            "narrow": draw_timeline(timeline, *_NARROW),
            "times": [*times, (self._say("time.end"), timeline.at(timeline.minutes[-1]))],
            "is_long": axis.is_long,
        }

    def _replies(self, figures: CampaignFigures) -> dict[str, Any]:
        replies = figures.replies
        most = max(replies.spans) or 1
        known = [shown_duration(one.median_s) if one else "–" for one in (replies.replied, replies.answered)]
        return {
            "spans": [
                (self._say(f"replies.span{place}"), number, [("replied", 0, FULL * number / most)])
                for place, number in enumerate(replies.spans)
            ],
            "times_taken": known if replies.replied else None,
        }

    def _reasons(self, reasons: tuple[ReasonCount, ...]) -> Iterator[tuple[ReasonCount, Markup, Any]]:
        most = max((one.number for one in reasons), default=1)
        for one in reasons:
            pieces = [(str(one.word), 0, round(FULL * one.number / most, 1))]
            if one.word is Word.NONE:
                label = "reasons.rest"
            elif one.word is Word.DROPPED:
                label = "reasons.dropped"
            else:
                label = f"reasons.{one.bounce or 'unknown'}"
            yield one, self._say(label), pieces

    def _parts(self, figures: CampaignFigures) -> Iterator[tuple[str, PartFigures, int, Any]]:
        most = max((one.replied / one.accepted for one in figures.parts if one.accepted), default=0) or 1
        for one in figures.parts:
            kind = figures.wave_kinds.get(one.wave)
            named = [
                one.lang,
                self._say("parts.marks", marks=one.marks) if one.marks else "",
                self._say("parts.wave", n=one.wave + 1, kind=kind) if kind else "",
            ]
            label = ", ".join(str(name) for name in named if name) or str(self._say("parts.all"))
            share = one.replied / one.accepted if one.accepted else 0
            pieces = [("replied", 0, round(FULL * share / most, 1))]
            yield label, one, one.words.get(Word.BOUNCED, 0), pieces

    def _time(self, minute: int) -> Markup:
        for unit, size in (("d", 1440), ("h", 60)):
            if minute >= size and minute % size == 0:
                return self._say(f"time.{unit}", n=minute // size)
        return self._say("time.min", n=minute)

    def _moment(self, moment: datetime) -> str:
        here = moment.astimezone(self._zone)
        day, clock = (date_text(here, form, self._lang) for form in (DateForm.LONG, DateForm.TIME))
        return f"{day} {clock}"

    def _percent(self, share: float) -> str:
        digits = 1 if share >= 0.001 or not share else 2
        return f"{decimal_text(round(100 * share, digits), self._lang)}%"

    def _say(self, key: str, **words: object) -> Markup:
        """Return the sentence `key`, with `words` put in, escaped."""
        return Markup(self._wording.text(self._lang, key)).format_map(words)  # noqa: S704 (our own wording)

    def _filled(self, name: str, values: dict[str, Any]) -> str:
        try:
            return self._templates.get_template(name).render(values)
        except (TemplateError, TypeError, ValueError, LookupError, ArithmeticError) as error:
            what = f"the template cannot be filled in: {error}"
            raise ContentError(Problem(what=what, place=Place(path=f"templates/report/{name}"))) from error


def _letters(figures: CampaignFigures) -> list[tuple[str, Any]]:
    return [
        (name, draw_letters(figures.letters, name, count, own=figures.campaign.id))
        for name, count in _RATES.items()
    ]


def _segments(letters: Sequence[LetterFigures]) -> list[tuple[KindFigures, Any]]:
    """Return how many letters each segment got and how many replies came of them, with a bar each."""
    sums: dict[str, tuple[int, int]] = {}
    for one in letters:
        accepted, replied = sums.get(one.segment, (0, 0))
        sums[one.segment] = accepted + one.accepted, replied + one.replied
    return _bars([KindFigures(name=name, accepted=got, replied=back) for name, (got, back) in sums.items()])


def _bars(kinds: Sequence[KindFigures]) -> list[tuple[KindFigures, Any]]:
    most = max((one.rate for one in kinds), default=0) or 1
    return [(one, [("replied", 0, round(FULL * one.rate / most, 1))]) for one in kinds]


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", _NARROW_SPACE)
