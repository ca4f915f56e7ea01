"""Finding readers by a piece of their address or of a field, in a list of any length."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from newsletter.audience.expression import Compare, Operator, all_of, any_of
from newsletter.domain.subscriber import FieldType
from newsletter.project.readers.segments import ReaderToTry

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["search_readers"]

_LONGEST = 100


def search_readers(project: Project, text: str, *, most: int = 20) -> list[ReaderToTry]:
    """Return at most `most` readers who may be mailed and have every word of `text` in address or fields.

    Letter case does not count. No words: nobody; `Readers.readers_to_try` has whom to begin with.
    Raises UsageError when there is no list, StoreError.
    """
    words = text[:_LONGEST].split()
    if not words:
        return []
    fields = [name for name, field in project.config.fields.items() if field.type is FieldType.TEXT]
    names = ["email", *fields]
    wanted = all_of(*(any_of(*(Compare(name, Operator.CONTAINS, word) for name in names)) for word in words))
    members = project.list_store.subscribers.members(wanted)
    return [
        ReaderToTry(
            email=one.email, label=_label(one.email, [str(one.values.get(name, "")) for name in fields])
        )
        for one in islice(members, most)
    ]


def _label(email: str, values: list[str]) -> str:
    told = " ".join(value for value in values if value)
    return f"{email} ({told})" if told else email
