"""The register of readers who may be quoted: read with every slip named at its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.config.quotes import load_quotes
from newsletter.domain.quote import Quote, QuoteConsent
from newsletter.errors import ConfigError

GOOD = """\
# Wie mag geciteerd worden
[quotes.17]
name = "Sanne, gemeente Meerdijk"
consent = "named"
granted = 2026-11-20

[quotes.reply-8]
consent = "anonymous"
granted = 2026-11-21T10:00:00Z

[quotes.19]
consent = "asked"
"""


def told(root: Path, text: str) -> list[str]:
    (root / "quotes.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_quotes(root)
    return [f"{p.place.line}: {p.what} -> {p.fix}" for p in caught.value.problems if p.place]


def test_without_a_file_nobody_is_known(tmp_path: Path) -> None:
    assert load_quotes(tmp_path).quotes == {}


def test_every_entry_says_who_and_whether(tmp_path: Path) -> None:
    (tmp_path / "quotes.toml").write_text(GOOD, encoding="utf-8")

    quotes = load_quotes(tmp_path).quotes

    assert quotes["17"] == Quote(
        id="17",
        consent=QuoteConsent.NAMED,
        name="Sanne, gemeente Meerdijk",
        granted=date(2026, 11, 20),
        line=2,
    )
    assert [(one.id, one.consent, one.granted) for one in quotes.values()][1:] == [
        ("reply-8", QuoteConsent.ANONYMOUS, date(2026, 11, 21)),
        ("19", QuoteConsent.ASKED, None),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[quote.1]\n", '1: there is no table "quote" -> write [quotes.17]'),
        ("quotes = 1\n", "1: quotes is one value, not a table -> write [quotes.17]"),
        ("[quotes]\n17 = 1\n", "2: quotes.17 is one value -> write [quotes.17]"),
        ('[quotes."a b"]\n', '1: "a b" is not the name of a reply -> use a number'),
        ("[quotes.1]\n", "1: the entry does not say what the reader allows -> write consent = "),
        ('[quotes.1]\nconsent = "name"\n', '2: this is no consent -> write consent = "named"'),
        ("[quotes.1]\nconsent = true\n", '2: this is no consent -> write consent = "asked"'),
        (
            '[quotes.1]\nconsent = "none"\nconcent = 1\n',
            '3: there is no key "concent" -> did you mean "consent"?',
        ),
        ('[quotes.1]\nconsent = "none"\nmail = 1\n', '3: there is no key "mail" -> known are'),
        (
            '[quotes.1]\nconsent = "named"\ngranted = 2026-11-20\n',
            "1: the reader may be named, and there is no name",
        ),
        ('[quotes.1]\nconsent = "none"\nname = "a@b.nl"\n', "3: the name holds an address"),
        ('[quotes.1]\nconsent = "none"\nname = "a\\nb"\n', "3: the name is not one line of text"),
        ('[quotes.1]\nconsent = "anonymous"\n', "1: the entry does not say when consent was given"),
        ('[quotes.1]\nconsent = "none"\ngranted = "gisteren"\n', "3: granted is not a date"),
        ("[quotes\n", "1: this is not TOML"),
    ],
)
def test_a_slip_is_named_at_its_line(tmp_path: Path, text: str, expected: str) -> None:
    (slip,) = told(tmp_path, text)

    assert slip.startswith(expected)


def test_all_slips_are_told_at_once(tmp_path: Path) -> None:
    assert len(told(tmp_path, '[quotes.1]\n[quotes.2]\nconsent = "yes"\nx = 1\n')) == 3


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    (tmp_path / "quotes.toml").write_bytes(b'[quotes.1]\nname = "Zo\xeb"\n')

    with pytest.raises(ConfigError, match="not UTF-8"):
        load_quotes(tmp_path)


@given(st.text(alphabet="[]quotes.1=\"'named conset\n#@-20", max_size=80))
def test_any_text_is_read_or_explained(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    root = tmp_path_factory.mktemp("register")
    (root / "quotes.toml").write_text(text, encoding="utf-8")

    problems = []
    try:
        load_quotes(root)
    except ConfigError as error:
        problems = list(error.problems)

    assert all(problem.place and problem.fix for problem in problems)
