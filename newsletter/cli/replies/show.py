"""`newsletter replies show`: one mail, as its writer meant it or as it came."""

from __future__ import annotations

import sys

import click

from newsletter.cli._console import emit_json, json_option, open_project
from newsletter.cli._replies import MAIL_NUMBER, act_as_dict, answer_as_dict, harmless, mail_as_dict
from newsletter.cli._reply_page import page_lines, whole_lines

__all__ = ["command"]


@click.command("show")
@click.argument("number", type=MAIL_NUMBER, metavar="MAIL")
@click.option("--original", is_flag=True, help="The whole mail, byte for byte as it came.")
@click.option("--whole", is_flag=True, help="Also what was left out, each line of it behind a bar.")
@click.option("--html-as-text", is_flag=True, help="What its HTML says, where it has any.")
@json_option
def command(number: int, original: bool, whole: bool, html_as_text: bool, as_json: bool) -> None:
    """Read the mail with number MAIL: what its writer says, without the letter that is quoted in it.

    Attachments are named and never opened. A mail you look at is no longer unread.
    """
    with open_project() as project:
        mail = project.replies.get(number)
        if original:
            _write(project.replies.raw(number))
            return
        if html_as_text:
            click.echo(harmless(project.replies.html_as_text(number)))
            return
        acts, answers = project.replies.acts.of(number), project.answering.of(number)
        if as_json:
            done = {
                "acts": [act_as_dict(one) for one in acts],
                "answers": [answer_as_dict(one) for one in answers],
            }
            emit_json({**mail_as_dict(mail), **done})
            return
        text = whole_lines(project.replies.whole(number)) if whole else None
        for line in page_lines(mail, acts, text, answers):
            click.echo(line)
        project.replies.mark_read(number)


def _write(raw: bytes) -> None:
    """Write a raw mail: its very bytes to a file or pipe, and nothing that steers it to a terminal."""
    if sys.stdout.isatty():
        click.echo(harmless(raw.decode("utf-8", "replace")))
        return
    sys.stdout.buffer.write(raw)
    sys.stdout.flush()
