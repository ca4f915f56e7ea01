"""The theme as templates see it, under the name `theme`."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from newsletter.config.theme import LightConfig, ThemeConfig
from newsletter.render.pictures.letter import Picture

__all__ = ["Logo", "Theme", "make_theme"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo:
    """The picture above a letter: its address, the width in px it is shown at, and what it says."""

    url: str
    width: int
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Colours in `light` and `dark`, fonts ready for CSS and attributes, the width in px, the logo."""

    light: LightConfig
    dark: LightConfig
    width: int
    text_font: Markup
    title_font: Markup
    small_font: Markup
    code_font: Markup
    logo: Logo | None


def make_theme(config: ThemeConfig, logo: Picture | None, name: str) -> Theme:
    """Return the theme of the configuration, with defaults worked out; `name` is the newsletter's."""
    return Theme(
        light=config.light,
        dark=config.dark,
        width=config.width,
        text_font=_font(config.text_font),
        title_font=_font(config.title_font or config.text_font),
        small_font=_font(config.small_font),
        code_font=_font(config.code_font),
        logo=_logo(config, logo, name),
    )


def _logo(config: ThemeConfig, picture: Picture | None, name: str) -> Logo | None:
    if picture is None:
        return None
    return Logo(url=picture.url, width=picture.width or config.logo_width, alt=config.logo_alt or name)


def _font(stack: str) -> Markup:
    """Return a stack for CSS, where an escaped apostrophe would be none; nothing else can stand in it."""
    return Markup(stack.translate(_UNFIT))  # noqa: S704 (the table takes out what could end a value)


_UNFIT = {ord(character): None for character in '<>&"\\;{}'}
