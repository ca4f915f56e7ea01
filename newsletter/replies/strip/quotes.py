"""What of a mail somebody else wrote: quoted lines, what an attribution stands above, the letter itself."""

from __future__ import annotations

from collections.abc import Sequence

from newsletter.domain.stripped import PieceKind
from newsletter.replies.containers import Mark
from newsletter.replies.strip.attribution import attribution_at
from newsletter.replies.strip.headers import header_block_at, header_kind, is_timed, stacked_block_at
from newsletter.replies.strip.inserted import free_inserted
from newsletter.replies.strip.labels import Sheet
from newsletter.replies.strip.lines import Line
from newsletter.replies.strip.separators import is_forwarded, is_groupwise, is_rule, is_separator, is_title
from newsletter.replies.strip.unmarked import label_unmarked

__all__ = ["label_quotes"]

_QUOTE, _ATTRIBUTION = PieceKind.QUOTE, PieceKind.ATTRIBUTION
_BLOCKQUOTES = (Mark.BLOCKQUOTE, Mark.CITED)
_LONG_QUOTED = 60
_FEW_WORDS = 4
_NEAR = 40  # lines
_MOSTLY_THE_LETTER = 0.6


def label_quotes(sheet: Sheet) -> None:
    """Label what is quoted. One pass over the lines; what comes below a header block is quoted to the end."""
    index = 0
    while index < len(sheet.lines):
        index = _next(sheet, index)
    _label_wrapped(sheet)
    label_unmarked(sheet)
    _label_loose_quotes(sheet)
    _label_blockquotes(sheet)
    _label_rules(sheet)
    _free_forwarded(sheet)


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
    if is_groupwise(line.raw) and _is_top(sheet, index):
        return _to_the_end(sheet, index, index + 1, "separator")
    if line.depth or line.is_blank:
        return index + 1
    if is_separator(line.body, words):
        return _to_the_end(sheet, index, index + 1, "separator")
    header = header_block_at(sheet.lines, index, words, is_below=sheet.has_own_before(index))
    if header and _is_of_a_mail(sheet, index, index + header):
        return _to_the_end(sheet, index, index + header, "header-block")
    stacked = stacked_block_at(sheet.lines, index, words)
    if stacked:
        return _to_the_end(sheet, index, index + stacked, "header-block")
    return _attributed(sheet, index)


def _is_top(sheet: Sheet, index: int) -> bool:
    """Tell whether a line with quote signs has none beside it that are quoted as well."""
    lines = sheet.lines
    above = next((line for line in reversed(lines[max(0, index - 3) : index]) if not line.is_blank), None)
    below = next((line for line in lines[index + 1 : index + 4] if not line.is_blank), None)
    return (above is None or not above.depth) and (below is None or not below.depth)


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
        end = _above_a_gap(sheet, index, _end_of_block(sheet, index))
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


def _above_a_gap(sheet: Sheet, start: int, end: int) -> int:
    """Return the end of a quoted block without a line or two at its foot that a gap parts from it.

    Such lines are the writer's quote of something else if they are not the letter's and their own words
    follow right below.
    """
    echo = sheet.echo
    if echo is None or not sheet.has_letter or end >= len(sheet.lines) or not sheet.is_own(end):
        return end
    for at in range(end - 1, max(start, end - 1 - _FEW_WORDS), -1):
        line = sheet.lines[at]
        if line.is_blank and not line.depth:
            return at
        if line.depth != 1 or echo.covered[at] or not echo.words[at]:
            return end
    return end


def _is_own_quote(sheet: Sheet, block: range, first: int, heard: float) -> bool:
    """Tell whether quoted lines are no part of what is answered: nobody is said to have written them.

    With the letter at hand they must hold nothing of it; without it, an attribution has to come later.
    `heard` is which part of the quoted lines above is the letter's.
    """
    if "<<<" in sheet.lines[block.start].raw:
        return len(block) == 1
    is_below = sheet.has_own_before(block.start) or heard >= _MOSTLY_THE_LETTER
    if not (is_below or _is_short_and_strange(sheet, block)) or all(sheet.lines[at].is_blank for at in block):
        return False
    if first < block.stop:
        return first < block.start and _is_beside_the_letter(sheet, block, heard)
    if sheet.has_letter and sheet.echo is not None:
        return sheet.echo.share(block) < 0.3
    return first < len(sheet.lines) or _is_introduced(sheet, block.start)


