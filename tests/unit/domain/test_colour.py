"""Colours are read, measured as WCAG 2.2 says, turned round, and mended."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.domain.colour import (
    MIN_CONTRAST,
    Colour,
    ColourError,
    Showing,
    contrast,
    nearest_readable,
    worst_contrast,
)

COLOURS = st.builds(Colour, *(st.integers(0, 255) for _ in range(3)))


@given(COLOURS)
def test_a_colour_reads_back_as_it_is_written(colour: Colour) -> None:
    assert colour == Colour.parse(str(colour))
    assert colour == Colour.parse(str(colour).upper())


def test_three_digits_are_doubled() -> None:
    assert "#11aaff" == str(Colour.parse("#1af"))


@pytest.mark.parametrize(
    "text",
    ["", "#", "red", "#12", "#12345", "#1234567", "#gggggg", "rgb(1,2,3)", "#12 45 6", "#１２３４５６"],
)
def test_anything_else_is_no_colour(text: str) -> None:
    with pytest.raises(ColourError, match="is not a colour"):
        Colour.parse(text)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),  # the famous grey that just fails
        ("#767676", "#ffffff", 4.54),  # and the one that just passes
        ("#0000ff", "#ffffff", 8.59),
        ("#abcdef", "#abcdef", 1.0),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    measured = contrast(Colour.parse(one), Colour.parse(other))

    assert ratio == pytest.approx(measured, abs=0.005)


@given(COLOURS, COLOURS)
def test_contrast_does_not_ask_which_is_the_text(one: Colour, other: Colour) -> None:
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21


@given(COLOURS)
def test_turning_round_turns_light_dark(colour: Colour) -> None:
    assert 1 - colour.lightness == pytest.approx(colour.turned.lightness, abs=0.003)


@given(COLOURS, COLOURS)
def test_the_worst_showing_is_never_better_than_the_designed_one(text: Colour, ground: Colour) -> None:
    ratio, showing = worst_contrast(text, ground)

    assert ratio <= contrast(text, ground)
    assert showing in Showing


@given(COLOURS, st.lists(COLOURS, min_size=1, max_size=3))
def test_the_mended_colour_can_be_read_everywhere_and_is_the_nearest(
    text: Colour, grounds: list[Colour]
) -> None:
    found = nearest_readable(text, grounds)

    readable = [
        step / 255
        for step in range(256)
        if all(worst_contrast(text.lit(step / 255), ground)[0] >= MIN_CONTRAST for ground in grounds)
    ]
    assert (found is None) == (not readable)
    if found is not None:
        assert all(worst_contrast(found, ground)[0] >= MIN_CONTRAST for ground in grounds)
        nearest = min(abs(step - text.lightness) for step in readable)
        assert abs(found.lightness - text.lightness) == pytest.approx(nearest, abs=0.004)


def test_a_colour_that_can_be_read_stays_as_it_is() -> None:
    ink, paper = Colour.parse("#2b2721"), Colour.parse("#fbf9f4")

    assert ink == nearest_readable(ink, [paper])
