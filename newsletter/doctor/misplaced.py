"""Records that were published, but where nobody looks for them."""

from __future__ import annotations

from collections.abc import Callable

from newsletter.domain.dns_answer import Ask, RecordType

__all__ = ["find_misplaced"]


def find_misplaced(
    name: str, kind: RecordType, domain: str, ask: Ask, is_meant: Callable[[str], bool]
) -> tuple[str, str] | None:
    """Return where a record that belongs at `name` stands instead, and its text; None when it is nowhere.

    Looked for at the name with the domain behind it once more, as domain managers make it that append the
    domain by themselves, and at the domain itself. Raises CannotAsk.
    """
    for place in dict.fromkeys((f"{name}.{domain}", domain)):
        if place == name:
            continue
        for text in ask(place, kind).records:
            if is_meant(text):
                return place, text
    return None
