"""Writes the manual page from the commands; run by cog (`make docs`), checked by `.ci/run docs`.

What is written is plain man(7), which every `man` since 1979 reads.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import click
import generate

__all__ = ["manual_page"]


def manual_page() -> Iterator[str]:
    """Yield the lines of `newsletter.1`."""
    from newsletter import __version__
    from newsletter.cli import cli

    yield f'.TH NEWSLETTER 1 "" "newsletter {__version__}" "User commands"'
    yield from _titled("NAME", rf"newsletter \- {_escaped((cli.help or '').rstrip('.').lower())}")
    yield ".SH SYNOPSIS"
    yield from _synopsis(cli, ("newsletter",))
    yield ".SH DESCRIPTION"
    yield "Issues, templates and configuration are text in one directory, with newsletter.toml at its top."
    yield "An issue is rendered through MJML, checked like code, shown live, and sent to a segment of a list."
    yield "A ledger keeps who was submitted what, so that nobody is mailed twice and nobody is lost silently."
    yield ".SH OPTIONS"
    yield from _options(cli)
    yield ".SH COMMANDS"
    for path, command in _commands(cli, ("newsletter",)):
        yield f".SS {_escaped(' '.join(path))}"
        yield from _synopsis(command, path)
        yield from _text(inspect.cleandoc(command.help or ""))
        yield from _options(command)
    yield from _ending()


def _ending() -> Iterator[str]:
    yield ".SH EXIT STATUS"
    for row in list(generate.exit_codes())[2:]:
        code, meaning = (part.strip() for part in row.strip("| ").split(" | ", 1))
        yield from _item(code, meaning)
    yield ".SH ENVIRONMENT"
    yield from _item(
        "NEWSLETTER_SECTION_KEY", "Sets a key of newsletter.toml, such as NEWSLETTER_PROVIDER_NAME."
    )
    yield from _item("NO_COLOR", "Turns colours off.")
    yield from _item("EDITOR", "What opens to write an answer to a reader.")
    yield ".SH FILES"
    yield from _item(
        "newsletter.toml", "What the newsletter is called, who sends it, who reads it, how it leaves."
    )
    yield from _item("issues/", "The letters, in Markdown with front matter.")
    yield from _item("templates/", "What letters stand in.")
    yield from _item(
        ".newsletter/", "The list, the ledger and what comes in; personal data, to be backed up."
    )


def _commands(group: click.Group, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group, info_name=" ".join(path))
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))


def _synopsis(command: click.Command, path: tuple[str, ...]) -> Iterator[str]:
    pieces = command.collect_usage_pieces(click.Context(command, info_name=" ".join(path)))
    yield rf".B {_escaped(' '.join(path))}"
    yield from (f".I {_escaped(piece)}" for piece in pieces)


def _options(command: click.Command) -> Iterator[str]:
    context = click.Context(command)
    for parameter in command.get_params(context):
        record: Any = parameter.get_help_record(context)
        if record is not None and record[1] and "--help" not in record[0]:
            yield from _item(*record)


def _item(what: str, meaning: str) -> Iterator[str]:
    yield ".TP"
    yield rf"\fB{_escaped(what)}\fR"
    yield _escaped(" ".join(_plain(meaning).split()))


def _titled(title: str, text: str) -> Iterator[str]:
    yield f".SH {title}"
    yield text


def _text(text: str) -> Iterator[str]:
    for paragraph in _plain(text).split("\n\n"):
        yield ".PP"
        yield from (_escaped(line.strip()) for line in paragraph.splitlines() if line.strip("\b \n"))


def _plain(text: str) -> str:
    """Return `text` without the marks of Markdown and of Click."""
    return re.sub(r"`([^`]*)`", r"\1", text).replace("\b", "")


def _escaped(text: str) -> str:
    """Return `text` so that nothing in it is a request or an escape, and hyphens can be copied."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-").replace('"', r"\(dq").replace("'", r"\(aq")
    return rf"\&{escaped}" if escaped.startswith(".") else escaped
