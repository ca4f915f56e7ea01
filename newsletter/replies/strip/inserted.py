"""What a writer typed between or under the lines of the letter when their program marks no quotes."""

from __future__ import annotations

import re

from newsletter.replies.strip.labels import Sheet
from newsletter.replies.strip.sent import Echo

__all__ = ["free_inserted"]

_COVERED = 0.4  # so much of what is below has to be the letter's
_NEAR = 4  # words of the letter that may be missing at a seam
_FEWEST_WORDS = 2
_NAMED = re.compile(
    r"\[(?!Image|Logo|Afbeelding|Bild|Imagen|Picture|Photo|Foto|Extern|EXT)[A-ZÀ-Þ][\w.'-]{0,20}"
    r"(?: [A-ZÀ-Þ][\w'-]{0,20})?\]:? [^\W\d_]"
)
_CUT_OUT = 2  # times as many words of the letter are gone as stand in their place


def free_inserted(sheet: Sheet, below: int) -> None:
    """Give back what stands in the quoted letter and is not of it, from line `below` on.

    Between two lines: where the letter goes on without a gap, so that nothing of it can be missing there, or
    where so much of it was cut out that what stands there cannot be the same said otherwise.
    Under it: where the letter was quoted to its last words. Without the letter at hand, only lines that begin
    with a name in brackets, as Outlook puts there for who answers in between.
    """
    echo = sheet.echo
    if echo is None or not sheet.has_letter:
        _free_named(sheet, below)
        return
    region = [at for at in range(below, len(sheet.lines)) if not sheet.lines[at].is_blank]
    if echo.share(region) < _COVERED:
        return
    run: list[int] = []
    before: int | None = None
    for at in region:
        if echo.is_new(at) and not _is_furniture(sheet, at):
            run.append(at)
            continue
        if run and before is not None and echo.is_sent(at) and _fits(echo, before, at, run):
            _free(sheet, run)
        run = []
        if echo.is_sent(at):
            before = at
    if run and before is not None and echo.last[before] >= echo.length - _NEAR:
        _free(sheet, run)


def _free_named(sheet: Sheet, below: int) -> None:
    for at in range(below, len(sheet.lines)):
        if _NAMED.match(sheet.lines[at].body):
            sheet.free((at,))


def _fits(echo: Echo, before: int, after: int, run: list[int]) -> bool:
    missing = echo.first[after] - echo.last[before] - 1
    return 0 <= missing <= _NEAR or missing > _CUT_OUT * sum(echo.words[at] for at in run) + _NEAR


def _free(sheet: Sheet, run: list[int]) -> None:
    echo = sheet.echo
    if echo is not None and sum(echo.words[at] for at in run) >= _FEWEST_WORDS:
        sheet.free(range(run[0], run[-1] + 1))


def _is_furniture(sheet: Sheet, at: int) -> bool:
    """Tell whether a line is what programs leave of pictures and links."""
    body = sheet.lines[at].body.lower()
    return body.startswith(("<http", "http", "[cid:", "[http", "[image", "<mailto")) or (
        " " not in body and "://" in body
    )
