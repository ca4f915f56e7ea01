"""The line by which ticket systems know where an answer to their mail ends: above it."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["is_answer_above"]

_LONGEST: Final = 200  # characters
_ANSWER_ABOVE: Final = re.compile(  # whoever wrote what stands below it
    r"\s{0,9}[#=*_—–-][#=*_ —–-]{1,40}[^\W_].{0,100}?\b(?:boven|above|oberhalb|dessus|encima|arriba)\b"
    r".{0,40}\b(?:regel|lijn|line|zeile|ligne|l[íi]nea)\b.{0,20}$",
    re.IGNORECASE,
)


def is_answer_above(line: str) -> bool:
    """Tell whether a line of a mail asks to type answers above it: nobody wrote it, and it says nothing.

    As Zendesk ("##- Please type your reply above this line -##") and GLPI write it, in the languages of our
    readers.
    """
    return _ANSWER_ABOVE.match(line[:_LONGEST]) is not None
