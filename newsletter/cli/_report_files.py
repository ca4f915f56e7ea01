"""A report as files: a page to look at, and a table for each of its plots."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli._console import say
from newsletter.domain.campaign_figures import Step
from newsletter.domain.fate import Word
from newsletter.domain.reply_figures import SPANS
from newsletter.errors import Problem, UsageError
from newsletter.replacing import replace_file
from newsletter.source import shown_path

if TYPE_CHECKING:
    from newsletter.domain.campaign_figures import CampaignFigures
    from newsletter.project import Project

__all__ = ["figures_as_dict", "write_page", "write_tables"]

_ENDINGS = (".html", ".htm")


@dataclass(frozen=True, slots=True)
class _Table:
    """A table: what its file is called, its columns and rows."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[object, ...]]


def write_page(project: Project, campaign: str | None, file: str, *, is_opened: bool, is_all: bool) -> None:
    """Write the report as a page to `file`: "" names it after the letter, "-" is standard output.

    With `is_all` it is about all letters.
    """
    if file not in ("", "-") and not file.lower().endswith(_ENDINGS):
        raise UsageError(
            Problem(
                what=f'--html takes a file that ends in .html, and not "{file}"',
                fix=f"a campaign goes before it: newsletter report {file} --html",
            )
        )
    if is_all:
        page, path = project.events.overview(), Path(file or "report.html")
    else:
        figures = project.events.figures(campaign)
        page, path = project.events.page(figures), Path(file or f"report-{figures.campaign.issue}.html")
    if file == "-":
        click.echo(page, nl=False)
        return
    _write(path, page)
    say(f"{shown_path(path.absolute(), Path.cwd())}: a page of its own, to look at, print or pass on.")
    if is_opened:
        click.launch(str(path.absolute()))


def write_tables(figures: CampaignFigures, folder: Path) -> None:
    """Write every table of a report into `folder`, each a file with comma-separated values."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error
    for one in _tables(figures):
        text = StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(one.columns)
        writer.writerows([_plain(value) for value in row] for row in one.rows)
        path = folder / f"{one.name}.csv"
        _write(path, text.getvalue())
        click.echo(shown_path(path.absolute(), Path.cwd()))


def figures_as_dict(figures: CampaignFigures) -> dict[str, object]:
    """Return the tables of a report, as JSON has them: a list of rows under the name of each."""
    return {
        one.name: [dict(zip(one.columns, row, strict=True)) for row in one.rows] for one in _tables(figures)
    }


def _tables(figures: CampaignFigures) -> Iterator[_Table]:
    words = tuple(map(str, Word))
    timeline = figures.timeline
    yield _Table(
        "timeline",
        ("minute", *Step),
        [
            (minute, *(timeline.totals[step][place] for step in Step))
            for place, minute in enumerate(timeline.minutes)
        ]
        if timeline
        else (),
    )
    yield _Table(
        "domains",
        ("domain", "domains", "accepted", *words),
        [
            (one.name, one.domains, one.accepted, *(one.words.get(word, 0) for word in Word))
            for one in figures.domains
        ],
    )
    yield _Table(
        "why",
        ("word", "bounce", "status", "reason", "number"),
        [(one.word, one.bounce or "", one.status, one.reason, one.number) for one in figures.reasons],
    )
    yield _Table(
        "reply_times",
        ("within", "readers"),
        [(name, number) for (name, _), number in zip(SPANS, figures.replies.spans, strict=True)],
    )
    yield _Table(
        "parts",
        ("lang", "marks", "wave", "kind", "accepted", *words, "replied"),
        [
            (
                one.lang,
                one.marks,
                one.wave,
                figures.wave_kinds.get(one.wave, ""),
                one.accepted,
                *(one.words.get(word, 0) for word in Word),
                one.replied,
            )
            for one in figures.parts
        ],
    )
    yield _Table(
        "kinds",
        ("kind", "accepted", "replied"),
        [(one.name, one.accepted, one.replied) for one in figures.kinds],
    )
    yield _Table(
        "letters",
        ("campaign", "issue", "segment", "at", "accepted", "bounced", "complained", "left", "replied"),
        [
            (
                one.campaign,
                one.issue,
                one.segment,
                one.at.isoformat(),
                one.accepted,
                one.bounced,
                one.complained,
                one.left,
                one.replied,
            )
            for one in figures.letters
        ],
    )


def _plain(value: object) -> object:
    """Keep spreadsheets from taking for a formula what a mail server wrote."""
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def _write(path: Path, text: str) -> None:
    try:
        replace_file(path, text.encode())
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> UsageError:
    return UsageError(
        Problem(what=f"{path} cannot be written", why=error.strerror or str(error), fix="name another place")
    )
