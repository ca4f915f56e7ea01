"""The command line: parse, call Project, print. `--help` imports nothing but Click."""

from __future__ import annotations

import os

from newsletter.cli._boundary import run
from newsletter.cli._group import LazyGroup, root_options

__all__ = ["cli", "main"]

cli = LazyGroup(
    name="newsletter",
    help="A newsletter kept as files and sent with proof.",
    package="newsletter.cli",
    commands={
        "init": "Make a new newsletter in a directory.",
        "new": "Start an issue.",
        "preview": "See the letter live in the browser.",
        "check": "Find every fault before it leaves.",
        "build": "Write the letter to files.",
        "approve": "Say yes to a letter as it is.",
        "send": "Send an issue to a segment, or a test.",
        "status": "Where every recipient stands.",
        "resume": "Go on with a campaign.",
        "pause": "Hold a campaign.",
        "cancel": "Stop a campaign for good.",
        "decide": "Choose between two subjects for the rest of a campaign.",
        "correct": "Mend a letter that is out.",
        "resolve": "Settle deliveries of unknown outcome.",
        "report": "What became of a letter: delivered, bounced, no word.",
        "archive": "Letters that went out, as a website of plain files.",
        "replies": "What readers answer: take in, list, show, tag.",
        "serve": "The public site: subscribe, choose, leave.",
        "worker": "Send campaigns beside other workers.",
        "site": "Look after the public site: new keys for links.",
        "events": "What providers tell after they took mail.",
        "doctor": "Is everything set up to arrive?",
        "subscribers": "The list: import, look up, unsubscribe, export.",
        "export": "Everything in plain files, to take elsewhere.",
        "backup": "Put list, ledger and events in one file.",
        "restore": "Put a backup in the place of the database.",
        "store": "Move everything to another database.",
        "templates": "What a letter stands in: list, copy, check.",
        "words": "Words no dictionary has, and that are right.",
        "segments": "Who is in which segment, and why.",
        "schema": "What editors need to know of your files.",
        "completion": "Let the TAB key complete commands and names.",
    },
    params=root_options(),
)


def main() -> None:
    """Run the command line and leave with its exit code."""
    if "_NEWSLETTER_COMPLETE" in os.environ:  # the shell asks what may come next
        from newsletter.cli._completion import answer_shell

        raise SystemExit(answer_shell(cli))
    raise SystemExit(run(cli))
