"""From MJML with marks to HTML: scan, validate, guard, compile, compare the text; faults have their line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mjml import mjml2html

from newsletter.errors import ContentError, Problem
from newsletter.render.linemap import LineMap
from newsletter.render.mjml.body_place import misplaced_body
from newsletter.render.mjml.guard import MAX_LENGTH, Guarded, freed, guard
from newsletter.render.mjml.nesting import Nested, nest
from newsletter.render.mjml.text_loss import lost_text
from newsletter.render.mjml.tokens import Fault, tokenise
from newsletter.render.mjml.validate import validate

__all__ = ["Compiled", "compile_mjml"]

_POSITION = re.compile(r"\s*(?:in root template )?at position (\d+)(?::\d+)?")
_MAX_HTML = 1_000_000
"""Longest HTML inlined, in characters; ten times what mail programs show."""

_FRACTION = re.compile(r'(<img\b[^<>]*? width="\d+|<td style="width:\d+)\.\d+(?="|px;?">)')
"""A width of a picture, or of the cell around it, that is no whole number of pixels (D9)."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """HTML of a letter, the style sheets that are still to be inlined, and what the author should know."""

    html: str
    inline_css: tuple[str, ...]
    notes: tuple[Problem, ...] = ()


def compile_mjml(source: LineMap, *, body: str | None = None) -> Compiled:
    """Compile MJML. Raises ContentError with every fault at its place in the template.

    `body` is the path that marks the letter in `source`; a template that puts the letter where no section
    may stand is told that, instead of a fault for every element of the letter.
    Never reads a file and never asks the network: fonts are not fetched, includes are refused.
    All text of the template stands in the HTML, or it is a fault.
    """
    if len(source.text) > MAX_LENGTH:
        raise ContentError(_too_long(f"the letter is over {MAX_LENGTH:,} characters of MJML", source))
    tokens, faults = tokenise(source.text)
    if not faults:
        nested, faults = nest(tokens)
    ContentError.raise_if(_problems(faults, source))
    found = validate(nested)
    ContentError.raise_if(_validated([one for one in found if not one.is_note], nested, source, body))
    guarded = guard(nested)
    html = _html(guarded, source)
    if len(html) > _MAX_HTML:
        raise ContentError(_too_long(f"the letter is {len(html):,} characters of HTML", source))
    ContentError.raise_if(_problems(lost_text(guarded, html), source))
    notes = _problems([one for one in found if one.is_note], source)
    return Compiled(_FRACTION.sub(r"\1", html), guarded.inline_css, tuple(notes))


def _too_long(what: str, source: LineMap) -> Problem:
    return Problem(
        what=what,
        place=source.place(0),
        why="mail programs cut off a letter of more than 100,000 bytes",
        fix="shorten it, or put the long part on a page and link to it",
    )


def _validated(
    faults: Sequence[Fault], nested: Sequence[Nested], source: LineMap, body: str | None
) -> list[Problem]:
    """Return `faults` as problems; of a letter in the wrong place only that it is there."""
    problems = _problems(faults, source)
    entry = source.entry(body) if body else None
    fault = misplaced_body(nested, entry.offset) if entry else None
    if entry is None or fault is None:
        return problems
    own = [problem for problem in problems if problem.place is None or problem.place.path != body]
    return [*own, Problem(what=fault.what, place=entry.place, why=fault.why, fix=fault.fix)]


def _html(guarded: Guarded, source: LineMap) -> str:
    try:
        return freed(str(mjml2html(guarded.mjml, fonts={})))
    except ValueError as error:
        position = _POSITION.search(str(error))
        place = source.place(guarded.offset(int(position[1])) if position else 0)
        if place is not None and position is None:
            place = type(place)(path=place.path)
        what = _POSITION.sub("", str(error))
        raise ContentError(Problem(what=f"the MJML cannot be compiled: {what}", place=place)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # pyo3's class for a Rust panic cannot be imported
            raise
        raise ContentError(
            Problem(what=f"the MJML compiler broke down: {error}", place=source.place(0))
        ) from error


def _problems(faults: Iterable[Fault], source: LineMap) -> list[Problem]:
    return [
        Problem(what=fault.what, place=source.place(fault.offset), why=fault.why, fix=fault.fix)
        for fault in sorted(faults, key=lambda fault: fault.offset)
    ]
