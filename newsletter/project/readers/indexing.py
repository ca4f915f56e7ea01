"""Keeping the indexes of the list in step with `[fields]`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from newsletter.errors import AnotherRunner

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["refresh_indexes"]

_LONG = 50_000  # readers; with fewer an index is there in an instant


def refresh_indexes(project: Project, tell: Callable[[str], None]) -> str | None:
    """Make the indexes that fields of the configuration lack, and drop those of fields that are gone.

    `tell` hears which is being made. Return what was done, in words; None when there was nothing to do, or
    so few readers that nobody would notice. While a campaign is being sent everything stays as it is:
    segments are right without, and slower.
    """
    if not project.has_store:
        return None
    indexes = project.list_store.field_indexes
    change = indexes.change({name: one.type for name, one in project.config.fields.items()})
    if not change:
        return None
    try:
        indexes.apply(change, tell)
    except AnotherRunner:
        if change.readers < _LONG:
            return None
        return f"no index for {_listed(change.make)} while a campaign is being sent" if change.make else None
    if change.readers < _LONG:
        return None
    done = [f"made an index for {_listed(change.make)}"] if change.make else []
    if change.drop:
        done.append(f"dropped {len(change.drop)} of fields that are gone or changed")
    return f"{', '.join(done)} ({change.readers:,} readers)"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names)