def _is_short_and_strange(sheet: Sheet, block: range) -> bool:
    """Tell whether a few quoted lines right above own words hold no word of the letter, which is at hand."""
    echo = sheet.echo
    if echo is None or not sheet.has_letter or len(block) > _FEW_WORDS or block.stop >= len(sheet.lines):
        return False
    is_strange = not any(echo.covered[at] or sheet.lines[at].depth > 1 for at in block)
    return is_strange and sheet.is_own(block.stop) and not sheet.lines[block.stop].depth


def _is_beside_the_letter(sheet: Sheet, block: range, heard: float) -> bool:
    """Tell whether quoted lines below own words are of another text, where all quotes above are the letter's.

    `heard` is the letter's share in those. Where something else is answered, such as a mail in between,
    nothing tells the two apart.
    """
    echo = sheet.echo
    above = next((at for at in range(block.start - 1, -1, -1) if not sheet.lines[at].is_blank), None)
    if above is None or not (sheet.is_own(above) or (sheet.has_letter and above + 1 < block.start)):
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
    """Tell whether the line above ends in a colon and does not say that the author wrote or asked."""
    above = next((at for at in range(start - 1, -1, -1) if not sheet.lines[at].is_blank), None)
    if above is None or not sheet.is_own(above) or not sheet.lines[above].body.endswith(":"):
        return False
    tokens = {token.strip(".,:;") for token in sheet.lines[above].body.lower().split()}
    return tokens.isdisjoint(sheet.words.saying) or tokens.isdisjoint(sheet.words.addressed)


def _label_blockquotes(sheet: Sheet) -> None:
    """Label what stands in a bare blockquote, unless the writer quotes something there."""
    lines = sheet.lines
    first = next((at for at, kind in enumerate(sheet.kinds) if kind is _ATTRIBUTION), len(lines))
    index = 0
    while index < len(lines):
        if lines[index].mark not in _BLOCKQUOTES or sheet.kinds[index] is not None:
            index += 1
            continue
        end = next(
            (at for at in range(index, len(lines)) if lines[at].mark is not lines[index].mark), len(lines)
        )
        if _is_answered(sheet, range(index, end), first):
            sheet.label(range(index, end), _QUOTE, "blockquote")
        index = end


def _is_answered(sheet: Sheet, block: range, first: int) -> bool:
    """Tell whether a blockquote holds what is answered.

    `first` is the first attribution. Without one and without the letter, a colon above makes it the writer's.
    """
    if first < len(sheet.lines):
        return first < block.start
    if sheet.has_letter and sheet.echo is not None:
        return sheet.echo.share(block) >= 0.5
    if sheet.lines[block.start].mark is Mark.CITED:
        return False
    return not _is_led_to(sheet, block.start) and sheet.has_own_before(block.start)


def _is_led_to(sheet: Sheet, start: int) -> bool:
    """Tell whether the line above ends in a colon."""
    above = next((at for at in range(start - 1, -1, -1) if not sheet.lines[at].is_blank), None)
    return above is not None and sheet.is_own(above) and sheet.lines[above].body.endswith(":")


def _free_forwarded(sheet: Sheet) -> None:
    """Give back what is sent on without a word, unless it is the letter: it is all the writer sent."""
    lines = sheet.lines
    first = next((at for at in range(len(lines)) if not lines[at].is_blank), None)
    if first is None:
        return
    filled = (at for at in range(first + 1, len(lines)) if not lines[at].is_blank)
    body = next((at for at in filled if header_kind(lines[at], sheet.words) is None), None)
    if body is None or lines[body].mark is Mark.SIGNATURE or lines[body].body in ("--", "-- "):
        return
    is_sent_on = is_forwarded(lines[first].body, sheet.words)
    if not is_sent_on and sheet.rules[body] != "attribution-bare":
        return
    below = range(first if is_sent_on else body, len(lines))
    if any(sheet.is_own(at) for at in below) or (sheet.echo is not None and sheet.echo.share(below)):
        return
    sheet.free(below)
    sheet.is_passed_on = True


def _label_rules(sheet: Sheet) -> None:
    """Label rules of dashes that stand right above something that is taken away, or end the mail.

    Above an attribution there may be words between the dashes: programs have many for an original mail.
    """
    following: PieceKind | None = PieceKind.FOOTER
    for index in range(len(sheet.lines) - 1, -1, -1):
        line = sheet.lines[index]
        if sheet.kinds[index] is not None:
            following = sheet.kinds[index]
        elif is_rule(line.body) and following is not None:
            sheet.label((index,), following, "rule")
        elif following is _ATTRIBUTION and is_title(line.body):
            sheet.label((index,), following, "separator")
        elif not line.is_blank:
            following = None
