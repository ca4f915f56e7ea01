"""`[archive]`: the letters that went out, as pages for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from newsletter.config.keys import key as _key
from newsletter.domain.visibility import Visibility

__all__ = ["ArchiveConfig"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveConfig:
    """`[archive]`: the letters that went out, as pages for everybody."""

    visibility: Visibility = _key(
        "Issues that say nothing of it: `public`, `unlisted` (a page for who has the address) or `hidden`.",
        Visibility.PUBLIC,
    )
    description: str = _key("One or two sentences on what the newsletter is, above the list of letters.", "")
    subscribe_url: str | None = _key("Where one subscribes, as a web address; a link to it on every page.")
    words: Mapping[str, str] = _key(
        'What a field without fallback says to everybody, such as `{ organisation = "je organisatie" }`.', {}
    )
    font: str | None = _key(
        "Font file for the pictures beside shared links, as a path; for letters beyond Latin script."
    )
