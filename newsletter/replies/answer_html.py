"""A plain answer as HTML: paragraphs, and what is quoted set apart; nothing in it is taken for markup."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

__all__ = ["answer_html"]


def answer_html(text: str, lang: str) -> str:
    """Return `text` as a small HTML document in `lang` (BCP 47); lines that begin with `>` are quoted."""
    return (
        f'<!DOCTYPE html><html lang="{escape(lang)}"><head><meta charset="utf-8"><title></title></head>'
        f"<body>{_blocks(text.split(chr(10)), 0)}</body></html>"
    )


def _blocks(lines: Sequence[str], depth: int) -> str:
    made = []
    for is_quoted, group in groupby(lines, lambda line: line.startswith(">")):
        if is_quoted and depth < _DEEPEST:
            inner = [line[2:] if line.startswith("> ") else line[1:] for line in group]
            made.append(f'<blockquote type="cite">{_blocks(inner, depth + 1)}</blockquote>')
        else:
            made.append(_paragraphs(list(group)))
    return "\n".join(made)


def _paragraphs(lines: Sequence[str]) -> str:
    groups = [list(group) for is_text, group in groupby(lines, lambda line: bool(line.strip())) if is_text]
    return "\n".join(f"<p>{'<br>'.join(escape(line.rstrip()) for line in group)}</p>" for group in groups)


_DEEPEST = 20  # a long thread is deeper than anybody reads
