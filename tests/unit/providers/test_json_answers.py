"""What an API says is read without trusting its shape."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.providers.json_answers import one_line, one_lines

_WORDS = st.text(st.sampled_from("ab \t\n\x1f\x85\xa0\u2028é"), max_size=4)


@given(st.lists(_WORDS | st.none() | st.integers()) | st.lists(_WORDS) | st.lists(st.text()))
def test_a_column_of_texts_is_put_on_lines_as_each_of_them_is(values: list[object]) -> None:
    assert one_lines(values) == [one_line(value) for value in values]


@pytest.mark.parametrize(
    "values",
    [[], [None, 1], ["a", "b"], ["250 OK", "x"], [" a", "b"], ["a", "b "], ["", "a b"], ["a", "\xa0b"]],
)
def test_a_column_that_looks_tidy_is_looked_at_to_its_ends(values: list[object]) -> None:
    assert one_lines(values) == [one_line(value) for value in values]
