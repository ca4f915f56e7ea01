"""What the TAB key offers: issues, segments, campaigns, codes of checks, and what Click knows itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from newsletter.cli._shells import VARIABLE, for_shell

__all__ = ["SHELLS", "VARIABLE", "answer_shell", "script", "teach"]

SHELLS = ("bash", "zsh", "fish")
Offers = Callable[[click.Context, str], Iterator[CompletionItem]]


def script(cli: click.Command, shell: str) -> str:
    """Return the script for `shell`, one of SHELLS, that asks this program."""
    return for_shell(cli, shell).source()


def answer_shell(cli: click.Command) -> int:
    """Answer the question in the environment; what is no question of ours gets nothing, and 1."""
    shell, _, instruction = os.environ[VARIABLE].partition("_")
    if shell not in SHELLS or instruction != "complete":
        return 1
    if offered := for_shell(cli, shell).complete():
        click.echo(offered)
    return 0


def teach(command: click.Command) -> None:
    """Let the parameters of `command`, and of those in it, offer what their names ask for."""
    for parameter in command.params:
        offers = _OFFERS.get(parameter.name or "")
        if offers is not None and not isinstance(parameter.type, click.Choice):
            parameter.shell_complete = _answers(offers)  # type: ignore[method-assign]  # Click takes it at birth only
    if isinstance(command, click.Group):
        for child in command.commands.values():
            teach(child)


def _answers(offers: Offers) -> Any:
    def complete(ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        return list(offers(ctx, incomplete))

    return complete


def _issues(ctx: click.Context, incomplete: str) -> Iterator[CompletionItem]:
    """Offer issues as paths from here, or as slugs or names with a date to whoever began to type one."""
    root = _root(ctx)
    if root is None:
        return
    paths = sorted((root / "issues").glob("*.md"), reverse=True)
    shown = [os.path.relpath(path) for path in paths]
    found = [path for path in shown if path.startswith(incomplete)]
    if not found:
        from newsletter.content.loader import slug_from_name
        from newsletter.content.siblings import split_name

        names = [name for path in paths for name in (slug_from_name(path.name), split_name(path.name)[0])]
        found = [name for name in names if name and name.startswith(incomplete)]
    yield from map(CompletionItem, dict.fromkeys(found))


def _segments(ctx: click.Context, incomplete: str) -> Iterator[CompletionItem]:
    """Offer the segments of newsletter.toml, each with what it is."""
    import tomllib

    root = _root(ctx)
    if root is None:
        return
    try:
        document = tomllib.loads((root / "newsletter.toml").read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError):  # a file that is being written helps nobody here
        return
    segments = document.get("segments")
    for name, told in segments.items() if isinstance(segments, dict) else ():
        if name.startswith(incomplete) and isinstance(told, dict):
            yield CompletionItem(name, help=_one_line(told.get("description") or told.get("where")))


def _campaigns(ctx: click.Context, incomplete: str) -> Iterator[CompletionItem]:
    """Offer campaigns, newest first, each with its letter, segment and state."""
    from newsletter.errors import NewsletterError
    from newsletter.project import Project

    root = _root(ctx)
    if root is None:
        return
    try:
        with Project.open(root) as project:
            campaigns = project.store.ledger.campaigns() if project.has_store else ()
    except NewsletterError:  # the command itself will say what is wrong
        return
    for one in campaigns:
        if one.id.startswith(incomplete):
            yield CompletionItem(one.id, help=_one_line(f"{one.issue} → {one.segment}, {one.state}"))


def _codes(_ctx: click.Context, incomplete: str) -> Iterator[CompletionItem]:
    """Offer codes of checks behind what stands before the last comma."""
    from newsletter.checks.registry import load_rules

    before, comma, begun = incomplete.rpartition(",")
    for code, rule in load_rules().items():
        if code.startswith(begun.upper()):
            yield CompletionItem(f"{before}{comma}{code}", help=_one_line(rule.slug))


_OFFERS: dict[str, Offers] = {
    "issue": _issues,
    "issues": _issues,
    "segment": _segments,
    "campaign": _campaigns,
    "select": _codes,
    "ignore": _codes,
    "explain": _codes,
}
"""By the name of an argument or option, the same in every command."""


def _root(ctx: click.Context) -> Path | None:
    """Return the directory of the newsletter here, or of `-C`; None when there is none."""
    start = Path((ctx.find_object(dict) or {}).get("directory") or ".").absolute()
    return next((one for one in (start, *start.parents) if (one / "newsletter.toml").is_file()), None)


def _one_line(text: object) -> str:
    """Return `text` as the scripts can carry it: on one line, and short."""
    return " ".join(str(text or "").split())[:80]
