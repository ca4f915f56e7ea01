"""`newsletter subscribers`: the list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli._console import (
    emit_json,
    json_option,
    open_project,
    parse_when,
    progress,
    say,
    table,
    ticker,
)
from newsletter.cli.subscribers_consent import add, consent
from newsletter.errors import Problem, UsageError

if TYPE_CHECKING:
    from newsletter.audience.import_plan import ImportPlan

__all__ = ["command"]

_SHOWN = 20


@click.group("subscribers", invoke_without_command=True)
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Show how many subscribers there are in each status."""
    if ctx.invoked_subcommand:
        return
    with open_project() as project:
        counts = project.audience.status_counts()
    if as_json:
        emit_json(counts)
        return
    click.echo(table([("status", "subscribers"), *((name, str(number)) for name, number in counts.items())]))


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--apply", "is_applied", is_flag=True, help="Do it; without this the plan is only shown.")
@click.option("--refused", type=click.Path(path_type=Path), help="Where to write refused rows, to be mended.")
@click.option("--day-first", is_flag=True, help="Read 4-9-2024 as 4 September.")
@click.option("--replace-tags", is_flag=True, help="Tags of a row replace a reader's own instead of joining.")
@click.option("--source", help="Where new readers come from, when the file does not say.")
@json_option
def import_list(
    file: Path,
    is_applied: bool,
    refused: Path | None,
    day_first: bool,
    replace_tags: bool,
    source: str | None,
    as_json: bool,
) -> None:
    """Read a list from FILE: shows what would change, and changes it with --apply."""
    from newsletter.audience.import_plan import ImportOptions

    options = ImportOptions(day_first=day_first, replaces_tags=replace_tags, source=source)
    left_alone: tuple[str, ...] = ()
    with open_project() as project:
        plan = project.imports.plan(file, options)
        refused_file = project.imports.write_refused(plan, refused or file.with_suffix(".refused.csv"))
        if is_applied:
            with progress("Importing", plan.added + plan.updated) as done:
                _, left_alone = project.imports.apply(plan, done)
    if as_json:
        emit_json({**_numbers(plan), "applied": is_applied, "refused_file": refused_file})
        return
    _show_plan(plan)
    if refused_file:
        say(f"Refused rows, to mend and import again: {refused_file}")
    if left_alone:
        say(f"Left alone, because they changed meanwhile: {', '.join(left_alone)}")
    if is_applied:
        say("Applied. To take it back: newsletter subscribers undo")
    else:
        say(f"Nothing was changed yet. To apply: newsletter subscribers import {file} --apply")


def _show_plan(plan: ImportPlan) -> None:
    for warning in plan.warnings:
        say(f"{click.style('note', fg='yellow')} {warning}")
    for label, color, rows in (
        ("refused", "red", [(one.line, one.reason) for one in plan.refused]),
        ("kept out", "yellow", [(one.line, f"{one.email} {one.reason}") for one in plan.kept_out]),
    ):
        for line, text in rows[:_SHOWN]:
            click.echo(f"{click.style(label, fg=color)} {plan.table.shown_path}:{line} {text}")
        if len(rows) > _SHOWN:
            click.echo(f"{label} … and {len(rows) - _SHOWN} more")
    added = ", ".join(f"{number} {status}" for status, number in sorted(plan.added_by_status.items()))
    click.echo(
        f"{plan.total} rows: {plan.added} new{f' ({added})' if added else ''}, {plan.updated} changed, "
        f"{plan.unchanged} unchanged, {plan.doubles} double, {len(plan.kept_out)} kept out, "
        f"{len(plan.refused)} refused"
    )


def _numbers(plan: ImportPlan) -> dict[str, object]:
    return {
        "total": plan.total,
        "added": plan.added,
        "added_by_status": dict(plan.added_by_status),
        "updated": plan.updated,
        "unchanged": plan.unchanged,
        "doubles": plan.doubles,
        "refused": [{"line": one.line, "reason": one.reason} for one in plan.refused],
        "kept_out": [{"line": one.line, "reason": one.reason} for one in plan.kept_out],
        "warnings": [str(warning) for warning in plan.warnings],
    }


