"""`newsletter segments`: who is in which segment, and why."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from newsletter.cli._console import emit_json, json_option, open_project, say, table, ticker

if TYPE_CHECKING:
    from newsletter.project import Project
    from newsletter.project.readers.explaining import Clause

__all__ = ["command"]


@contextmanager
def _indexed_project() -> Iterator[Project]:
    """Open the newsletter, with an index for every declared field: without, a long list takes seconds."""
    from newsletter.project.readers.indexing import refresh_indexes

    with open_project() as project:
        with ticker() as tell:
            done = refresh_indexes(project, lambda text: tell(f"making {text}"))
        if done:
            say(done[0].upper() + done[1:])
        yield project


class _OfExpressions(click.Command):
    """A command whose expression may begin with a minus: it has long options only, and they are flags."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take what begins with one minus for an expression and not for options."""
        if "--" not in args and any(one.startswith("-") and not one.startswith("--") for one in args):
            flags = [one for one in args if one.startswith("--")]
            args = [*flags, "--", *(one for one in args if one not in flags)]
        return super().parse_args(ctx, args)


@click.group("segments", invoke_without_command=True)
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Show every segment with how many readers it has now."""
    if ctx.invoked_subcommand:
        return
    with _indexed_project() as project:
        sizes = project.audience.segments()
    if as_json:
        emit_json(
            [
                {
                    "name": size.name,
                    "count": size.count,
                    "where": size.where,
                    "description": size.description,
                    "languages": dict(size.languages),
                }
                for size in sizes
            ]
        )
        return
    has_languages = any(size.languages for size in sizes)
    rows = [("segment", "readers", "languages", "where", "")]
    rows += [
        (size.name, str(size.count), _languages(size.languages), size.where, size.description)
        for size in sizes
    ]
    click.echo(table(rows if has_languages else [(*row[:2], *row[3:]) for row in rows]))


@command.command("count", cls=_OfExpressions)
@click.argument("expression")
@json_option
def count(expression: str, as_json: bool) -> None:
    """Count who would get an issue sent to EXPRESSION, a segment's name or terms such as tag:gemeente."""
    from newsletter.project.readers.doubtful_words import doubtful_words

    with _indexed_project() as project:
        number = project.audience.count(expression)
        (languages,) = project.audience.languages([expression])
        doubts = doubtful_words(project, expression)
    for doubt in doubts:
        say(f"note {doubt}")
    if as_json:
        emit_json({"expression": expression, "count": number, "languages": languages})
        return
    click.echo(number)
    if languages:
        say(f"of an issue in several languages they get: {_languages(languages)}")


def _languages(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{lang} {number}" for lang, number in counts.items())


@command.command("explain", cls=_OfExpressions)
@click.argument("expression")
@click.argument("email", required=False)
@json_option
def explain(expression: str, email: str | None, as_json: bool) -> None:
    """Show each clause of EXPRESSION with how many it fits, alone and with those before it.

    With EMAIL: whether each holds for that reader, and what they have that it asks for.
    """
    from newsletter.project.readers.doubtful_words import doubtful_words

    with _indexed_project() as project:
        clauses = project.audience.explain(expression, email)
        doubts = doubtful_words(project, expression)
    for doubt in doubts:
        say(f"note {doubt}")
    if as_json:
        emit_json(
            [
                {
                    "clause": one.text,
                    "depth": one.depth,
                    "count": one.count,
                    "so_far": one.so_far,
                    "matches": one.matches,
                    "because": one.because or None,
                }
                for one in clauses
            ]
        )
        return
    if email is None:
        _show_numbers(clauses)
    else:
        for one in clauses:
            has = f"  ({one.because})" if one.because else ""
            _show_line(f"{'yes' if one.matches else 'no':>3}  ", one.depth, f"{one.text}{has}")


def _show_numbers(clauses: Sequence[Clause]) -> None:
    width = max(7, *(len(f"{one.count:,}") for one in clauses))
    click.echo(click.style(f"{'readers':>{width}}  {'so far':>{width}}  clause", bold=True))
    for one in clauses:
        so_far = "" if one.so_far is None else f"{one.so_far:,}"
        _show_line(f"{one.count:>{width},}  {so_far:>{width}}  ", one.depth, one.text)


def _show_line(before: str, depth: int, text: str) -> None:
    """Show a clause at `depth` after `before`; on a terminal what is too long goes on below its beginning."""
    start = f"{before}{'  ' * depth}"
    if not sys.stdout.isatty():
        click.echo(f"{start}{text}")
        return
    width = max(shutil.get_terminal_size().columns - len(start), 20)
    lines = textwrap.wrap(text, width, break_on_hyphens=False) or [""]
    click.echo(f"\n{' ' * len(start)}".join([f"{start}{lines[0]}", *lines[1:]]))
