"""`[theme]`: the colours, fonts and measures that every template takes its looks from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from newsletter.config.keys import key as _key

__all__ = ["COLOURS", "TEXT_ON_GROUND", "DarkConfig", "LightConfig", "ThemeConfig"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LightConfig:
    """`[theme.light]`: the colours of a letter, each as `#rrggbb`."""

    paper: str = _key("Behind the letter.", "#fbf9f4")
    ink: str = _key("Text.", "#2b2721")
    soft: str = _key("Small text: date, footer, footnotes, quotations.", "#665e52")
    accent: str = _key("Links, the newsletter's name, the name under a signature.", "#1f5f5b")
    rule: str = _key("Lines between parts.", "#dcd5c7")
    ask: str = _key("Behind a `::: question`.", "#e6efea")
    aside: str = _key("Behind a `::: note`, code and a table of contents.", "#f2eddf")
    button: str = _key("Behind the label of a button, and behind the masthead of a digest.", "#1f5f5b")
    label: str = _key("Label of a button, and the words in the masthead of a digest.", "#fbf9f4")


@dataclass(frozen=True, slots=True, kw_only=True)
class DarkConfig(LightConfig):
    """`[theme.dark]`: the same colours where the reader's device is dark."""

    paper: str = _key("Behind the letter.", "#1c1b19")
    ink: str = _key("Text.", "#e6e0d5")
    soft: str = _key("Small text: date, footer, footnotes, quotations.", "#b3aa9b")
    accent: str = _key("Links, the newsletter's name, the name under a signature.", "#a8d9cf")
    rule: str = _key("Lines between parts.", "#45413a")
    ask: str = _key("Behind a `::: question`.", "#20312e")
    aside: str = _key("Behind a `::: note`, code and a table of contents.", "#2b2823")
    button: str = _key("Behind the label of a button, and behind the masthead of a digest.", "#a8d9cf")
    label: str = _key("Label of a button, and the words in the masthead of a digest.", "#16211f")


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeConfig:
    """`[theme]`: what every template takes its looks from."""

    width: int = _key("Width of the letter in px, from 480 to 640; phones narrow it.", 600)
    text_font: str = _key(
        "Font of the text: names in order of choice, the last a generic one.",
        "Georgia, 'Times New Roman', serif",
    )
    title_font: str | None = _key("Font of titles and headings; defaults to `text_font`.")
    small_font: str = _key(
        "Font of the date, the footer and other small text.",
        "-apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif",
    )
    code_font: str = _key("Font of code.", "Menlo, Consolas, 'Liberation Mono', monospace")
    logo: str | None = _key("Picture above every letter, as a path in the project: PNG, JPEG or GIF.")
    logo_alt: str = _key(
        "What the logo says, for who does not see it; defaults to the newsletter's name.", ""
    )
    logo_width: int = _key("Widest the logo is shown, in px; save it at twice that, as `logo@2x.png`.", 180)
    signature_image: str | None = _key("Picture of a written name, for every `::: signature`; a path.")
    signature_width: int = _key("Widest the written name is shown, in px.", 200)
    light: LightConfig = field(default_factory=LightConfig)
    dark: DarkConfig = field(default_factory=DarkConfig)


TEXT_ON_GROUND: Mapping[str, tuple[str, ...]] = {
    "ink": ("paper", "ask", "aside"),
    "soft": ("paper", "ask", "aside"),
    "accent": ("paper", "ask", "aside"),
    "label": ("button",),
}
"""Each colour of text, with every colour it may stand on in a template."""

COLOURS = tuple(declared.name for declared in fields(LightConfig))
"""The names of the colours, the same in light and in dark."""
