"""Tags of issues, as names of pages."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

__all__ = ["tag_slug"]

_APART = re.compile(r"[^a-z0-9]+")
_AFTER_A_WORD = re.compile(r"(?<=\w)[+#]+")  # C++, C#, 50+; not #tag, and not "wonen + zorg"
_BEFORE_A_WORD = re.compile(r"(?<!\S)\.(?=\w)")  # .NET
_SIGNS = {"+": " plus ", "#": " sharp "}
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})


def tag_slug(tag: str) -> str:
    """Return the name of a tag's page: letters, digits and hyphens, with a digest for other scripts.

    Tags that differ only in capitals, accents or punctuation have one page. Signs that make another word
    are spelled out: C++ is c-plus-plus, C# is c-sharp, .NET is dot-net.
    """
    small = tag.casefold()
    spelled = _AFTER_A_WORD.sub(lambda signs: "".join(_SIGNS[sign] for sign in signs[0]), small)
    known = unicodedata.normalize("NFKD", _BEFORE_A_WORD.sub("dot ", spelled)).translate(_LETTERS)
    slug = _APART.sub("-", known.encode("ascii", "ignore").decode()).strip("-")
    if any(letter.isalnum() and not letter.isascii() for letter in known) or not slug:
        return f"{slug or 'tag'}-{sha256(small.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
    return slug
