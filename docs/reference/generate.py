"""Writes the reference pages from the code; run by cog (`make docs`), checked by `.ci/run docs`."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator

import click

__all__ = ["checks", "commands", "configuration", "diagnoses", "exit_codes"]


def commands() -> Iterator[str]:
    """Yield the lines of the command-line reference."""
    from newsletter.cli import cli

    yield from _command(cli, ("newsletter",))


def _command(command: click.Command, path: tuple[str, ...]) -> Iterator[str]:
    context = click.Context(command, info_name=" ".join(path), terminal_width=100, max_content_width=100)
    yield f"{'#' * min(len(path) + 1, 4)} `{' '.join(path)}`"
    yield ""
    yield "```text"
    yield command.get_help(context).rstrip()
    yield "```"
    yield ""
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None:
                yield from _command(child, (*path, name))


def configuration() -> Iterator[str]:
    """Yield the lines of the configuration reference."""
    from newsletter.config.schema import Config

    for field in dataclasses.fields(Config):
        yield from _section(field.type)


def _section(type_name: object) -> Iterator[str]:
    from newsletter.config import schema

    kind = str(type_name)
    inner = kind.removeprefix("Mapping[str, ").removesuffix("]")
    section = getattr(schema, inner, None)
    if not dataclasses.is_dataclass(section):
        return
    title, _, meaning = (inspect.getdoc(section) or "").partition("\n\n")[0].partition(":")
    yield f"## {title}"
    yield ""
    yield meaning.strip()[:1].upper() + meaning.strip()[1:]
    yield ""
    nested = []
    rows = []
    for field in dataclasses.fields(section):
        if "help" in field.metadata:
            rows.append(f"| `{field.name.rstrip('_')}` | {_default(field)} | {field.metadata['help']} |")
        elif str(field.type).endswith("Config"):
            nested.append(field.type)
    if rows:
        yield "| key | default | meaning |"
        yield "|---|---|---|"
        yield from rows
        yield ""
    for child_type in nested:
        yield from _section(child_type)


def _default(field: dataclasses.Field[object]) -> str:
    if field.default_factory is not dataclasses.MISSING or field.default in (None, "", ()):
        return "–"
    value = field.default
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`"


def exit_codes() -> Iterator[str]:
    """Yield the table of exit codes from the tree of errors."""
    from newsletter import errors

    rows: dict[int, list[str]] = {0: ["Done."]}
    for name in errors.__all__:
        kind = getattr(errors, name)
        if inspect.isclass(kind) and issubclass(kind, errors.NewsletterError) and "exit_code" in vars(kind):
            rows.setdefault(kind.exit_code, []).append((inspect.getdoc(kind) or "").splitlines()[0])
    rows[70] = ["A bug; `newsletter --debug …` shows where."]
    rows[130] = ["Interrupted from the keyboard."]
    rows[141] = ["Whoever read the output left, as in `newsletter status | head -1`."]
    yield "| code | meaning |"
    yield "|---|---|"
    for code, meanings in sorted(rows.items()):
        yield f"| {code} | {' '.join(meanings)} |"


def checks() -> Iterator[str]:
    """Yield a section for each check from its docstring."""
    from newsletter.checks.explain import list_rules, rule_page
    from newsletter.checks.registry import load_rules

    yield list_rules()
    for _, rule in sorted(load_rules().items()):
        yield rule_page(rule, level=2)


def diagnoses() -> Iterator[str]:
    """Yield a table for each area of everything the doctor can find wrong."""
    from newsletter.doctor.ailments import AREAS

    for title, ailments in AREAS.items():
        yield f"## {title}"
        yield ""
        for one in ailments:
            yield f"### `{one.code}`"
            yield ""
            yield f"{one.title} ({one.health})"
            yield ""
            yield f"*Why it matters:* {one.why}"
            yield ""
            yield f"*What to do:* {one.advice}."
            yield ""
