"""What of a mail somebody else wrote: quoted lines, what an attribution stands above, the letter itself."""

from __future__ import annotations

from collections.abc import Sequence

from newsletter.domain.stripped import PieceKind
from newsletter.replies.containers import Mark
from newsletter.replies.strip.attribution import attribution_at
from newsletter.replies.strip.headers import header_block_at, is_timed
from newsletter.replies.strip.inserted import free_inserted
from newsletter.replies.strip.labels import Sheet
from newsletter.replies.strip.lines import Line
from newsletter.replies.strip.separators import is_groupwise, is_rule, is_separator

__all__ = ["label_quotes"]

_QUOTE, _ATTRIBUTION = PieceKind.QUOTE, PieceKind.ATTRIBUTION
_BLOCKQUOTES = (Mark.BLOCKQUOTE, Mark.CITED)
_LONG_QUOTED = 60
_FEW_WORDS = 4
_ECHOED_WORDS = 8
_NEAR = 40  # lines
_MOSTLY_THE_LETTER = 0.6
_CUT_OUT = 2  # times as many words of the letter may be missing as stand in their place


def label_quotes(sheet: Sheet) -> None:
    """Label what is quoted. One pass over the lines; what comes below a header block is quoted to the end."""
    index = 0
    while index < len(sheet.lines):
        index = _next(sheet, index)
    _label_wrapped(sheet)
    _label_echo(sheet)
    _label_loose_quotes(sheet)
    _label_blockquotes(sheet)
    _label_rules(sheet)


def _next(sheet: Sheet, index: int) -> int:
    """Look at the line at `index`; return where to look next."""
    line, words = sheet.lines[index], sheet.words
    if sheet.kinds[index] is not None:
        return index + 1
    if line.mark is Mark.BELOW:
        return _to_the_end(sheet, index, index, "markup")
    if line.mark is Mark.QUOTE:
        sheet.label((index,), _QUOTE, "markup")
        return index + 1
    if line.mark is Mark.ATTRIBUTION:
        sheet.label((index,), _ATTRIBUTION, "markup")
        return index + 1
    if line.depth and is_groupwise(line.raw):
        return _to_the_end(sheet, index, index + 1, "separator")
    if line.depth or line.is_blank:
        return index + 1
    if is_separator(line.body, words):
        return _to_the_end(sheet, index, index + 1, "separator")
    header = header_block_at(sheet.lines, index, words, is_below=sheet.has_own_before(index))
    if header and _is_of_a_mail(sheet, index, index + header):
        return _to_the_end(sheet, index, index + header, "header-block")
    return _attributed(sheet, index)


def _is_of_a_mail(sheet: Sheet, start: int, end: int) -> bool:
    """Tell whether header lines stand above somebody's mail, rather than in a plan of the writer's own.

    With the letter at hand, lines that name neither address nor time need something of it below them.
    """
    if not sheet.has_letter or any("@" in sheet.lines[at].body for at in range(start, end)):
        return True
    if any(is_timed(sheet.lines[at].body) for at in range(start, end)):
        return True
    return sheet.echo is not None and sheet.echo.share(range(end, min(len(sheet.lines), end + _NEAR))) > 0


def _attributed(sheet: Sheet, index: int) -> int:
    found = attribution_at(sheet.lines, index, sheet.words)
    if found is None:
        return index + 1
    end = index + found.count
    following = next((at for at in range(end, len(sheet.lines)) if not sheet.lines[at].is_blank), None)
    if following is None or sheet.lines[following].depth:
        sheet.label(range(index, end), _ATTRIBUTION, "attribution")
        return end
    if sheet.lines[following].mark in (Mark.QUOTE, *_BLOCKQUOTES) and sheet.lines[index].mark is None:
        sheet.label(range(index, end), _ATTRIBUTION, "attribution")
        return end
    if not found.has_address and not _is_believed(sheet, following):
        return index + 1
    sheet.label(range(index, end), _ATTRIBUTION, "attribution")
    rule = "attribution-unmarked" if found.has_address else "attribution-bare"
    return _to_the_end(sheet, index, end, rule)


def _is_believed(sheet: Sheet, following: int) -> bool:
    """Tell whether what stands below an attribution without an address may be a quote.

    With the letter at hand it has to hold something of it, because people write such sentences too.
    """
    if sheet.echo is None or not sheet.has_letter:
        return True
    near = range(following, min(len(sheet.lines), following + 8))
    return sheet.echo.share(near) > 0.3


