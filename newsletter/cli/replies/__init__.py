"""`newsletter replies`: what readers answer."""

from __future__ import annotations

from newsletter.cli._group import LazyGroup

__all__ = ["command"]

command = LazyGroup(
    name="replies",
    help="What readers answer, and all other mail that comes in.",
    package="newsletter.cli.replies",
    commands={
        "fetch": "Take in new mails from the mailbox.",
        "import": "Take in mails from files: .eml, mbox, Maildir.",
        "list": "Show the mails that came in.",
        "show": "Read one mail.",
        "digest": "Gather what came back on an issue.",
        "tag": "Give a mail tags.",
        "archive": "Put mails away.",
        "answer": "Write back to a reader, once.",
        "quote": "Ask a reader whether their words may be quoted.",
        "act": "Do what a reader asks in a mail.",
        "reclassify": "Read mails again by the rules of today.",
        "purge": "Remove old originals, or mails for good.",
    },
)
