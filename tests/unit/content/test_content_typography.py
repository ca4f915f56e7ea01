from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.token import Token

from newsletter.content.document import Document
from newsletter.content.inline_text import inline_text
from newsletter.content.slots import TOKEN_PATTERN
from newsletter.content.typography import set_typography, typeset_line
from newsletter.content.typography.languages import LANGUAGES

NBSP = "\u00a0"
THIN = "\u202f"


def typeset(parse: Callable[..., Document], text: str, lang: str) -> str:
    document = parse(text, lang)
    return " ".join(inline_text(token.children or ()) for token in document.tokens if token.type == "inline")


@pytest.mark.parametrize(
    ("lang", "text", "shown"),
    [
        ("nl", "\"Ja\", zei 'ze'", "“Ja”, zei ‘ze’"),
        ("nl", "\"'Ja', zei hij\"", "“‘Ja’, zei hij”"),
        (
            "nl",
            "'s avonds, 't, 'n, '90 en 's-Hertogenbosch",
            f"’s{NBSP}avonds, ’t, ’n, ’90 en ’s-Hertogenbosch",
        ),
        ("nl", "'s Ochtends, A4'tje, m'n, auto's, zo'n", f"’s{NBSP}Ochtends, A4’tje, m’n, auto’s, zo’n"),
        ("nl", "‘s avonds en ‘t, maar ‘s’ en ‘ja’", f"’s{NBSP}avonds en ’t, maar ‘s’ en ‘ja’"),
        ("nl-BE", "zij zei: 'ik ga 's avonds'", f"zij zei: ‘ik ga ’s{NBSP}avonds’"),
        ("nl", "foto's en zo'n de jongens' fiets", "foto’s en zo’n de jongens’ fiets"),
        ("nl", '*"a"* "*b*" (“c”) ("d")', "“a” “b” (“c”) (“d”)"),
        ("nl", 'een "open', 'een "open'),
        ("nl", r"\"a\" \'b\'", "\"a\" 'b'"),
        ("nl", '"{{ first_name | jij }}"', "“nlph…q”"),
        ("nl", "en - zo -- dat", f"en{NBSP}– zo{NBSP}– dat"),
        ("nl", "eerst *dit* - dan\ndat", f"eerst dit{NBSP}– dan dat"),
        ("nl", "a---b en c — d", f"a—b en c{NBSP}— d"),
        ("nl", "1990--2000 --help -x a-b", "1990–2000 --help -x a-b"),
        (
            "nl",
            "10-12 uur, 98-102 %, 2025-2026, 2025-26",
            f"10–12{NBSP}uur, 98–102{NBSP}%, 2025–2026, 2025–26",
        ),
        ("nl", "2026-11-24, 24-11-2026, 2026-11, 24-11", "2026-11-24, 24-11-2026, 2026-11, 24-11"),
        ("nl", "038-421 12 34, 0900-1234, 555-1234, 06-12", "038-421 12 34, 0900-1234, 555-1234, 06-12"),
        ("nl", "A4-5, x10-12, 1.10-12, 10-12.5, 7 - 2 = 5", "A4-5, x10-12, 1.10-12, 10-12.5, 7 - 2 = 5"),
        ("nl", "wacht... niet.... 3 x 4", f"wacht… niet.... 3{NBSP}×{NBSP}4"),
        ("nl", "10 % van € 5 en 3 km", f"10{NBSP}% van €{NBSP}5 en 3{NBSP}km"),
        ("nl", "§ 3, art. 5, p. 12, nr. 4", f"§{NBSP}3, art.{NBSP}5, p.{NBSP}12, nr.{NBSP}4"),
        ("nl", "dhr. Bos, mevr. Vos, J. P. Bos", f"dhr.{NBSP}Bos, mevr.{NBSP}Vos, J.{NBSP}P.{NBSP}Bos"),
        ("nl", "op 8 december, 12 miljoen", f"op 8{NBSP}december, 12{NBSP}miljoen"),
        ("nl", "8011 AB Zwolle heeft 8011 ABC", f"8011{NBSP}AB Zwolle heeft 8011 ABC"),
        ("nl", "De e-mail en E-mail, niet ge-mail", "De e‑mail en E‑mail, niet ge-mail"),
        ("nl", "mail jan-10-12@brief.example's", "mail jan-10-12@brief.example’s"),
        ("nl", "https://x.nl/a--b'c", "https://x.nl/a--b'c"),
        ("nl", "zie 'https://x.nl/a...'.", "zie ‘https://x.nl/a…’."),
        ("nl", "<https://x.nl/a--b'c>", "https://x.nl/a--b'c"),
        ("nl", "`\"a\" - 'b'...`", "\"a\" - 'b'..."),
        ("en", "\"don't\" 'tis the '90s", "“don’t” ’tis the ’90s"),
        ("en", "rock 'n' roll, 'rock 'n' roll'", "rock ’n’ roll, ‘rock ’n’ roll’"),
        ("en", "\"She said 'no'\", Mr Bean", f"“She said ‘no’”, Mr{NBSP}Bean"),
        ("en", "December 8, 8th May and 8 December", f"December{NBSP}8, 8th{NBSP}May and 8{NBSP}December"),
        ("de", "\"Hallo 'du'\"", "„Hallo ‚du‘“"),
        ("de", "geht's, Hans' Auto, 's ist", "geht’s, Hans’ Auto, ’s ist"),
        ("de", "Am 8. Dezember, z. B. von Dr. Bach", f"Am 8.{NBSP}Dezember, z.{NBSP}B. von Dr.{NBSP}Bach"),
        ("de-CH", '"Ja"', "«Ja»"),
        ("fr", '"Oui" : dit-il', f"«{NBSP}Oui{NBSP}»{NBSP}: dit-il"),
        ("fr", "\"Il a dit 'non'\"", f"«{NBSP}Il a dit “non”{NBSP}»"),
        ("fr", "« Oui » ; l'eau, aujourd'hui", f"«{NBSP}Oui{NBSP}»{THIN}; l’eau, aujourd’hui"),
        ("fr", "Quoi ? Vraiment! Si; non: oui", f"Quoi{THIN}? Vraiment{THIN}! Si{THIN}; non{NBSP}: oui"),
        (
            "fr",
            '"Oui"; "non"? « Si »: "?"',
            f"«{NBSP}Oui{NBSP}»{THIN}; «{NBSP}non{NBSP}»{THIN}? «{NBSP}Si{NBSP}»{NBSP}: «{NBSP}?{NBSP}»",
        ),
        ("fr", "à 12:30 :-) a?b=c ::", "à 12:30 :-) a?b=c ::"),
        ("fr", "1er janvier, 10 000 euros", f"1er{NBSP}janvier, 10{NBSP}000{NBSP}euros"),
        ("fr-CA", "Quoi?", "Quoi?"),
        ("xx", '"a"', "“a”"),
    ],
)
def test_signs_and_spaces_follow_the_language(
    parse: Callable[..., Document], lang: str, text: str, shown: str
):
    assert TOKEN_PATTERN.sub("nlph…q", typeset(parse, text, lang)) == shown


