"""The end of the plain text: why you get this, how to leave, who sent it and from where."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

from newsletter.config.schema import NewsletterConfig
from newsletter.content.typography import typeset_line
from newsletter.render.phrases import phrase

__all__ = ["text_footer", "text_imprint"]

_WIDTH = 72


def text_footer(newsletter: NewsletterConfig, lang: str, slot: Callable[[str], str]) -> str:
    """Return the footer of the plain text in `lang`; `slot` gives the inert token of a link slot.

    It starts with an em dash on a line of its own, which also keeps the part in UTF-8 (see `charset`).
    """
    links = "\n".join(
        f"{typeset_line(phrase(lang, key, newsletter.name) + ':', lang)} {slot(name)}"
        for key, name in (
            ("unsubscribe", "unsubscribe_url"),
            ("preferences", "preferences_url"),
            ("online", "archive_url"),
        )
    )
    why = textwrap.fill(phrase(lang, "why", newsletter.name), _WIDTH, break_long_words=False)
    return f"—\n{why}\n\n{links}\n\n{_imprint(newsletter)}\n"


def text_imprint(newsletter: NewsletterConfig) -> str:
    """Return the footer of a mail to one person, who may not be on the list: only who sent it."""
    return f"—\n{_imprint(newsletter)}\n"


def _imprint(newsletter: NewsletterConfig) -> str:
    return "\n".join(line for line in (newsletter.name, newsletter.postal_address) if line)
