"""`newsletter replies digest`: what came back on an issue, to start the next letter from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli._console import emit_json, json_option, open_project, say
from newsletter.cli._replies import harmless
from newsletter.errors import Problem, UsageError

if TYPE_CHECKING:
    from newsletter.replies.digest.digest import Digest

__all__ = ["command"]


@click.command("digest")
@click.argument("issue")
@click.option("--names", is_flag=True, help="Say who wrote, and name kinds with fewer than three readers.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write it to.")
@json_option
def command(issue: str, names: bool, output: Path | None, as_json: bool) -> None:
    """Gather what came back on ISSUE: questions, themes, lines to quote, promises not kept yet.

    It is Markdown, in the newsletter's language; the number before a line is that of the mail.
    """
    from newsletter.replies.digest.markdown import as_markdown

    with open_project() as project:
        digest = project.reply_digests.digest(issue, with_names=names)
    if as_json:
        emit_json(_as_dict(digest))
        return
    if not digest.numbers:
        say("Take in what came back: newsletter replies fetch; what is here: newsletter replies list --all")
    text = harmless(as_markdown(digest))
    if output is None:
        click.echo(text, nl=False)
        return
    _write(output, text)
    say(f"Wrote {output}; the next letter begins with it: newsletter new --from-replies {digest.issue}")


def _write(path: Path, text: str) -> None:
    from newsletter.replacing import replace_file

    if path.is_dir():
        raise UsageError(Problem(what=f"{path} is a folder", fix="name a file: -o antwoorden.md"))
    try:
        replace_file(path, text.encode(), new_mode=0o600)  # readers' own words
    except OSError as error:
        raise UsageError(
            Problem(what=f"{path} cannot be written: {error.strerror}", fix="choose another file with -o")
        ) from error


def _as_dict(digest: Digest) -> dict[str, Any]:
    from dataclasses import asdict

    found = asdict(digest)
    for name in ("first", "last"):
        at = getattr(digest, name)
        found[name] = at.isoformat() if at else None
    found["themes"] = [{**one, "surprise": round(one["surprise"], 2)} for one in found["themes"]]
    return found
