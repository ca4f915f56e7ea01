"""`newsletter segments`: who is in which segment, and why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from newsletter.cli._console import emit_json, json_option, open_project, say, table, ticker

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["command"]


@contextmanager
def _indexed_project() -> Iterator[Project]:
    """Open the newsletter, with an index for every declared field: without, a long list takes seconds."""
    from newsletter.project.indexing import refresh_indexes

    with open_project() as project:
        with ticker() as tell:
            done = refresh_indexes(project, lambda text: tell(f"making {text}"))
        if done:
            say(done[0].upper() + done[1:])
        yield project


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
                {"name": size.name, "count": size.count, "where": size.where, "description": size.description}
                for size in sizes
            ]
        )
        return
    click.echo(
        table(
            [
                ("segment", "readers", "where", ""),
                *((size.name, str(size.count), size.where, size.description) for size in sizes),
            ]
        )
    )


@command.command("count")
@click.argument("expression")
@json_option
def count(expression: str, as_json: bool) -> None:
    """Count who would get an issue sent to EXPRESSION, a segment's name or terms such as tag:gemeente."""
    with _indexed_project() as project:
        number = project.audience.count(expression)
    if as_json:
        emit_json({"expression": expression, "count": number})
        return
    click.echo(number)


@command.command("explain")
@click.argument("expression")
@click.argument("email", required=False)
@json_option
def explain(expression: str, email: str | None, as_json: bool) -> None:
    """Show each clause of EXPRESSION with how many readers match it, or whether EMAIL does."""
    with _indexed_project() as project:
        clauses = project.audience.explain(expression, email)
    if as_json:
        emit_json(
            [{"clause": c.text, "depth": c.depth, "count": c.count, "matches": c.matches} for c in clauses]
        )
        return
    for clause in clauses:
        verdict = str(clause.count) if clause.matches is None else ("yes" if clause.matches else "no")
        click.echo(f"{verdict:>7}  {'  ' * clause.depth}{clause.text}")
