"""What somebody probably meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.domain.nearest import nearest


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("gemeentn", ["gemeenten", "provincies"], "gemeenten"),
        ("KADE.JPG", ["kade.jpg", "haven.jpg"], "kade.jpg"),
        ("lk01", ["LK001", "MT006"], "LK001"),
        ("waterschap", ["gemeenten"], None),
        ("", ["gemeenten"], None),
        ("gemeenten", [], None),
    ],
)
def test_the_word_that_looks_most_like_it_is_meant(word: str, known: list[str], meant: str | None) -> None:
    assert meant == nearest(word, known)


def test_a_very_long_word_costs_no_more_than_a_long_one() -> None:
    assert nearest("a" * 5_000_000, ["a" * 100]) == "a" * 100


@given(st.text(min_size=1, max_size=100), st.lists(st.text(max_size=20), max_size=5))
def test_a_known_word_is_nearest_to_itself(word: str, others: list[str]) -> None:
    found = nearest(word, [*others, word])

    assert found is not None
    assert found.casefold() == word.casefold()
