"""Lines of the letter that stand in an answer without any mark."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.domain.stripped import PieceKind
from newsletter.replies.strip.attribution import may_attribute
from newsletter.replies.strip.labels import Sheet
from newsletter.replies.strip.phrases import begins_with
from newsletter.replies.strip.sent import Echo

__all__ = ["label_unmarked"]

_FEW_WORDS = 4
_ECHOED_WORDS = 8
_MOST_CITED = 60  # words of the letter in an answer around them
_LITTLE = 0.3  # of the letter
_NEAR = 6  # lines
_CUT_OUT = 2  # times as many words of the letter may be missing as stand in their place


def label_unmarked(sheet: Sheet) -> None:
    """Label lines of the letter that stand without any mark."""
    echo = sheet.echo
    if echo is None:
        return
    runs = list(_runs(sheet, echo))
    cited = _cited(sheet, echo, runs)
    for start, end in runs:
        if (start, end) not in cited:
            _label_run(sheet, start, end)


def _runs(sheet: Sheet, echo: Echo) -> Iterator[tuple[int, int]]:
    """Yield the stretches of unmarked lines that are the letter's to a word."""
    start: int | None = None
    for index in range(len(sheet.lines) + 1):
        line = sheet.lines[index] if index < len(sheet.lines) else None
        goes_on = line is not None and sheet.kinds[index] is None and not line.depth
        if goes_on and echo.is_all_sent(index):
            start = index if start is None else start
        elif start is not None and not (
            goes_on and line is not None and _may_be_within(sheet, index, line.is_blank)
        ):
            yield start, index
            start = None


def _cited(sheet: Sheet, echo: Echo, runs: list[tuple[int, int]]) -> frozenset[tuple[int, int]]:
    """Return the runs that the writer took over: little of the letter, with own words above and below."""
    if not sheet.has_letter or sum(sum(echo.covered[start:end]) for start, end in runs) > min(
        _MOST_CITED, echo.length * _LITTLE
    ):
        return frozenset()
    return frozenset(
        (start, end)
        for start, end in runs
        if sheet.has_own_before(start)
        and _goes_on_below(sheet, echo, end)
        and not _touches(sheet, start, end)
    )


def _goes_on_below(sheet: Sheet, echo: Echo, end: int) -> bool:
    return any(sheet.is_own(at) and echo.is_new(at) for at in range(end, min(len(sheet.lines), end + _NEAR)))


def _touches(sheet: Sheet, start: int, end: int) -> bool:
    """Tell whether lines stand right beside some that have a label."""
    is_above = start > 0 and sheet.kinds[start - 1] is not None
    return is_above or (end < len(sheet.lines) and sheet.kinds[end] is not None)


def _may_be_within(sheet: Sheet, index: int, is_blank: bool) -> bool:  # noqa: FBT001
    """Tell whether a line may stand in a run of the letter's lines: blank, or short and followed by one."""
    echo = sheet.echo
    if echo is None or is_blank:
        return True
    after = next((at for at in range(index + 1, min(len(sheet.lines), index + 4)) if echo.words[at]), None)
    before = next((at for at in range(index - 1, max(-1, index - 4), -1) if echo.words[at]), None)
    if after is None or before is None or echo.words[index] >= _FEW_WORDS:
        return False
    is_between = echo.is_sent(before) and echo.is_sent(after)
    if sheet.lines[index].mark is not sheet.lines[before].mark:
        return False
    missing = echo.first[after] - echo.last[before] - 1
    return is_between and echo.words[index] <= missing <= _CUT_OUT * echo.words[index] + _FEW_WORDS


def _label_run(sheet: Sheet, start: int, end: int) -> None:
    echo = sheet.echo
    assert echo is not None
    fewest = _FEW_WORDS if _touches(sheet, start, end) else _ECHOED_WORDS
    if sum(echo.covered[start:end]) < fewest:
        return
    before = next((at for at in range(start - 1, -1, -1) if not sheet.lines[at].is_blank), None)
    sheet.label(range(start, end), PieceKind.QUOTE, "sent-text")
    if before is not None and sheet.kinds[before] is None and _is_salutation(sheet, before, start):
        sheet.label(range(before, start), PieceKind.QUOTE, "sent-text")
        before = next((at for at in range(before - 1, -1, -1) if not sheet.lines[at].is_blank), None)
    if before is not None and sheet.is_own(before) and may_attribute(sheet.lines[before].body, sheet.words):
        sheet.label(range(before, start), PieceKind.ATTRIBUTION, "attribution-letter")


def _is_salutation(sheet: Sheet, before: int, start: int) -> bool:
    """Tell whether a line is the letter's first, with a name of its own in it."""
    echo = sheet.echo
    return (
        echo is not None
        and sheet.has_letter
        and 0 <= echo.first[start] <= _FEW_WORDS
        and 0 < echo.words[before] <= _FEW_WORDS
        and begins_with(sheet.lines[before].body, sheet.words.greetings) is not None
        and (sheet.has_own_before(before) or echo.is_strange(sheet.lines[before].body))
    )
