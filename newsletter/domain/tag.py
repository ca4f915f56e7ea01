"""Tags of issues, as names of pages."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

__all__ = ["tag_slug"]

_APART = re.compile(r"[^a-z0-9]+")


def tag_slug(tag: str) -> str:
    """Return the name of a tag's page: letters, digits and hyphens; a digest for other scripts.

    Tags that differ only in capitals, accents or punctuation have one page.
    """
    plain = unicodedata.normalize("NFKD", tag.casefold()).encode("ascii", "ignore").decode()
    slug = _APART.sub("-", plain).strip("-")
    return slug or f"tag-{sha256(tag.casefold().encode()).hexdigest()[:8]}"
