from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.token import Token

from newsletter.content.document import Document
from newsletter.content.inline_text import inline_text
from newsletter.content.typography import set_typography

NBSP = "\u00a0"


def typeset(parse: Callable[..., Document], text: str, lang: str) -> str:
    document = parse(text, lang)
    return " ".join(inline_text(token.children or ()) for token in document.tokens if token.type == "inline")


@pytest.mark.parametrize(
    ("lang", "text", "shown"),
    [
        ("nl", "\"Ja\", zei 'ze'", "“Ja”, zei ‘ze’"),
        ("nl", "\"'Ja', zei hij\"", "“‘Ja’, zei hij”"),
        ("nl", "'s avonds, 't, 'n, '90 en 's-Hertogenbosch", "’s avonds, ’t, ’n, ’90 en ’s-Hertogenbosch"),
        ("nl-BE", "zij zei: 'ik ga 's avonds'", "zij zei: ‘ik ga ’s avonds’"),
        ("nl", "foto's en zo'n de jongens' fiets", "foto’s en zo’n de jongens’ fiets"),
        ("nl", '*"a"* "*b*" (“c”) ("d")', "“a” “b” (“c”) (“d”)"),
        ("nl", 'een "open', 'een "open'),
        ("nl", r"\"a\" \'b\'", "\"a\" 'b'"),
        ("nl", "en - zo -- dat", f"en{NBSP}– zo{NBSP}– dat"),
        ("nl", "1990--2000 --help -x a-b", "1990–2000 --help -x a-b"),
        ("nl", "wacht... 10 % van € 5 en 3 km", f"wacht… 10{NBSP}% van €{NBSP}5 en 3{NBSP}km"),
        ("nl", "https://x.nl/a--b'c", "https://x.nl/a--b'c"),
        ("nl", "<https://x.nl/a--b'c>", "https://x.nl/a--b'c"),
        ("nl", "`\"a\" - 'b'...`", "\"a\" - 'b'..."),
        ("en", "\"don't\" 'tis the '90s", "“don’t” ’tis the ’90s"),
        ("de", "\"Hallo 'du'\"", "„Hallo ‚du‘“"),
        ("fr", '"Oui" : dit-il', f"«{NBSP}Oui{NBSP}»{NBSP}: dit-il"),
        ("xx", '"a"', "“a”"),
    ],
)
def test_quotes_and_dashes_follow_the_language(
    parse: Callable[..., Document], lang: str, text: str, shown: str
):
    assert typeset(parse, text, lang) == shown


def test_the_alternative_text_of_a_picture_is_typeset_too(parse: Callable[..., Document]):
    assert parse("![foto's](a.png)").images[0].alt == "foto’s"


@given(st.text(alphabet="'\"ab .-1", max_size=60), st.sampled_from(["nl", "en", "de"]))
def test_only_quotes_dashes_dots_and_spaces_change(text: str, lang: str):
    token = Token("text", "", 0, content=text)

    set_typography([token], lang)

    kept = str.maketrans("", "", "'\"’‘‚“”„–—-….\u00a0 ")
    assert token.content.translate(kept) == text.translate(kept)
