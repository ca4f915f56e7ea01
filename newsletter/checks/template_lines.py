"""Where words of the rendered letter stand in the template files it was made from."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.render.template import template_place
from newsletter.source import Place

__all__ = ["line_of_words", "own_template_files"]

_PIECE = re.compile(r"[\w@.#-]+|[^\w\s]")
_MOST_PIECES = 12


def line_of_words(context: CheckContext, words: str) -> Place:
    """Return the line of the project's own template files on which `words` stand first (Need.RENDERED).

    White space does not count. Where they stand otherwise their beginning is looked for; where that is
    not found either it is the template itself, without a line.
    """
    pieces = [re.escape(piece) for piece in _PIECE.findall((words.partition("… ")[2] or words).rstrip(">"))]
    texts = list(own_template_files(context))
    for length in sorted({len(pieces[:_MOST_PIECES]), min(2, len(pieces))}, reverse=True):
        pattern = re.compile(r"\s*".join(pieces[:length]), re.IGNORECASE)
        for name, text in texts:
            match = pattern.search(text) if length else None
            if match:
                return Place(path=name, line=text.count("\n", 0, match.start()) + 1)
    return template_place(context.issue.template)


def own_template_files(context: CheckContext) -> Iterator[tuple[str, str]]:
    """Yield name and text of the project's templates the letter was made from, the one it names first."""
    names = [name for name in context.rendered.inputs if name.startswith("templates/")]
    for name in sorted(names, key=lambda name: name != template_place(context.issue.template).path):
        try:
            text = (context.config.root / name).read_text("utf-8")
        except (OSError, UnicodeDecodeError):  # a packaged template, or taken away meanwhile
            continue
        yield name, text
