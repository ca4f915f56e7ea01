"""Every command the documentation names exists and takes what it is shown with."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from newsletter.cli import cli

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
_SHOWN = re.compile(r"^\$ (?:\S*/)?(newsletter .*)$|`(newsletter [^`\n]+)`", re.MULTILINE)


def _commands() -> list[tuple[str, str]]:
    return sorted(
        {
            (str(page.relative_to(ROOT)), first or second)
            for page in PAGES
            if page.name != "cli.md"  # made from the commands themselves
            for first, second in _SHOWN.findall(page.read_text("utf-8"))
            if "…" not in (first or second)
        }
    )


@pytest.mark.parametrize(("page", "shown"), _commands())
def test_a_command_in_the_documentation_can_be_typed(page: str, shown: str) -> None:
    command: click.Command = cli
    arguments = shlex.split(re.split(r" \||  +#", shown)[0])[1:]
    context = click.Context(cli, info_name="newsletter")
    while isinstance(command, click.Group) and arguments and not arguments[0].startswith("-"):
        name = arguments.pop(0)
        found = command.get_command(context, name)
        assert found is not None, f"{page}: {shown}"
        command = found

    if not arguments or "--help" in arguments:  # named in passing, not typed
        return
    command.make_context(shown, arguments, parent=context)
