"""Tags in an expression that no reader has: nearly always a slip, and behind a minus it mails too many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.audience.expression import Compare, OneOf, Operator, fold_text, walk
from newsletter.domain.nearest import nearest

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["doubtful_tags"]


def doubtful_tags(project: Project, text: str) -> list[str]:
    """Return a sentence on each tag of `text`, a segment or an expression, that nobody has.

    Raises UsageError for what is no expression, StoreError.
    """
    wanted: dict[str, None] = {}
    for node in walk(project.audience.expression(text)):
        if isinstance(node, Compare) and node.name == "tag" and node.operator is Operator.EQUAL:
            wanted[str(node.value)] = None
        elif isinstance(node, OneOf) and node.name == "tag":
            wanted.update(dict.fromkeys(map(str, node.values)))
    count = project.list_store.subscribers.count
    absent = [tag for tag in wanted if not count(Compare("tag", Operator.EQUAL, tag))]
    if not absent:
        return []
    tags = list(project.list_store.subscribers.tags())
    known = {fold_text(tag) for tag in tags}
    sentences = []
    for tag in absent:
        if fold_text(tag) not in known:
            near = nearest(tag, tags)
            sentences.append(f'nobody has the tag "{tag}"' + (f'; did you mean "{near}"?' if near else ""))
    return sentences
