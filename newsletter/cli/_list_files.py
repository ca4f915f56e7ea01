"""`newsletter subscribers import`, `undo` and `export`: the list and files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli._console import emit_json, json_option, open_project, progress, say
from newsletter.cli._person_file import export_person
from newsletter.errors import Problem, UsageError

if TYPE_CHECKING:
    from newsletter.audience.import_plan import ImportPlan

__all__ = ["export", "import_list", "undo"]

_SHOWN = 20


@click.command("import")
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
        with progress("Reading", _size_of(file)) as told:
            plan = project.imports.plan(file, options, told)
        refused_file = project.imports.write_refused(plan, refused or file.with_suffix(".refused.csv"))
        if as_json:
            numbers = _numbers(plan)
        else:
            _show_plan(plan)
        if is_applied:
            with progress("Importing", plan.last_line) as told:
                _, left_alone = project.imports.apply(plan, told)
        plan.close()
    if as_json:
        emit_json({**numbers, "applied": is_applied, "refused_file": refused_file})
        return
    if refused_file:
        say(f"Refused rows, to mend and import again: {refused_file}")
    if left_alone:
        say(f"Left alone, because they changed meanwhile: {_few(left_alone)}")
    if is_applied:
        say("Applied. To take it back: newsletter subscribers undo")
    else:
        say(f"Nothing was changed yet. To apply: newsletter subscribers import {file} --apply")


def _size_of(file: Path) -> int:
    """Return the size of `file` in bytes; 0 when it cannot be known."""
    try:
        return file.stat().st_size
    except (OSError, ValueError):  # the plan says what is wrong with it
        return 0


def _few(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _show_plan(plan: ImportPlan) -> None:
    for warning in plan.warnings:
        say(f"{click.style('note', fg='yellow')} {warning}")
    numbers = plan.numbers
    place = plan.table.shown_path
    for change in plan.updates(_SHOWN):
        told = ", ".join(
            f"{one.name}: {one.before or '(none)'} → {one.after or '(none)'}" for one in change.differences
        )
        click.echo(f"{click.style('changed', fg='cyan')} {place}:{change.line} {change.after.email} {told}")
    _say_more("changed", numbers.updated)
    for refusal in plan.refused(_SHOWN):
        click.echo(f"{click.style('refused', fg='red')} {place}:{refusal.line} {refusal.reason}")
    _say_more("refused", numbers.refused)
    for one in plan.kept_out(_SHOWN):
        click.echo(f"{click.style('kept out', fg='yellow')} {place}:{one.line} {one.email} {one.reason}")
    _say_more("kept out", numbers.kept_out)
    added = ", ".join(f"{number} {status}" for status, number in sorted(numbers.added_by_status.items()))
    click.echo(
        f"{plan.total} rows: {numbers.added} new{f' ({added})' if added else ''}, {numbers.updated} changed, "
        f"{numbers.unchanged} unchanged, {numbers.doubles} double, {numbers.kept_out} kept out, "
        f"{numbers.refused} refused"
    )


def _say_more(label: str, count: int) -> None:
    if count > _SHOWN:
        click.echo(f"{label} … and {count - _SHOWN} more")


def _numbers(plan: ImportPlan) -> dict[str, object]:
    numbers = plan.numbers
    return {
        "total": plan.total,
        "added": numbers.added,
        "added_by_status": dict(numbers.added_by_status),
        "updated": numbers.updated,
        "unchanged": numbers.unchanged,
        "doubles": numbers.doubles,
        "refused": [{"line": one.line, "reason": one.reason} for one in plan.refused()],
        "kept_out": [{"line": one.line, "reason": one.reason} for one in plan.kept_out()],
        "warnings": [str(warning) for warning in plan.warnings],
    }


@click.command("undo")
@json_option
def undo(as_json: bool) -> None:
    """Take back the newest import; who left since stays away."""
    with open_project() as project:
        report = project.imports.undo()
    if as_json:
        emit_json({"source": report.record.source, "removed": report.removed, "restored": report.restored})
        return
    click.echo(f"Took back {report.record.source}: {report.removed} removed, {report.restored} as they were")
    if report.left_alone:
        say(f"Left alone, because they changed since: {_few(report.left_alone)}")


@click.command("export")
@click.argument("email", required=False)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File to write; standard output by default."
)
def export(email: str | None, output: Path | None) -> None:
    """Write the whole list as CSV, also who left; or all that is kept of EMAIL, as a ZIP file."""
    if email is not None:
        export_person(email, output)
        return
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
