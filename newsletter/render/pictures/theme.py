"""The pictures of the theme: the logo above letters, and the written name below them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from newsletter.config.schema import Config
from newsletter.config.theme import ThemeConfig
from newsletter.content.document import Document, Image
from newsletter.render.pictures.letter import Picture
from newsletter.source import Place

__all__ = ["LOGO", "SIGNATURE", "narrowed", "theme_images"]

LOGO = "[theme] logo"
SIGNATURE = "[theme] signature_image"
"""The source of each among the pictures of a letter; no path of an author's looks like that."""


def theme_images(config: Config, document: Document) -> Iterator[Image]:
    """Yield the pictures that `[theme]` adds to the letter; a written name only where it is signed."""
    theme, place = config.theme, Place(path=config.shown_path)
    if theme.logo:
        alt = theme.logo_alt or config.newsletter.name
        yield Image(source=LOGO, path=config.root / theme.logo, alt=alt, place=place)
    if theme.signature_image and any(token.info == "signature" for token in document.tokens):
        yield Image(source=SIGNATURE, path=config.root / theme.signature_image, alt="", place=place)


def narrowed(shown: Mapping[str, Picture], theme: ThemeConfig) -> dict[str, Picture]:
    """Return `shown` with the pictures of the theme no wider than it says."""
    widest = {LOGO: theme.logo_width, SIGNATURE: theme.signature_width}
    return {source: _within(picture, widest.get(source)) for source, picture in shown.items()}


def _within(picture: Picture, width: int | None) -> Picture:
    if width is None or picture.width is None or picture.height is None or picture.width <= width:
        return picture
    return replace(picture, width=width, height=max(1, round(picture.height * width / picture.width)))
