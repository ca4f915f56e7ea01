"""Tags and languages in an expression that no reader has: nearly always a slip.

Behind a minus one mails too many, else too few.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from newsletter.audience.expression import Compare, Expression, OneOf, Operator, fold_text, walk
from newsletter.domain.nearest import nearest

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["doubtful_words"]


def doubtful_words(project: Project, text: str) -> list[str]:
    """Return a sentence on each tag and each language of `text` that nobody has.

    `text` is a segment or an expression. Raises UsageError for what is none, StoreError.
    """
    expression = project.audience.expression(text)
    subscribers = project.list_store.subscribers
    absent = [
        tag for tag in _words(expression, "tag") if not subscribers.count(Compare("tag", Operator.EQUAL, tag))
    ]
    told = _told("the tag", absent, list(subscribers.tags()) if absent else [])
    langs = _words(expression, "lang")
    return told + _told("the language", langs, subscribers.langs() if langs else [])


def _words(expression: Expression, name: str) -> Sequence[str]:
    """Return what `name` is to be in `expression`, each once."""
    wanted: dict[str, None] = {}
    for node in walk(expression):
        if isinstance(node, Compare) and node.name == name and node.operator is Operator.EQUAL:
            wanted[str(node.value)] = None
        elif isinstance(node, OneOf) and node.name == name:
            wanted.update(dict.fromkeys(map(str, node.values)))
    return tuple(wanted)


def _told(what: str, wanted: Sequence[str], there: Sequence[str]) -> list[str]:
    known = {fold_text(one) for one in there}
    sentences = []
    for one in wanted:
        if fold_text(one) not in known:
            near = nearest(one, there)
            sentences.append(f'nobody has {what} "{one}"' + (f'; did you mean "{near}"?' if near else ""))
    return sentences