def _to_the_end(sheet: Sheet, start: int, below: int, rule: str) -> int:
    """Label all from `start` to the end, but for what the writer put between or under the letter's lines."""
    sheet.label(range(start, below), _ATTRIBUTION, rule)
    sheet.label(range(below, len(sheet.lines)), _QUOTE, rule)
    free_inserted(sheet, below)
    return len(sheet.lines)


def _label_wrapped(sheet: Sheet) -> None:
    """Label what fell out of a long quoted line: lower case, between quoted lines, no sentence before it."""
    lines = sheet.lines
    for index in range(1, len(lines) - 1):
        before, line, after = lines[index - 1], lines[index], lines[index + 1]
        if not before.depth or line.depth or not after.depth or line.is_blank:
            continue
        is_sentence = line.body[:1].islower() and before.body[-1:] not in ".!?:"
        if (len(before.body) >= _LONG_QUOTED and is_sentence) or _is_link(line.body):
            sheet.label((index,), _QUOTE, "wrapped-quote")


def _is_link(text: str) -> bool:
    """Tell whether a line is a piece of a link and nothing else."""
    bare = text.rstrip("> ")
    return " " not in bare and ("://" in bare or "=" in bare)


def _label_echo(sheet: Sheet) -> None:
    """Label lines of the letter that stand without any mark."""
    echo = sheet.echo
    if echo is None:
        return
    start: int | None = None
    for index in range(len(sheet.lines) + 1):
        line = sheet.lines[index] if index < len(sheet.lines) else None
        goes_on = line is not None and sheet.kinds[index] is None and not line.depth
        if goes_on and echo.is_all_sent(index):
            start = index if start is None else start
        elif start is not None and not (
            goes_on and line is not None and _may_be_within(sheet, index, line.is_blank)
        ):
            _label_run(sheet, start, index)
            start = None


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
    touches = (end < len(sheet.lines) and sheet.kinds[end] is not None) or (
        start > 0 and sheet.kinds[start - 1] is not None
    )
    if sum(echo.covered[start:end]) < (_FEW_WORDS if touches else _ECHOED_WORDS):
        return
    before = next((at for at in range(start - 1, -1, -1) if not sheet.lines[at].is_blank), None)
    sheet.label(range(start, end), _QUOTE, "sent-text")
    if before is not None and sheet.kinds[before] is None and _is_salutation(sheet, before, start):
        sheet.label(range(before, start), _QUOTE, "sent-text")


def _is_salutation(sheet: Sheet, before: int, start: int) -> bool:
    """Tell whether a line is the letter's first, with a name of its own in it."""
    echo = sheet.echo
    return (
        echo is not None
        and sheet.has_letter
        and 0 <= echo.first[start] <= _FEW_WORDS
        and 0 < echo.words[before] <= _FEW_WORDS
        and sheet.lines[before].body.lower().startswith(sheet.words.greetings)
        and (sheet.has_own_before(before) or echo.is_strange(sheet.lines[before].body))
    )


def _label_loose_quotes(sheet: Sheet) -> None:
    """Label lines with quote signs, unless they are something else that the writer quotes."""
    lines = sheet.lines
    attributions = [at for at, kind in enumerate(sheet.kinds) if kind is _ATTRIBUTION]
    inner = [
        at
        for at in range(len(lines))
        if lines[at].depth and attribution_at(_shallow(sheet, at), 0, sheet.words)
    ]
    first = min((*attributions, *inner), default=len(lines))
    index, words, covered = 0, 0, 0
    while index < len(lines):
        if not lines[index].depth or sheet.kinds[index] is not None:
            index += 1
            continue
        end = _end_of_block(sheet, index)
        if not _is_own_quote(sheet, range(index, end), first, covered / words if words else 0.0):
            if sheet.echo is not None:
                words += sum(sheet.echo.words[index:end])
                covered += sum(sheet.echo.covered[index:end])
            has_source = first <= index or any(at < end for at in inner)
            sheet.label(range(index, end), _QUOTE, "quote-signs" if has_source else "unattributed-quote")
        index = end


def _shallow(sheet: Sheet, at: int) -> Sequence[Line]:
    return sheet.lines[at : at + 3]


def _end_of_block(sheet: Sheet, start: int) -> int:
    end = start
    for index in range(start, len(sheet.lines)):
        line = sheet.lines[index]
        if line.depth:
            end = index + 1
        elif not line.is_blank:
            break
    return end


