"""Every known way in which mjml-python 1.4.2 (mrml 6.0.1) differs from the official compiler, by number.

D1 to D3, D7, D12, D17, D19 and D20 are closed by the guard, D4 and D14 by the guard and the inliner; D5, D6,
D8 and D11 are refused by the validator, with an alternative. What is left has a name here; `?` is what
nobody has explained.
"""

from __future__ import annotations

import re

from mjml_views import Difference

__all__ = ["MEANINGS", "explain"]

MEANINGS = {
    "D9": "widths of pictures: fractions of a pixel",
    "D10": "widths of columns: fractions of a pixel",
    "D13 accordion": "an accordion inherits no icons and fonts; its style sheet is written otherwise",
    "D13 carousel": "a carousel's style sheet and thumbnails are written otherwise",
    "D13 hero": "a hero's cells and heights are written otherwise",
    "D13 social": "borders of social icons",
    "D13 table": "a table's border-collapse, and its width with the unit",
    "D16": "MJML 5 gives css-class and id of mj-body to <body>, MJML 4 and mrml to the div in it",
    "D21": "MJML loses text that stands loose between columns; here it is shown, with a note",
}

MEANINGS["refused"] = "the document holds what the validator refuses"

_BETWEEN_COLUMNS = re.compile(r"</mj-column>\s*([^<\s][^<]*?)\s*<mj-column")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def explain(difference: Difference, mjml: str) -> str:
    """Return the name of what causes `difference` in the document `mjml`, `?` when nothing known does."""
    both = f"{difference.ours} {difference.theirs}"
    is_on_body = difference.path in ("html/body", "html/body/div")
    if is_on_body and difference.what in ("class", "id"):
        return "D16"
    if _is_fraction(difference):
        return "D9" if difference.path.endswith("/img") else "D10"
    if "<mj-accordion" in mjml and ("accordion" in both or "noinput" in both or "/label" in difference.path):
        return "D13 accordion"
    if "<mj-carousel" in mjml and ("carousel" in both or "/a" in difference.path):
        return "D13 carousel"
    if "<mj-hero" in mjml and difference.what != "text":
        return "D13 hero"
    if "<mj-social" in mjml and difference.path.endswith("/img") and difference.what == "style.border":
        return "D13 social"
    is_table = difference.path.endswith("/table")
    if (
        "<mj-table" in mjml
        and is_table
        and difference.what in ("style.border-collapse", "width", "style.width")
    ):
        return "D13 table"
    if difference.what == "text" and difference.ours == f"{difference.theirs} … {_loose_text(mjml)}":
        return "D21"
    return "?"


def _loose_text(mjml: str) -> str:
    """Return the text that stands between the columns of a section."""
    found = _BETWEEN_COLUMNS.search(mjml)
    return found[1] if found else ""


def _is_fraction(difference: Difference) -> bool:
    """Say whether both sides are one text but for numbers less than a pixel apart."""
    ours, theirs = _NUMBER.findall(difference.ours), _NUMBER.findall(difference.theirs)
    if len(ours) != len(theirs) or not ours or difference.what == "text":
        return False
    if _NUMBER.sub("#", difference.ours) != _NUMBER.sub("#", difference.theirs):
        return False
    return all(abs(float(one) - float(other)) < 1 for one, other in zip(ours, theirs, strict=True))
