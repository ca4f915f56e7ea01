"""What forgetting somebody came to: what was taken out, and what is out of reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Forgotten", "Unreached"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreached:
    """Something that still holds the person: where, why it was left alone, and what to do."""

    where: str
    why: str
    fix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What is known of somebody (before), or was taken out (after).

    `rows` counts the rows of the database by what they are; `files` are those removed or cleaned, as the
    author would type them. `is_scoured` says that not even unused pages of the database hold it any more.
    """

    rows: Mapping[str, int] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    unreached: tuple[Unreached, ...] = ()
    is_scoured: bool = False

    @property
    def is_nothing(self) -> bool:
        """Say whether nothing was known of them."""
        return not any(self.rows.values()) and not self.files
