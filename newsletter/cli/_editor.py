"""An answer written in the author's editor; what was typed is kept until it is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newsletter.cli._console import say
from newsletter.errors import Problem, UsageError

if TYPE_CHECKING:
    from newsletter.domain.answer import Draft
    from newsletter.project.replies.unfinished import UnfinishedAnswers

__all__ = ["written_in_editor"]


def written_in_editor(unfinished: UnfinishedAnswers, draft: Draft) -> str:
    """Let the author write below what an earlier try left, or above the quoted mail; return their words.

    Raises UsageError when the editor fails, when the text is empty or not UTF-8, StoreError.
    """
    from newsletter.replies.answering import own_words

    number = draft.inbound_id
    again = f"newsletter replies answer {number}"
    if not unfinished.begin(number, f"\n\n{draft.quoted}\n"):
        say(f"What you wrote before is opened again: {unfinished.shown(number)}")
    try:
        click.edit(filename=str(unfinished.path(number)))
    except click.ClickException as error:
        if own_words(unfinished.read(number), draft):
            fix = f"what you wrote is kept; open it again: {again}"
        else:
            unfinished.drop(number)
            fix = f"name another: EDITOR=nano {again}; or give the text: {again} --body FILE"
        raise UsageError(
            Problem(what="the editor failed, and nothing was sent", why=error.message, fix=fix)
        ) from error
    written = own_words(unfinished.read(number), draft)
    if not written:
        unfinished.drop(number)
        raise UsageError(
            Problem(what="the text is empty: nothing was sent", fix=f"write above the quote: {again}")
        )
    return written
