"""Click groups whose commands are listed by name and imported only when run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib import import_module
from keyword import iskeyword
from typing import Any

import click
from click.shell_completion import CompletionItem

from newsletter import __version__

__all__ = ["LazyGroup", "root_options"]


class LazyGroup(click.Group):
    """A group that knows its commands' names and one-line helps without importing them.

    The command NAME is the attribute `command` of module `PACKAGE.NAME`; of `PACKAGE.NAME_` where NAME is a
    word of Python, such as `import`.
    """

    def __init__(self, *, package: str, commands: Mapping[str, str], **attributes: Any) -> None:
        """Keep `commands`, a mapping of name to one-line help; `attributes` go to click.Group."""
        super().__init__(**attributes)
        self._package = package
        self._helps = dict(commands)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which an author meets them."""
        del ctx
        return list(self._helps)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the command, or None when there is none of that name."""
        if cmd_name not in self._helps:
            return None
        module = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        command: click.Command = import_module(f"{self._package}.{module}").command
        if ctx.resilient_parsing:
            from newsletter.cli._completion import teach

            teach(command)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Offer the commands from the table, importing none, or the options before them."""
        names = [name for name in self._helps if name.startswith(incomplete)]
        commands = [CompletionItem(name, help=self._helps[name]) for name in names]
        return commands + click.Command.shell_complete(self, ctx, incomplete)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Resolve as Click does, with the nearest name when there is none."""
        name = args[0] if args else ""
        if name not in self._helps and not ctx.resilient_parsing:
            import difflib

            near = difflib.get_close_matches(name, self._helps, n=1)
            hint = f'; did you mean "{near[0]}"?' if near else ""
            ctx.fail(f'there is no command "{name}"{hint}')
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table, importing none."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(self._helps.items()))


def root_options() -> list[click.Parameter]:
    """Return the options before the command: project, colour, version."""
    return [
        click.Option(
            ["-C", "--project", "directory"],
            metavar="DIR",
            help="Work in the newsletter in DIR instead of the one here.",
            expose_value=False,
            callback=_remember("directory"),
        ),
        click.Option(
            ["--color/--no-color", "color"],
            default=None,
            help="Colours: on a terminal by default; NO_COLOR turns them off.",
            expose_value=False,
            callback=_set_color,
        ),
        click.Option(
            ["--debug"],
            is_flag=True,
            help="Show the traceback of a bug.",
            expose_value=False,
            callback=_remember("debug"),
        ),
        click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            help="Show the version and leave.",
            callback=_print_version,
        ),
    ]


def _remember(key: str) -> Any:
    def callback(ctx: click.Context, _parameter: click.Parameter, value: object) -> object:
        ctx.ensure_object(dict)[key] = value
        return value

    return callback


def _set_color(ctx: click.Context, _parameter: click.Parameter, value: bool | None) -> None:
    ctx.color = False if value is None and "NO_COLOR" in os.environ else value


def _print_version(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(f"newsletter {__version__}")
        ctx.exit()
