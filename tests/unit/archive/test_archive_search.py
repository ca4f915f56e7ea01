"""What the archive's own search looks through: every word of every public letter, in few bytes."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.archive.edition import ArchivedIssue, ArchivedLetter, Edition
from newsletter.archive.search import index_words, search_files
from newsletter.config.theme import ThemeConfig
from tests.unit.archive.archive_index import Index, searched

_FIRST = datetime(2020, 1, 1, 9, 30, tzinfo=UTC)
_SYLLABLES = (
    "ge",
    "be",
    "ver",
    "ont",
    "aan",
    "uit",
    "wa",
    "ter",
    "schap",
    "raad",
    "bur",
    "ger",
    "brief",
    "taal",
)


def index_of(folder: Path, texts: list[str]) -> Index:
    """Return the index of an archive with a letter for each of `texts`."""
    issues = [
        ArchivedIssue(
            slug=f"brief-{number}",
            at=_FIRST + timedelta(days=14 * number),
            letters=(ArchivedLetter(lang="nl", title="Een brief", preheader="", html="", text=text),),
        )
        for number, text in enumerate(texts)
    ]
    edition = Edition(
        name="Brief",
        lang="nl",
        timezone="UTC",
        author="Renata",
        address="https://brief.example/archive",
        theme=ThemeConfig(),
        issues=tuple(reversed(issues)),
    )
    for file in search_files(edition):
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data)
    return searched(folder)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Één café, naïef.", {"een", "cafe", "naief"}),
        ("foto's en foto\u2019s", {"fotos", "en"}),
        ("aan\u00adsprakelijk", {"aansprakelijk"}),
        ("e-mail 2026/27", {"e", "mail", "2026", "27"}),
        ("東京へ", {"東", "京", "へ"}),
        (
            "\u0645\u0631\u062d\u0628\u0627 \u0391\u03b8\u03ae\u03bd\u03b1",
            {"\u0645\u0631\u062d\u0628\u0627", "\u03b1\u03b8\u03b7\u03bd\u03b1"},
        ),
    ],
)
def test_words_are_looked_up_small_without_accents_and_apostrophes(text: str, words: set[str]) -> None:
    assert index_words(text) == words


@given(texts=st.lists(st.text(max_size=60), min_size=1, max_size=40))
def test_every_word_leads_to_just_the_letters_it_stands_in(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    index = index_of(tmp_path_factory.mktemp("index"), texts)

    expected: dict[str, list[int]] = {}
    for number, text in enumerate(texts):
        for word in index_words(f"Een brief {text}"):
            expected.setdefault(word, []).append(number)
    assert index.words == expected


def test_the_index_of_a_hundred_letters_is_small_and_comes_in_parts(tmp_path: Path) -> None:
    chance = random.Random(1)
    known = ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(15_000)]
    often = [1 / (place + 1) for place in range(len(known))]
    texts = [" ".join(chance.choices(known, often, k=700)) for _ in range(100)]

    index = index_of(tmp_path, texts)

    assert index.size_bytes <= 200_000
    assert max(part.stat().st_size for part in (tmp_path / "search").glob("words-*")) < 50_000