def test_the_alternative_text_of_a_picture_is_typeset_too(parse: Callable[..., Document]):
    assert parse("![foto's](a.png)").images[0].alt == "foto’s"


@pytest.mark.parametrize(
    ("lang", "text", "shown"),
    [
        ("nl", "'Ja' - zo'n 10 % 's avonds", "‘Ja’ – zo’n 10 % ’s avonds"),
        ("fr", '"Oui" ? Non!', "« Oui » ? Non !"),
        ("nl", "Een e-mail van jan--bos@brief.example", "Een e-mail van jan--bos@brief.example"),
    ],
)
def test_a_header_line_has_the_signs_and_only_plain_spaces(lang: str, text: str, shown: str):
    assert typeset_line(text, lang) == shown


PIECES = st.sampled_from(
    [
        *("'", '"', "'s", "'t", "'n'", "‘s", "a", "B.", "é", "Ja", "x", "dhr.", "art.", "december", "e-mail"),
        *(" ", "  ", "-", "--", "---", "–", "…", "...", ".", ",", ":", ";", "?", "!", "(", ")", "«", "»"),
        *("1", "12", "10-12", "2025-26", "€", "%", "km", " - ", " x ", "@", "https://a.nl/b--c", NBSP, "\n"),
        "nlph0000000aq",
    ]
)
TEXTS = st.lists(PIECES, max_size=25).map("".join)
TAGS = st.sampled_from(["nl", "en", "de", "de-CH", "fr", "fr-CA", "xx"])


def letters_and_digits(text: str) -> list[str]:
    return [char for char in text.replace("×", "x") if char.isalnum()]


def set_tokens(texts: list[str], lang: str) -> list[str]:
    tokens = [Token("text", "", 0, content=text) for text in texts]
    set_typography(tokens, lang)
    return [token.content for token in tokens]


@given(st.lists(TEXTS, min_size=1, max_size=3), TAGS)
def test_no_letter_or_digit_is_lost_or_moved(texts: list[str], lang: str):
    after = set_tokens(texts, lang)

    assert [letters_and_digits(text) for text in after] == [letters_and_digits(text) for text in texts]


@given(st.lists(TEXTS, min_size=1, max_size=3), TAGS)
def test_setting_twice_changes_nothing_more(texts: list[str], lang: str):
    once = set_tokens(texts, lang)

    assert set_tokens(once, lang) == once


@pytest.mark.parametrize("text", ['"":', '"-"', '"»":', '"\'":'])
@pytest.mark.parametrize("lang", ["fr", "fr-CA"])
def test_marks_alone_between_quotation_marks_are_set_once_and_for_all(text: str, lang: str):
    once = typeset_line(text, lang)

    assert typeset_line(once, lang) == once


@given(TEXTS, TAGS)
def test_a_line_set_twice_changes_nothing_more(text: str, lang: str):
    once = typeset_line(text, lang)

    assert typeset_line(once, lang) == once
    assert letters_and_digits(once) == letters_and_digits(text)


@given(TEXTS, TAGS)
def test_only_signs_and_spaces_change(text: str, lang: str):
    signs = str.maketrans("", "", "'\"’‘‚“”„«»‹›–—-‑….×x \u00a0\u202f")

    assert set_tokens([text], lang)[0].translate(signs) == text.translate(signs)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_language_changes_a_link_a_slot_or_code(parse: Callable[..., Document], lang: str):
    body = "[a](https://x.nl/b--c'd) `10-12 'x'` {{ e__mail | 10-12... }} <https://x.nl/10-12'> \\'a\\'"
    document = parse(body, lang)

    assert document.links[0].url == "https://x.nl/b--c'd"
    assert "10-12 'x'" in typeset(parse, body, lang)
    assert [slot.fallback for slot in document.slots.values()] == ["10-12..."]
    assert document.links[1].label == "https://x.nl/10-12'"
    assert typeset(parse, body, lang).endswith("'a'")
