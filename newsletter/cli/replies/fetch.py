"""`newsletter replies fetch`: take in what arrived in the mailbox."""

from __future__ import annotations

import click

from newsletter.cli._console import emit_json, json_option, open_project, say, ticker
from newsletter.cli._replies import taken_as_dict, tell_taken
from newsletter.errors import InboundError, Problem, UsageError

__all__ = ["command"]


@click.command("fetch")
@click.option("--watch", is_flag=True, help="Stay, and take mails in as they come; Ctrl-C ends it.")
@click.option("--again", is_flag=True, help="Fetch every mail once more; puts lost originals back.")
@json_option
def command(watch: bool, again: bool, as_json: bool) -> None:
    """Take in the new mails of the mailbox in [replies], and read them.

    They stay there unread and as they are, unless [replies] after says otherwise. Several may fetch at once.
    """
    from newsletter.project.replies.fetching import Fetching

    if watch and (as_json or again):
        raise UsageError(Problem(what="--watch goes with no other option"))
    with open_project() as project, ticker() as tell:
        fetching = Fetching(project, lambda done: tell(f"{done} mails"))
        if watch:
            say(f"Watching {fetching.where}; Ctrl-C ends it.")
            fetching.watch(
                lambda taken: tell_taken(taken, is_watching=True) if taken.new or taken.problems else None,
                say,
            )
        taken = fetching.fetch(is_again=again)
    if as_json:
        emit_json(taken_as_dict(taken))
    else:
        tell_taken(taken)
    InboundError.raise_if(taken.problems)
