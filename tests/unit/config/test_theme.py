"""The theme in `newsletter.toml`: readable by default, and what cannot be read is refused and mended."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.config.reader import load_config
from newsletter.config.theme import COLOURS, TEXT_ON_GROUND, ThemeConfig
from newsletter.domain.colour import MIN_CONTRAST, Colour, worst_contrast
from newsletter.errors import ConfigError

_HEX = st.builds("#{:06x}".format, st.integers(0, 0xFFFFFF))


def load(root: Path, text: str, **environment: str) -> ThemeConfig:
    (root / "newsletter.toml").write_text(text, "utf-8")
    return load_config(root / "newsletter.toml", environment=environment).theme


def complaints(root: Path, text: str, **environment: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(root, text, **environment)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"), [(text, ground) for text, grounds in TEXT_ON_GROUND.items() for ground in grounds]
)
def test_every_pair_of_the_default_theme_keeps_its_contrast_however_it_is_shown(
    scheme: str, text: str, ground: str
) -> None:
    colours = getattr(ThemeConfig(), scheme)

    ratio, showing = worst_contrast(
        Colour.parse(getattr(colours, text)), Colour.parse(getattr(colours, ground))
    )

    assert ratio >= MIN_CONTRAST, showing


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_default_colour_is_pure_black_or_white(scheme: str) -> None:
    colours = {getattr(getattr(ThemeConfig(), scheme), name) for name in COLOURS}

    assert colours.isdisjoint({"#000000", "#ffffff"})


def test_a_theme_may_name_any_part_of_itself(tmp_path: Path) -> None:
    theme = load(
        tmp_path,
        "[theme]\nwidth = 560\ntext_font = 'Verdana, \"DejaVu Sans\", sans-serif'\n"
        "[theme.light]\nink = '#222'",
    )

    assert 560 == theme.width
    assert "Verdana, 'DejaVu Sans', sans-serif" == theme.text_font
    assert "#222222" == theme.light.ink
    assert ThemeConfig().light.paper == theme.light.paper


def test_the_theme_is_part_of_the_digest_of_a_letter(tmp_path: Path) -> None:
    digests = set()
    for text in ("", "[theme]\nwidth = 560", "[theme.dark]\nrule = '#444444'"):
        (tmp_path / "newsletter.toml").write_text(text)
        digests.add(load_config(tmp_path / "newsletter.toml", environment={}).digest)

    assert 3 == len(digests)


@pytest.mark.parametrize(
    ("text", "line", "what", "fix"),
    [
        ("[theme]\nwidth = 900", 2, "900 is outside 480 to 640 px", ""),
        ("[theme]\ntext_font = 'Inter'", 2, '"Inter" is not on every device', '"Inter, serif"'),
        ("[theme]\ntext_font = 'Georgia, serif; x'", 2, "is not the name of a font", "commas between names"),
        ("[theme]\ncode_font = '<b>, serif'", 2, "is not the name of a font", ""),
        ("[theme]\ntext_font = ''", 2, "is not the name of a font", ""),
        ("[theme]\npaper = '#fff'", 2, '"paper" is not known in [theme]', "it belongs in [theme.light]"),
        ("[theme.light]\npapre = '#fff'", 2, '"papre" is not known', 'did you mean "paper"?'),
        ("[theme.lihgt]\npaper = '#fff'", 1, "[theme.lihgt] is not known", 'did you mean "light"?'),
        ("[theme.light]\nink = 'red'", 2, '"red" is not a colour', '"#1f5f5b"'),
        ("[theme.light]\nink = 3", 2, "text belongs here, not a number", ""),
        ("theme = 'dark'", 1, "theme is a table", ""),
        ("[theme]\ndark = '#000'", 2, "theme.dark is a table", ""),
    ],
)
def test_a_wrong_value_is_named_with_its_line_and_mend(
    tmp_path: Path, text: str, line: int, what: str, fix: str
) -> None:
    found = complaints(tmp_path, text)

    assert 1 == len(found), found
    assert found[0].startswith(f"{tmp_path / 'newsletter.toml'}:{line}: ")
    assert what in found[0]
    assert fix in found[0]


def test_a_text_without_contrast_is_refused_with_the_ratio_and_a_colour_that_passes(tmp_path: Path) -> None:
    (found,) = complaints(tmp_path, "[theme.light]\nink = '#999999'")

    assert f"{tmp_path / 'newsletter.toml'}:2: theme.light.ink: #999999 has too little contrast" in found
    assert "paper #fbf9f4 (2.71 to 1)" in found
    assert "WCAG 2.2 (1.4.3) asks for 4.5 to 1" in found
    mended = re.search(r'write ink = "(#[0-9a-f]{6})"', found)
    assert mended is not None
    assert mended[1] == load(tmp_path, f"[theme.light]\nink = '{mended[1]}'").light.ink


def test_a_new_ground_is_named_where_it_stands_with_every_text_it_spoils(tmp_path: Path) -> None:
    found = complaints(tmp_path, "[theme.dark]\n\npaper = '#eeeeee'")

    assert 3 == len(found)
    assert all(problem.startswith(f"{tmp_path / 'newsletter.toml'}:3: theme.dark.") for problem in found)
    assert all("paper #eeeeee" in problem and "fix: " in problem for problem in found)


def test_a_pair_that_fails_only_when_turned_round_is_refused_and_says_so(tmp_path: Path) -> None:
    (found,) = complaints(tmp_path, "[theme.light]\naccent = '#0000dd'")

    assert "turned round)" in found
    assert "some mail programs turn the colours of a letter round" in found


def test_a_ground_on_which_nothing_can_be_read_asks_for_another_ground(tmp_path: Path) -> None:
    found = complaints(tmp_path, "[theme.light]\nbutton = '#808080'")

    assert "choose button lighter or darker first" in found[0]


def test_a_colour_that_is_none_is_not_judged_for_contrast_as_well(tmp_path: Path) -> None:
    (found,) = complaints(tmp_path, "[theme.light]\npaper = 'grey'")

    assert '"grey" is not a colour' in found


def test_a_colour_from_the_environment_is_blamed_on_the_environment(tmp_path: Path) -> None:
    (found,) = complaints(tmp_path, "", NEWSLETTER_THEME_LIGHT_INK="#aaaaaa")

    assert found.startswith("environment variable NEWSLETTER_THEME_LIGHT_INK: theme.light.ink: #aaaaaa")


@given(st.dictionaries(st.sampled_from(COLOURS), _HEX, max_size=9))
def test_whatever_colours_are_asked_for_are_readable_or_refused(
    tmp_path_factory: pytest.TempPathFactory, wanted: dict[str, str]
) -> None:
    root = tmp_path_factory.mktemp("theme")
    text = "[theme.light]\n" + "".join(f"{name} = '{value}'\n" for name, value in wanted.items())
    try:
        theme = load(root, text)
    except ConfigError as error:
        problems = error.problems
    else:
        problems, shown = (), theme.light

    assert all(problem.place and problem.fix for problem in problems)
    if problems:
        return
    for name, grounds in TEXT_ON_GROUND.items():
        for ground in grounds:
            pair = (Colour.parse(getattr(shown, part)) for part in (name, ground))
            assert worst_contrast(*pair)[0] >= MIN_CONTRAST
