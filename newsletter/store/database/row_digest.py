"""A digest of a reader as they stand on the list, which every database makes alike."""

from __future__ import annotations

from hashlib import md5

__all__ = ["TAG_SEPARATOR", "row_digest"]

TAG_SEPARATOR = "\x1e"
"""Stands between the folded tags that go into a digest."""


def row_digest(*values: str | None) -> str:
    """Return a digest of a reader: email, status, lang, source, fields, joined, confirmed, tags; as stored.

    It tells whether somebody was changed, and guards no secret: MD5, because every database has it.
    Tags are folded, sorted, and joined by TAG_SEPARATOR.
    """
    text = "\x1f".join([value or "" for value in values])
    return md5(text.encode(), usedforsecurity=False).hexdigest()
