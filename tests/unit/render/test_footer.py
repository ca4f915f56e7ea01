"""The end of the plain text, in the habits of its language."""

from __future__ import annotations

import pytest

from newsletter.config.schema import NewsletterConfig
from newsletter.render.footer import text_footer


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("nl", "Uitschrijven: <unsubscribe_url>"),
        ("de", "Abmelden: <unsubscribe_url>"),
        ("fr", "Se désinscrire : <unsubscribe_url>"),
    ],
)
def test_a_link_has_its_words_and_the_colon_of_its_language(lang: str, line: str) -> None:
    footer = text_footer(NewsletterConfig(name="Brief"), lang, lambda name: f"<{name}>")

    assert line in footer.splitlines()
