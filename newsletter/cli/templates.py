"""`newsletter templates`: list them, copy one to change it, check them."""

from __future__ import annotations

from pathlib import Path

import click

from newsletter.cli._console import emit_json, json_option, open_project, say, table, ticker
from newsletter.source import shown_path

__all__ = ["command"]

_NOT_BUILT = 3
_UNRENDERED = "TP001"


@click.group("templates", invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Show the templates a letter can stand in, copy one to change it, check them."""
    if not ctx.invoked_subcommand:
        ctx.invoke(list_, as_json=False)


@command.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Show every template: where it comes from, and what it is for.

    "overriding" is a template of your own that stands in the place of the packaged one of its name.
    """
    with open_project() as project:
        found = project.templates.all()
        used = project.config.newsletter.template
        root = project.config.root
    if as_json:
        emit_json(
            [
                {
                    "name": template.name,
                    "origin": template.origin,
                    "path": shown_path(template.path, root),
                    "description": template.description,
                    "is_default": template.name == used,
                }
                for template in found
            ]
        )
        return
    rows = [
        (item.name + (" *" if item.name == used else ""), item.origin, item.description) for item in found
    ]
    click.echo(table([("template", "from", ""), *rows]))
    say("* of issues that name none")


@command.command("new")
@click.argument("name")
@click.option(
    "--from",
    "source",
    metavar="TEMPLATE",
    help="Copy this one: by default the packaged one of that NAME, or else the letter; packaged/NAME is the"
    " one that comes with the program.",
)
@json_option
def new(name: str, source: str | None, as_json: bool) -> None:
    """Copy a template to templates/NAME.mjml.j2, ready to be changed."""
    with open_project() as project:
        path = project.templates.new(name, source=source)
    if as_json:
        emit_json({"name": name, "path": str(path)})
        return
    click.echo(shown_path(path, Path.cwd()))
    say(f"\nNext: write  template: {name}  in an issue, see it with  newsletter preview,")
    say(f"and check it with  newsletter templates check {name}")


@command.command("check")
@click.argument("names", nargs=-1)
@click.option("--strict", is_flag=True, help="Warnings fail too.")
@click.option("--browser", is_flag=True, help="Also look at them in Chromium: light, dark, narrow.")
@json_option
def check(names: tuple[str, ...], strict: bool, browser: bool, as_json: bool) -> int:
    """Check NAMES, or all, with a letter that has everything in it.

    Exits 1 when something at error level is found, 2 when there is no browser to look with, 3 when a template
    cannot be rendered at all.
    """
    from newsletter.cli._findings import shown

    with open_project() as project:
        with ticker() as tell, project.outside(["browser"] if browser else [], tell) as outside:
            reports = project.templates.check(names, strict=strict, outside=outside)
        click.echo(shown(reports, "json" if as_json else "human", project), nl=False, color=True)
    if any(finding.code == _UNRENDERED for report in reports for finding in report.findings):
        return _NOT_BUILT
    if any(report.unable for report in reports):
        return 2
    return 1 if any(report.is_blocking for report in reports) else 0
