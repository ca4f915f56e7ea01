"""Tables in plain text: padded columns, or one line per cell where they would be too wide."""

from __future__ import annotations

from collections.abc import Sequence

from newsletter.render.plain_text_wrap import pad, text_width, wrap

__all__ = ["table_lines"]

_GAP = "  "


def table_lines(rows: Sequence[Sequence[str]], alignments: Sequence[str], width: int) -> list[str]:
    """Return `rows`, the first of which is the header, in lines of at most `width` columns.

    `alignments` has left, right or center for each column.
    """
    flat = [[" ".join(cell.split()) for cell in row] for row in rows]
    widths = [max(text_width(row[column]) for row in flat) for column in range(len(alignments))]
    if sum(widths) + len(_GAP) * (len(widths) - 1) > width:
        return _one_by_one(flat, width)
    lines = [_row(row, widths, alignments) for row in flat]
    rule = _GAP.join("-" * column_width for column_width in widths)
    return [lines[0], rule, *lines[1:]]


def _row(cells: Sequence[str], widths: Sequence[int], alignments: Sequence[str]) -> str:
    return _GAP.join(pad(*cell) for cell in zip(cells, widths, alignments, strict=True)).rstrip()


def _one_by_one(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    header, *body = rows
    if not body:
        return [line for cell in header for line in wrap(cell, width)]
    lines: list[str] = []
    for row in body:
        if lines:
            lines.append("")
        for name, cell in zip(header, row, strict=True):
            first, *more = wrap(f"{name}: {cell}" if name else cell, width - len(_GAP))
            lines += [first, *(_GAP + line for line in more)]
    return lines