@command.command("undo")
@json_option
def undo(as_json: bool) -> None:
    """Take back the newest import; who left since stays away."""
    with open_project() as project:
        report = project.imports.undo()
    if as_json:
        emit_json({"source": report.record.source, "removed": report.removed, "restored": report.restored})
        return
    click.echo(f"Took back {report.record.source}: {report.removed} removed, {report.restored} as they were")
    for email in report.left_alone:
        say(f"Left alone, because they changed since: {email}")


@command.command("sync")
@click.option("--apply", "is_applied", is_flag=True, help="Do it; without this the plan is only shown.")
@click.option("--since", metavar="WHEN", help="Only what is on the provider's lists since then (ISO 8601).")
@click.option("--provider", help="Another provider than the configured one.")
@json_option
def sync_list(is_applied: bool, since: str | None, provider: str | None, as_json: bool) -> None:
    """Never mail again who left, complained or does not exist by the provider's lists; --apply does it."""
    from newsletter.project.syncing import sync

    with open_project() as project, ticker() as tell:
        tell("reading the provider's lists")
        moment = parse_when(since, "--since")
        synced = sync(project, provider_name=provider, since=moment, is_applied=is_applied)
    stopped = {str(reason): number for reason, number in sorted(synced.stopped.items())}
    if as_json:
        emit_json(
            {
                "listed": dict(synced.listed),
                "stopped": stopped,
                "passing": synced.passing,
                "applied": is_applied,
            }
        )
        return
    told = ", ".join(f"{number} {name}" for name, number in synced.listed.items()) or "nobody"
    click.echo(f"The provider does not mail: {told}")
    news = ", ".join(f"{number} {reason}" for reason, number in stopped.items()) or "nobody new"
    click.echo(f"{'Never mailed again' if is_applied else 'To be stopped here'}: {news}")
    if synced.passing:
        say(f"Left alone, because it may pass (a full mailbox, a block): {synced.passing}")
    if not is_applied:
        say("Nothing was changed yet. To apply: newsletter subscribers sync --apply")


@command.command("why")
@click.argument("email")
@click.option("--to", "segment", help="A segment or expression; the campaigns of an issue use its own.")
@json_option
def why(email: str, segment: str | None, as_json: bool) -> None:
    """Show what is known of EMAIL, and why they would or would not get a letter."""
    with open_project() as project:
        answer = project.audience.why(email, segment)
    if as_json:
        emit_json({"email": answer.email, "mailed": answer.is_mailed, "reasons": list(answer.reasons)})
        return
    verdict = "would get it" if answer.is_mailed else "would not get it"
    click.echo(f"{answer.email} {click.style(verdict, fg='green' if answer.is_mailed else 'yellow')}")
    for reason in answer.reasons:
        click.echo(f"  {reason}")


@command.command("unsubscribe")
@click.argument("email")
@json_option
def unsubscribe(email: str, as_json: bool) -> None:
    """Stop mailing EMAIL, for good; no import brings them back."""
    with open_project() as project:
        changed = project.audience.unsubscribe(email)
    if as_json:
        emit_json({"email": email, "changed": changed})
        return
    click.echo(f"{email} is unsubscribed" if changed else f"{email} was unsubscribed already")


@command.command("export")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File to write; standard output by default."
)
def export(output: Path | None) -> None:
    """Write the whole list as CSV, also who left."""
    with open_project() as project:
        if output is None:
            for line in project.audience.export():
                click.echo(line, nl=False)
            return
        try:
            with output.open("w", encoding="utf-8", newline="") as file:
                file.writelines(project.audience.export())
        except OSError as error:
            raise UsageError(
                Problem(
                    what=f"{output} cannot be written: {error.strerror}", fix="choose another file with -o"
                )
            ) from error
    say(f"Wrote {output}")


for _each in (add, consent):
    command.add_command(_each)
