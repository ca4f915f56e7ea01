"""What a rule may need of the issue it looks at."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Need"]


class Need(StrEnum):
    """What a rule cannot do without; a rule whose need is not met is skipped, with the reason."""

    ISSUE = "issue"  # the front matter is sound
    LANGUAGE = "language"  # there is a data file for the issue's language
    DOCUMENT = "document"  # the Markdown is read, sound or not
    DICTIONARY = "dictionary"  # a hunspell dictionary of the issue's language is installed
    RENDERED = "rendered"  # the letter can be rendered
    MESSAGE = "message"  # whole messages can be built
    LIST = "list"  # there is a list and a ledger to ask
    AUDIENCE = "audience"  # the segment is known and has readers
