"""The two ways a letter is seen: by the web view (all but classic Outlook) and by Outlook's (mso) view.

Classic Outlook reads what stands in conditional comments and skips what `<!--[if !mso]><!-->` begins;
every other mail program does it the other way round (Microsoft, *About conditional comments*).
"""

from __future__ import annotations

import re
from enum import StrEnum

__all__ = ["BLANK", "View", "seen_in", "text_in"]

BLANK = "\0"
"""Stands in for every character that a view does not show, so that positions stay what they are."""

_COMMENT = r"<!--[^-]*+(?>(?:-(?!->)[^-]*+)*)-->"
_REVEALED_END = r"<!--<!\[endif\]-->"
_REVEALED = rf"<!--\[if !mso[^\]<>]*\]><!-->[^<]*+(?>(?:<(?!!--<!\[endif\]-->)[^<]*+)*){_REVEALED_END}"
_MSO_ONLY = rf"{_REVEALED}|<!--\[if (?!!)[^\]<>]*\]>|<!\[endif\]-->|<!--(?!\[if (?!!)){_COMMENT[4:]}"
_TAG = r"<style\b[^<>]*>[^<]*+(?>(?:<(?!/style>)[^<]*+)*)</style>|<[^<>]*>"


class View(StrEnum):
    """Who looks: WEB is every mail program but MSO, classic Outlook for Windows."""

    WEB = "web"
    MSO = "mso"


_HIDDEN = {View.WEB: re.compile(_COMMENT), View.MSO: re.compile(_MSO_ONLY)}
_NO_TEXT = {View.WEB: re.compile(f"{_COMMENT}|{_TAG}"), View.MSO: re.compile(f"{_MSO_ONLY}|{_TAG}")}


def seen_in(markup: str, view: View) -> str:
    """Return `markup` with all that `view` skips as `BLANK`; no position changes."""
    return _HIDDEN[view].sub(lambda match: BLANK * len(match.group()), markup)


def text_in(markup: str, view: View) -> str:
    """Return what stands between the tags of `markup` in `view`, style sheets apart, as written."""
    return _NO_TEXT[view].sub("", markup)
