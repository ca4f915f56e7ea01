"""Inlining: premailer in the one configuration that leaves MJML's output what it was.

With premailer's defaults the doctype goes (quirks mode), media queries lose `!important`, image widths
become 100 % (Outlook), style sheets are rewritten and fonts are fetched over the network. Here every
`<style>` stays byte for byte and the network is never asked. What is `!important` in a sheet wins from a
style attribute, as in a browser; premailer on its own lets it lose.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import premailer
import premailer.cache
from premailer.merge_style import csstext_to_pairs

from newsletter.errors import ContentError, Problem

if TYPE_CHECKING:
    from lxml.html import HtmlElement as _Element

__all__ = ["inline_css"]

_DOCTYPE = re.compile(r"\A\s*<!doctype html>", re.IGNORECASE)
_STYLE = re.compile(r"<style(?=[\s>])", re.IGNORECASE)
_IGNORE = ' data-premailer="ignore"'
_IGNORED = re.compile(rf"(<style\b[^<>]*){_IGNORE}", re.IGNORECASE)
_OPTIONS = {
    "allow_network": False,
    "allow_loading_external_files": False,
    "keep_style_tags": False,
    "strip_important": True,
    "exclude_pseudoclasses": True,
    "include_star_selectors": False,
    "remove_classes": False,
    "capitalize_float_margin": False,
    "align_floating_images": False,
    "remove_unset_properties": False,
    "disable_basic_attributes": ["align", "valign", "bgcolor", "width", "height"],
    "disable_validation": True,
    "disable_leftover_css": False,
    "cache_css_parsing": True,
    "preserve_handlebar_syntax": False,
    "base_url": None,
    "method": "html",
    "cssutils_logging_level": logging.CRITICAL,
}
_Rule = tuple[tuple[int, ...], str, str]  # specificity, selector, declarations
_Leftover = tuple[str, str]
_IMPORTANT = "-important-"
"""Begins the name of a property on its way through premailer when its declaration is `!important`."""

_UNCOUNTED = re.compile(r"\[|:first-child|:last-child")
_LOCK = threading.RLock()  # premailer's cache and cssutils' log level belong to the whole process


def inline_css(html: str, sheets: Sequence[str]) -> str:
    """Return `html` with the rules of `sheets` written into the elements they match.

    Style elements, comments and the doctype stay as they are. Raises ContentError for CSS that premailer
    cannot carry out; the template validator refuses all such CSS known before it comes here.
    """
    html = _DOCTYPE.sub("<!DOCTYPE html>", html)  # premailer drops the doctype in lower case
    html = _STYLE.sub(f"<style{_IGNORE}", html)  # cssutils never sees these, so cannot fetch their @import
    with _LOCK:
        try:
            html = _transform(html, sheets)
        except (TypeError, AttributeError, SyntaxError, ValueError) as error:
            premailer.cache.cache.clear()
            raise ContentError(
                Problem(
                    what=f"the style sheet to inline cannot be carried out: {error}",
                    why="a rule, or a style attribute of an element it matches, is not plain CSS",
                )
            ) from error
    return _IGNORED.sub(r"\1", html)  # premailer forgets it on media="…" and in comments


class _Inliner(premailer.Premailer):  # type: ignore[misc]  # premailer has no types
    """premailer that remembers style sheets it has cut into rules, which takes half of its time."""

    def _parse_style_rules(self, css_body: str, ruleset_index: int) -> tuple[list[_Rule], list[_Leftover]]:
        rules, leftover = _rules(css_body, ruleset_index)
        return list(rules), list(leftover)

    def _style_to_basic_html_attributes(self, element: _Element, style: str, *, force: bool = False) -> None:
        """Give `!important` its due; premailer calls this for each element once its rules are merged."""
        if _IMPORTANT in style:
            style = _with_important(style)
            element.attrib["style"] = style
        super()._style_to_basic_html_attributes(element, style, force=force)


@lru_cache(maxsize=32)
def _rules(sheet: str, index: int) -> tuple[tuple[_Rule, ...], tuple[_Leftover, ...]]:
    rules, leftover = premailer.Premailer("", **_OPTIONS)._parse_style_rules(sheet, index)
    return tuple(_exact(rule) for rule in rules), tuple(leftover)


def _exact(rule: _Rule) -> _Rule:
    """Count attributes and :first-child as classes (Selectors 3, section 9); mark what is `!important`."""
    (is_important, ids, classes, *rest), selector, declarations = rule
    if is_important:
        declarations = ";".join(
            f"{_IMPORTANT}{name}:{value}" for name, value in csstext_to_pairs(declarations)
        )
    specificity = (is_important, ids, classes + len(_UNCOUNTED.findall(selector)), *rest)
    return specificity, selector, declarations


def _with_important(style: str) -> str:
    """Return the declarations of `style`, those marked last and in the place of others of their name."""
    kept: dict[str, str] = {}
    important: dict[str, str] = {}
    for name, value in csstext_to_pairs(style):
        if name.startswith(_IMPORTANT):
            important[name.removeprefix(_IMPORTANT)] = value
        else:
            kept[name] = value
    for name, value in important.items():
        if not kept.get(name, "").endswith("!important"):  # of the element itself: that wins
            kept.pop(name, None)
            kept[name] = value
    return "; ".join(f"{name}:{value}" for name, value in kept.items())


def _transform(html: str, sheets: Sequence[str]) -> str:
    inliner = _Inliner(html, css_text=[sheet for sheet in sheets if sheet.strip()], **_OPTIONS)
    return str(inliner.transform(pretty_print=False))
