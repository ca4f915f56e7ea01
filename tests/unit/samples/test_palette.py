"""The colours of the letter can be read: in light, in dark, and when a mail program turns them round."""

from __future__ import annotations

import colorsys
import re
from pathlib import Path

import pytest

Colour = tuple[float, float, float]

TEMPLATE = Path(__file__).parents[3] / "templates" / "base.mjml.j2"
PAIRS = (
    ("ink", "paper"),
    ("soft", "paper"),
    ("accent", "paper"),
    ("ink", "ask"),
    ("soft", "ask"),
    ("accent", "ask"),
    ("ink", "aside"),
    ("soft", "aside"),
    ("accent", "aside"),
    ("label", "button"),
)


def _palette(name: str) -> dict[str, Colour]:
    found = re.search(rf"set {name} = \{{(.*?)\}}", TEMPLATE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return {key: _colour(value) for key, value in re.findall(r'"(\w+)": "(#[0-9a-f]{6})"', found[1])}


def _colour(value: str) -> Colour:
    red, green, blue = (int(value[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _luminance(colour: Colour) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of WCAG 2.2."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _turned(colour: Colour) -> Colour:
    """Return `colour` with its lightness turned round, as mail programs do that darken letters themselves."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*colour)
    return colorsys.hls_to_rgb(hue, 1 - lightness, saturation)


def _partly_turned(text: Colour, ground: Colour) -> tuple[Colour, Colour]:
    """Turn a light ground dark, and the text on it only where that is dark."""
    if _luminance(ground) <= 0.4:
        return text, ground
    return (_turned(text) if _luminance(text) < 0.4 else text), _turned(ground)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_every_pair_of_colours_keeps_its_contrast_however_it_is_shown(
    scheme: str, text: str, ground: str
) -> None:
    palette = _palette(scheme)
    shown = palette[text], palette[ground]

    ratios = {
        "as designed": _contrast(*shown),
        "turned round": _contrast(_turned(shown[0]), _turned(shown[1])),
        "partly turned round": _contrast(*_partly_turned(*shown)),
    }

    assert min(ratios.values()) >= 4.5, ratios


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_colour_is_pure_black_or_white(scheme: str) -> None:
    extremes = {(0.0, 0.0, 0.0), (1.0, 1.0, 1.0)}

    assert extremes.isdisjoint(_palette(scheme).values())
