"""`newsletter subscribers import`, `undo` and `export`: the list and files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli._console import emit_json, json_option, open_project, progress, say, table
from newsletter.cli._person_file import export_person
from newsletter.errors import Problem, UsageError
from newsletter.replacing import private_draft

if TYPE_CHECKING:
    from newsletter.audience.import_plan import ImportPlan
    from newsletter.source import Place

__all__ = ["export", "import_list", "undo"]

_SHOWN = 20


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--apply", "is_applied", is_flag=True, help="Do it; without this the plan is only shown.")
@click.option("--refused", type=click.Path(path_type=Path), help="Where to write refused rows, to be mended.")
@click.option("--day-first", is_flag=True, help="Read 4-9-2024 as 4 September.")
@click.option("--replace-tags", is_flag=True, help="Tags of a row replace a reader's own instead of joining.")
@click.option("--source", help="Where new readers come from, when the file does not say.")
@click.option("--from", "dialect", metavar="NAME", help="Which program exported it, when not recognised.")
@click.option(
    "--map",
    "picked",
    metavar="COLUMN=FIELD",
    multiple=True,
    help="What a column is; - to leave it out. Can be given more than once.",
)
@json_option
def import_list(
    file: Path,
    is_applied: bool,
    refused: Path | None,
    day_first: bool,
    replace_tags: bool,
    source: str | None,
    dialect: str | None,
    picked: tuple[str, ...],
    as_json: bool,
) -> None:
    """Read a list from FILE: shows what would change, and changes it with --apply.

    FILE is a CSV file, or the ZIP file or folder that another program exported.
    """
    from newsletter.audience.column_mapping import ColumnChoices
    from newsletter.audience.import_plan import ImportOptions

    options = ImportOptions(
        day_first=day_first,
        replaces_tags=replace_tags,
        source=source,
        columns=ColumnChoices(dialect=dialect, picked=_pairs(picked)),
    )
    left_alone: tuple[str, ...] = ()
    with open_project() as project:
        with progress("Reading", _size_of(file)) as told:
            plan = project.imports.plan(file, options, told)
        target = refused or file.parent / f"{file.stem or 'list'}.refused.csv"
        refused_files = project.imports.write_refused(plan, target)
        if as_json:
            numbers = _numbers(plan)
        else:
            if not is_applied:
                _show_columns(plan)
            _show_plan(plan)
        if is_applied:
            with progress("Importing", plan.last_line) as told:
                _, left_alone = project.imports.apply(plan, told)
        plan.close()
    if as_json:
        first = refused_files[0] if refused_files else None
        emit_json({**numbers, "applied": is_applied, "refused_file": first, "refused_files": refused_files})
        return
    for one in refused_files:
        say(f"Refused rows, to mend and import again: {one}")
    if left_alone:
        say(f"Left alone, because they changed meanwhile: {_few(left_alone)}")
    if is_applied:
        say("Applied. To take it back: newsletter subscribers undo")
    else:
        say(f"Nothing was changed yet. To apply: newsletter subscribers import {file} --apply")


def _pairs(picked: tuple[str, ...]) -> dict[str, str]:
    """Return what `--map` says, by column. Raises UsageError with everything that cannot be read."""
    wrong = [text for text in picked if not all(part.strip() for part in text.rpartition("=")[::2])]
    UsageError.raise_if(
        [
            Problem(what=f'--map: "{text}" says nothing of a column', fix="write --map COLUMN=FIELD")
            for text in wrong
        ]
    )
    parts = [text.rpartition("=") for text in picked]
    pairs = {column.strip(): target.strip() for column, _, target in parts}
    if len(pairs) < len(parts):
        raise UsageError(Problem(what="--map: one column is given twice", fix="give each column once"))
    return pairs


def _size_of(file: Path) -> int:
    """Return how many bytes are to be read; 0 when it cannot be known."""
    try:
        if file.is_dir():
            return sum(one.stat().st_size for one in file.iterdir())
        return file.stat().st_size
    except (OSError, ValueError):  # the plan says what is wrong with it
        return 0


def _printable(text: str) -> str:
    """Return `text` without what a terminal would obey; lines stay lines."""
    return "".join(
        char if char.isprintable() or char == "\n" else "\N{REPLACEMENT CHARACTER}" for char in text
    )


def _few(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _show_columns(plan: ImportPlan) -> None:
    for file in plan.files:
        title = file.columns.dialect.title if file.columns.dialect else "a list"
        say(f"{_printable(file.table.shown_path)}: {title}, {file.table.encoding}")
        say(table([("column", "becomes"), *((_printable(name), use) for name, use in file.columns.shown)]))


def _show_plan(plan: ImportPlan) -> None:
    for warning in plan.warnings:
        say(f"{click.style('note', fg='yellow')} {_printable(str(warning))}")
    numbers = plan.numbers
    for change in plan.updates(_SHOWN):
        told = ", ".join(
            f"{one.name}: {one.before or '(none)'} → {one.after or '(none)'}" for one in change.differences
        )
        _show_row("changed", "cyan", plan.place(change.line), f"{change.after.email} {told}")
    _say_more("changed", numbers.updated)
    for refusal in plan.refused(_SHOWN):
        _show_row("refused", "red", plan.place(refusal.line), refusal.reason)
    _say_more("refused", numbers.refused)
    for kept in plan.kept_out(_SHOWN):
        _show_row("kept out", "yellow", plan.place(kept.line), f"{kept.email} {kept.reason}")
    _say_more("kept out", numbers.kept_out)
    added = ", ".join(f"{number} {status}" for status, number in sorted(numbers.added_by_status.items()))
    never = f", {numbers.suppressions} never to be mailed ({numbers.suppressed} new)"
    click.echo(
        f"{plan.total} rows: {numbers.added} new{f' ({added})' if added else ''}, {numbers.updated} changed, "
        f"{numbers.unchanged} unchanged, {numbers.doubles} double, {numbers.kept_out} kept out, "
        f"{numbers.refused} refused{never if numbers.suppressions else ''}"
    )


def _show_row(label: str, color: str, place: Place, text: str) -> None:
    click.echo(f"{click.style(label, fg=color)} {_printable(f'{place} {text}')}")


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
        "suppressions": numbers.suppressions,
        "suppressed": numbers.suppressed,
        "refused": [_told(plan, one.line, one.reason) for one in plan.refused()],
        "kept_out": [_told(plan, one.line, one.reason) for one in plan.kept_out()],
        "warnings": [str(warning) for warning in plan.warnings],
        "files": [
            {
                "file": one.table.shown_path,
                "from": one.columns.dialect.name if one.columns.dialect else "csv",
                "columns": dict(one.columns.shown),
            }
            for one in plan.files
        ],
    }


def _told(plan: ImportPlan, line: int, reason: str) -> dict[str, object]:
    place = plan.place(line)
    return {"file": place.path, "line": place.line, "reason": reason}


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
    if not (report.removed or report.restored or report.left_alone):
        say("It had changed nobody. The one before it is taken back by: newsletter subscribers undo")
    if report.left_alone:
        say(f"Left alone, because they changed since: {_few(report.left_alone)}")


@click.command("export")
@click.argument("email", required=False)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where to write; see above.")
@click.option("--all", "is_everything", is_flag=True, help="Also suppressions, tags and imports.")
@click.option("--force", "replaces", is_flag=True, help="Replace a file of the list that is there.")
def export(email: str | None, output: Path | None, is_everything: bool, replaces: bool) -> None:
    """Write the whole list as CSV, also who left; or all that is kept of EMAIL, as a ZIP file.

    The list goes to standard output or a file; with --all to a folder, or to a ZIP file when its name ends
    in .zip, from which it can be imported elsewhere as it is. What is there already is not replaced.
    """
    if replaces and (is_everything or email is not None or output is None):
        raise UsageError(
            Problem(what="--force is for the list in a file", fix="add -o FILE, or leave it out")
        )
    if is_everything:
        _export_everything(email, output)
        return
    if email is not None:
        export_person(email, output)
        return
    with open_project() as project:
        if output is None:
            for line in project.audience.export():
                click.echo(line, nl=False)
            return
        _refuse_to_replace(output, replaces=replaces)
        try:
            with (
                private_draft(output.resolve()) as draft,
                draft.open("w", encoding="utf-8", newline="") as file,
            ):
                file.writelines(project.audience.export())
        except OSError as error:
            raise UsageError(
                Problem(
                    what=f"{output} cannot be written: {error.strerror}", fix="choose another file with -o"
                )
            ) from error
    say(f"Wrote {output}")


def _refuse_to_replace(output: Path, *, replaces: bool) -> None:
    """Raise UsageError when something is there, unless it is a plain file that may be replaced."""
    if not output.exists():
        return
    if not output.is_file():
        raise UsageError(
            Problem(what=f"{output} is no plain file", fix="choose another file; or leave -o out, and use >")
        )
    if not replaces:
        raise UsageError(
            Problem(
                what=f"{output} exists already and is not replaced",
                why="it may be something you need",
                fix=f"choose another file with -o, or: newsletter subscribers export -o {output} --force",
            )
        )


def _export_everything(email: str | None, output: Path | None) -> None:
    from newsletter.project.readers.exporting import export_everything

    if email is not None or output is None:
        fix = "newsletter subscribers export --all -o list.zip"
        raise UsageError(Problem(what="--all takes no address, and needs -o FOLDER or -o FILE.zip", fix=fix))
    with open_project() as project:
        everybody = sum(project.audience.status_counts().values())
        with progress("Exporting", everybody) as told:
            counts = export_everything(project, output, told)
    say(f"Wrote {output}: {', '.join(f'{number} rows in {name}' for name, number in counts.items())}")
    say("Who was forgotten is not in it: nothing is left of them but a hash that only this newsletter knows")
