"""The names a segment expression may use, with their types."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from newsletter.audience.expression import BUILT_IN_NAMES, HistoryKind
from newsletter.config.schema import Config
from newsletter.domain.nearest import nearest
from newsletter.domain.subscriber import FieldType
from newsletter.source import Place

__all__ = ["NameKind", "Names"]


class NameKind(StrEnum):
    """What stands behind a name, which decides what may be compared with it."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"
    STATUS = "status"
    HISTORY = "history"
    SAMPLE = "sample"
    SEGMENT = "segment"


_BUILT_IN = dict.fromkeys(BUILT_IN_NAMES, NameKind.TEXT) | {
    "status": NameKind.STATUS,
    "joined": NameKind.DATE,
    "confirmed": NameKind.DATE,
    **{str(kind): NameKind.HISTORY for kind in HistoryKind},
    "sample": NameKind.SAMPLE,
    "segment": NameKind.SEGMENT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What an expression may speak of.

    `fields` are those of `[fields]`; `segments` maps names to their expressions and `places` to where
    these stand; `issues` are the slugs that exist, or None when any slug may be named; `today` is the day
    in UTC that ages are reckoned from, or None when they cannot be.
    """

    fields: Mapping[str, FieldType] = field(default_factory=dict)
    segments: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    issues: Collection[str] | None = None
    today: date | None = None

    @classmethod
    def of(cls, config: Config, issues: Collection[str] | None = None, *, today: date | None = None) -> Names:
        """Return the names that `config` declares."""
        return cls(
            fields={name: declared.type for name, declared in config.fields.items()},
            segments={name: segment.where for name, segment in config.segments.items()},
            places={
                name: Place(path=config.shown_path, line=segment.line)
                for name, segment in config.segments.items()
            },
            issues=issues,
            today=today,
        )

    def kind(self, name: str) -> NameKind | None:
        """Return what `name` stands for, or None when nothing has that name."""
        if name in _BUILT_IN:
            return _BUILT_IN[name]
        declared = self.fields.get(name)
        return NameKind(str(declared)) if declared else None

    def nearest(self, name: str) -> str | None:
        """Return the known name most like `name`, if one is."""
        return nearest(name, [*_BUILT_IN, *self.fields])
