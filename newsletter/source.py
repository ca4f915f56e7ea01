"""Where something stands in a file: file, line and column."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["Place", "shown_path"]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """A spot in a source file.

    `path` is as the user would type it, relative to the project where it can be.
    `line` and `column` count from 1; both are None where the fault belongs to the whole file.
    """

    path: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """Render as `path:line:column`, the form editors and terminals turn into a link."""
        parts = [self.path]
        if self.line is not None:
            parts.append(str(self.line))
            if self.column is not None:
                parts.append(str(self.column))
        return ":".join(parts)


def shown_path(path: Path, base: Path) -> str:
    """Return the absolute `path` as one would type it in `base`: relative where it lies below."""
    return str(path.relative_to(base)) if path.is_relative_to(base) else str(path)