def _is_own_quote(sheet: Sheet, block: range, first: int, heard: float) -> bool:
    """Tell whether quoted lines are no part of what is answered: nobody is said to have written them.

    With the letter at hand they must hold nothing of it; without it, an attribution has to come later.
    `heard` is which part of the quoted lines above is the letter's.
    """
    if "<<<" in sheet.lines[block.start].raw:
        return len(block) == 1
    if not sheet.has_own_before(block.start) or all(sheet.lines[at].is_blank for at in block):
        return False
    if first < block.stop:
        return first < block.start and _is_beside_the_letter(sheet, block, heard)
    if sheet.has_letter and sheet.echo is not None:
        return sheet.echo.share(block) < 0.3
    return first < len(sheet.lines) or _is_introduced(sheet, block.start)


def _is_beside_the_letter(sheet: Sheet, block: range, heard: float) -> bool:
    """Tell whether quoted lines below own words are of another text, where all quotes above are the letter's.

    `heard` is the letter's share in those. Where something else is answered, such as a mail in between,
    nothing tells the two apart.
    """
    echo = sheet.echo
    above = next((at for at in range(block.start - 1, -1, -1) if not sheet.lines[at].is_blank), None)
    if above is None or not sheet.is_own(above):
        return False
    if echo is None or not sheet.has_letter:
        return _is_cited(sheet, block, above)
    if any(sheet.lines[at].depth > 1 for at in block) or any(echo.covered[at] for at in block):
        return False
    return heard >= _MOSTLY_THE_LETTER


def _is_cited(sheet: Sheet, block: range, above: int) -> bool:
    """Tell, without the letter, whether a few quoted lines are cited by the writer: a colon says so.

    "Je schreef:" is about the letter; "Mijn buurman zegt:" is not.
    """
    lines = sheet.lines
    said = lines[above].body
    if not said.endswith(":") or len(block) > _FEW_WORDS or any(lines[at].depth > 1 for at in block):
        return False
    return sheet.words.addressed.isdisjoint(token.strip(".,:;") for token in said.lower().split())


def _is_introduced(sheet: Sheet, start: int) -> bool:
    """Tell whether the line above ends in a colon and says of nobody that they wrote or asked."""
    above = next((at for at in range(start - 1, -1, -1) if not sheet.lines[at].is_blank), None)
    if above is None or not sheet.is_own(above) or not sheet.lines[above].body.endswith(":"):
        return False
    tokens = sheet.lines[above].body.lower().split()
    return all(token.strip(".,:;") not in sheet.words.saying for token in tokens)


def _label_blockquotes(sheet: Sheet) -> None:
    """Label what stands in a bare blockquote, unless the writer quotes something there."""
    lines = sheet.lines
    first = next((at for at, kind in enumerate(sheet.kinds) if kind is _ATTRIBUTION), len(lines))
    own = (
        at for at in range(len(lines) - 1, -1, -1) if sheet.is_own(at) and lines[at].mark not in _BLOCKQUOTES
    )
    last = next(own, -1)
    index = 0
    while index < len(lines):
        if lines[index].mark not in _BLOCKQUOTES or sheet.kinds[index] is not None:
            index += 1
            continue
        end = next(
            (at for at in range(index, len(lines)) if lines[at].mark is not lines[index].mark), len(lines)
        )
        if _is_answered(sheet, range(index, end), first, last):
            sheet.label(range(index, end), _QUOTE, "blockquote")
        index = end


def _is_answered(sheet: Sheet, block: range, first: int, last: int) -> bool:
    """Tell whether a blockquote holds what is answered.

    `first` is the first attribution, `last` the last line of the writer's own outside of blockquotes.
    """
    if first < len(sheet.lines):
        return first < block.start
    if sheet.has_letter and sheet.echo is not None:
        return sheet.echo.share(block) >= 0.5
    if sheet.lines[block.start].mark is Mark.CITED:
        return False
    return last < block.stop and sheet.has_own_before(block.start)


def _label_rules(sheet: Sheet) -> None:
    """Label rules of dashes that stand right above something that is taken away, or end the mail."""
    following: PieceKind | None = PieceKind.FOOTER
    for index in range(len(sheet.lines) - 1, -1, -1):
        line = sheet.lines[index]
        if sheet.kinds[index] is not None:
            following = sheet.kinds[index]
        elif is_rule(line.body) and following is not None:
            sheet.label((index,), following, "rule")
        elif not line.is_blank:
            following = None
