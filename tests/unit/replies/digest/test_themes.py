"""Themes: what readers write of more than the letters do."""

from __future__ import annotations

import math

import pytest

from newsletter.replies.digest.language import digest_language
from newsletter.replies.digest.terms import terms_of
from newsletter.replies.digest.themes import Theme, find_themes, log_likelihood


def _themes(replies: list[str], letters: list[str] | None = None, code: str = "nl") -> list[Theme]:
    language = digest_language(code)
    said = {number: terms_of(text, language) for number, text in enumerate(replies, 1)}
    return list(find_themes(said, [terms_of(text, language) for text in letters or []]))


def test_a_word_of_several_replies_is_a_theme_and_says_which() -> None:
    themes = _themes(["Ons rooster hangt er.", "Wij hebben twee roosters.", "Het regent."])

    assert [("rooster", (1, 2))] == [(one.words, one.replies) for one in themes]


def test_a_small_word_says_nothing_with_an_accent_either() -> None:
    assert [] == _themes(["Er is er één.", "Dát is er één."])


def test_a_word_one_reader_repeats_is_none() -> None:
    assert [] == _themes(["Rooster, rooster, rooster!", "Het regent."])


def test_words_the_letters_use_as_often_are_none() -> None:
    letters = ["Zo'n rooster.", "Een rooster helpt.", "Iets anders."]

    assert [] == _themes(["Ons rooster hangt er.", "Een rooster!", "Het regent."], letters)


def test_the_more_the_letters_use_a_word_the_less_surprising_it_is() -> None:
    replies = ["Rooster en piket.", "Rooster, piket.", "Het regent."]
    letters = ["Een rooster helpt.", *["Over koffie."] * 9]

    themes = _themes(replies, letters)

    assert ["piket", "rooster"] == [one.words for one in themes]
    assert [0, 1] == [one.in_letters for one in themes]


def test_two_words_that_always_stand_together_are_one_theme() -> None:
    themes = _themes(
        ["Our mission statement is long.", "A mission statement of 60 words!", "Rain."], code="en"
    )

    assert ["mission statement"] == [one.words for one in themes]


def test_small_words_numbers_and_addresses_are_no_themes() -> None:
    text = "We hebben er 12345, zie https://rooster.example/piket of mail naar piket@rooster.example"

    assert [] == _themes([text, text])


def test_the_author_s_name_is_no_theme_when_it_is_said_to_say_nothing() -> None:
    terms = terms_of("Renata schreef over dijken.", digest_language("nl"), {"renata"})

    assert ("renat",) not in terms
    assert ("dijk",) in terms


def test_in_hundreds_of_replies_a_word_of_two_is_no_theme() -> None:
    replies = ["Piket.", "Piket.", *["Koffie."] * 198]

    assert ["koffie"] == [one.words for one in _themes(replies)]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        # worked out by hand from 2 Σ O ln(O / E)
        ((5, 10, 5, 10), 0.0),
        ((2, 10, 0, 10), 2 * (2 * math.log(2) + 8 * math.log(8 / 9) + 10 * math.log(10 / 9))),
    ],
)
def test_surprise_is_twice_the_log_of_the_likelihood_ratio(
    table: tuple[int, int, int, int], expected: float
) -> None:
    assert log_likelihood(*table) == pytest.approx(expected)
