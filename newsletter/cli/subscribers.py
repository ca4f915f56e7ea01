"""`newsletter subscribers`: the list."""

from __future__ import annotations

from pathlib import Path

import click

from newsletter.cli._console import emit_json, json_option, open_project, progress, say, table

__all__ = ["command"]


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
@click.option(
    "--refused",
    type=click.Path(path_type=Path),
    help="Where to write refused rows, to mend and import again.",
)
@json_option
def import_list(file: Path, is_applied: bool, refused: Path | None, as_json: bool) -> None:
    """Read a list from FILE: shows what would change, and changes it with --apply."""
    with open_project() as project:
        plan = project.audience.plan_import(file)
        refused_file = project.audience.write_refused(plan, refused or file.with_suffix(".refused.csv"))
        if is_applied:
            with progress("Importing", plan.total) as done:
                project.audience.apply_import(plan, done)
    if as_json:
        emit_json(
            {
                **plan.numbers(),
                "applied": is_applied,
                "refused_file": str(refused_file) if refused_file else None,
            }
        )
        return
    for line in plan.lines():
        click.echo(line)
    if refused_file:
        say(f"Refused rows, to mend and import again: {refused_file}")
    if is_applied:
        say("Applied. To take it back: newsletter subscribers undo")
    else:
        say(f"Nothing was changed yet. To apply: newsletter subscribers import {file} --apply")


@command.command("undo")
@json_option
def undo(as_json: bool) -> None:
    """Take back the newest import; who left since stays away."""
    with open_project() as project:
        undone = project.audience.undo_import()
    if as_json:
        emit_json(undone)
        return
    click.echo(f"Took back {undone['file']}: {undone['removed']} removed, {undone['restored']} as they were")


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
        with output.open("w", encoding="utf-8", newline="") as file:
            file.writelines(project.audience.export())
    say(f"Wrote {output}")
