"""`newsletter new`: start an issue."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli._console import emit_json, json_option, open_project, say
from newsletter.errors import Problem, UsageError
from newsletter.source import shown_path

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["command"]

_LATEST = "\0"  # no file has this name
_FIX_OF = 'newsletter new "A subject" --of ISSUE --lang en'
_FIX = 'newsletter new "A subject", or newsletter new --from-replies ISSUE'


@click.command("new")
@click.argument("subject", required=False)
@click.option("--lang", help="Language of the letter; the newsletter's own by default.")
@click.option(
    "--of", "original", metavar="ISSUE", help="With --lang: the same letter as ISSUE, in another language."
)
@click.option(
    "--from-replies",
    "answered",
    is_flag=False,
    flag_value=_LATEST,
    metavar="[ISSUE]",
    help="Begin with what came back on ISSUE, the one answered last when none is named.",
)
@json_option
def command(
    subject: str | None, lang: str | None, original: str | None, answered: str | None, as_json: bool
) -> None:
    """Start an issue about SUBJECT in issues/YYYY-MM-DD-slug.md.

    With --from-replies the digest of the replies stands in it as a comment, which no reader gets. With --of
    it is another language of an issue that is there, in a file beside it.
    """
    from newsletter.project.issues.starting import slug_of

    if subject is None and answered is None:
        raise UsageError(Problem(what="the letter has no subject", fix=_FIX))
    if original is not None and (lang is None or answered is not None or subject is None):
        raise UsageError(Problem(what="--of takes a subject and --lang, and nothing else", fix=_FIX_OF))
    with open_project() as project:
        if original is not None:
            _start_language(project, original, subject or "", lang or "", as_json=as_json)
            return
        if answered is not None:
            name = None if answered == _LATEST else answered
            made = project.reply_digests.start_issue(name, subject=subject, lang=lang)
        else:
            made = project.issues.new(subject or "", lang=lang)
        path = shown_path(made, Path.cwd())
    if as_json:
        emit_json({"path": path})
        return
    if subject and not slug_of(subject):
        say("The subject has no letters for a file name and an address, so the letter has a number;")
        say("rename the file, or write  slug: …  in it, before it is sent.")
    click.echo(path)
    say(f"Write it, and see it live with: newsletter preview {path}")


def _start_language(project: Project, original: str, subject: str, lang: str, *, as_json: bool) -> None:
    made = project.issues.new_language(original, subject, lang)
    path = shown_path(made.path, Path.cwd())
    renamed = shown_path(made.renamed, Path.cwd()) if made.renamed else None
    if as_json:
        emit_json({"path": path, "renamed": renamed})
        return
    click.echo(path)
    if renamed:
        say(f"The letter that was there is called {renamed} now, so that the two are one issue.")
    say("The text in it is that of the other, to write over.")
