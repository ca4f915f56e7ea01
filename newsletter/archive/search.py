"""What the page's own search looks through: one JSON file, fetched when somebody begins to type."""

from __future__ import annotations

import json

from newsletter.archive.edition import Edition

__all__ = ["SEARCH_INDEX", "search_index"]

SEARCH_INDEX = "search.json"


def search_index(edition: Edition) -> bytes:
    """Return the public issues in every language: `path`, `lang`, `day`, `title`, `text` and `tags`."""
    entries = [
        {
            "path": f"{issue.folder(letter)}/",
            "lang": letter.lang,
            "day": issue.at.date().isoformat(),
            "title": letter.title,
            "text": " ".join(part for part in (letter.preheader, letter.text) if part),
            "tags": list(letter.tags),
        }
        for issue in edition.listed
        for letter in issue.letters
    ]
    return (json.dumps(entries, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
