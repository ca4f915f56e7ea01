"""What every command shares: the project, talk on stderr, data on stdout, progress bars."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.errors import Problem, UsageError

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = [
    "emit_json",
    "is_interactive",
    "json_option",
    "many",
    "open_project",
    "parse_when",
    "progress",
    "say",
    "styled_count",
    "table",
    "ticker",
]


@contextmanager
def open_project(
    *, overrides: dict[str, str] | None = None, now: datetime | None = None
) -> Iterator[Project]:
    """Open the newsletter here, or in the directory of `-C`; `overrides` are options of the command."""
    from newsletter.cli._logs import set_up_logs
    from newsletter.project import FixedClock, Project, SystemClock

    settings: dict[str, Any] = click.get_current_context().find_object(dict) or {}
    start = Path(settings.get("directory") or ".")
    clock = FixedClock(now) if now else SystemClock()
    with Project.open(start, overrides=overrides, clock=clock) as project:
        set_up_logs(show_addresses=project.config.privacy.log_addresses)
        project.tell = say
        yield project


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--json` to a command."""
    return click.option("--json", "as_json", is_flag=True, help="Write JSON to standard output.")(command)


def emit_json(value: object) -> None:
    """Write `value` as one JSON document on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def say(text: str = "") -> None:
    """Talk to the person at the terminal (standard error)."""
    click.echo(text, err=True)


def is_interactive() -> bool:
    """Say whether somebody can answer a question."""
    return sys.stdin.isatty() and sys.stderr.isatty()


@contextmanager
def progress(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """Yield a function that takes how many are done so far; draws a bar when a terminal looks on."""
    if not sys.stderr.isatty() or total <= 0:
        yield lambda _done: None
        return
    with click.progressbar(length=total, label=label, file=sys.stderr, show_pos=True) as bar:
        yield lambda done: bar.update(done - bar.pos)


@contextmanager
def ticker() -> Iterator[Callable[[str], None]]:
    """Yield a function that shows what is going on, on one line that goes away; only on a terminal."""
    if not sys.stderr.isatty():
        yield lambda _text: None
        return
    try:
        yield lambda text: click.echo(f"\r{text}\x1b[K", err=True, nl=False)
    finally:
        click.echo("\r\x1b[K", err=True, nl=False)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return `rows` as aligned columns; the first row is the heading, numbers go to the right."""
    if not rows:
        return ""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    numeric = [all(row[column].isdigit() for row in rows[1:]) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if is_number else cell.ljust(width)
            for cell, width, is_number in zip(row, widths, numeric, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join([click.style(lines[0], bold=True), *lines[1:]])


def many(count: int, noun: str) -> str:
    """Return `count noun`, the noun with an s when there is not one of it."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def styled_count(name: str, count: int, color: str | None) -> str:
    """Return `count name`, in `color` when there are any."""
    text = f"{count} {name}"
    return click.style(text, fg=color) if count and color else text


def parse_when(text: str | None, option: str) -> datetime | None:
    """Read a date and time (ISO 8601) into an aware moment, in local time when it names no zone."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            Problem(
                what=f'{option} is not a date and time: "{text}"',
                fix=f"write it as {option} 2026-11-24T09:30 or {option} 2026-11-24T09:30+01:00",
            )
        ) from None
    return moment.astimezone() if moment.tzinfo is None else moment
