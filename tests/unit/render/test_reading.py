"""How long a letter takes to read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.render.reading import reading_time


def test_words_are_counted_and_addresses_are_not() -> None:
    text = (
        "Beste Anna,\n\n'90 was een mooi jaar.\n→ Lees verder\nhttps://brief.example/issues/een-brief\n----\n"
    )

    assert 9 == reading_time(text, "nl").words


@pytest.mark.parametrize(
    ("lang", "quick_s", "slow_s"), [("nl", 264, 339), ("nl-BE", 264, 339), ("en", 237, 296)]
)
def test_readers_of_a_language_differ_by_25_words_a_minute_to_either_side(
    lang: str, quick_s: int, slow_s: int
) -> None:
    found = reading_time("woord " * 1000, lang)

    assert (quick_s, slow_s) == (found.quick_s, found.slow_s)


@given(st.text(), st.text(max_size=8))
def test_any_text_in_any_language_has_a_reading_time(text: str, lang: str) -> None:
    found = reading_time(text, lang)

    assert 0 <= found.quick_s <= found.slow_s
