"""Whether the pictures that the theme names are there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from newsletter.config.locate import KeyPath
from newsletter.config.theme import ThemeConfig
from newsletter.errors import Problem
from newsletter.source import Place

__all__ = ["missing_files"]


def missing_files(
    theme: ThemeConfig, root: Path, place: Callable[[KeyPath], Place], broken: Collection[KeyPath]
) -> Iterator[Problem]:
    """Yield a problem for each picture of the theme that is no file in or below `root`."""
    for key in ("logo", "signature_image"):
        name = getattr(theme, key)
        path = ("theme", key)
        if not name or path in broken:
            continue
        where = f"theme.{key}: {name[:100]}"
        try:
            file = (root / name).resolve()
            is_there, is_inside = file.is_file(), file.is_relative_to(root.resolve())
        except (OSError, ValueError, RuntimeError):  # too long, a null byte, links in a circle
            is_there, is_inside = False, True
        if not is_inside:
            yield Problem(
                what=f"{where} lies outside the project", place=place(path), fix="put the file in it"
            )
        elif not is_there:
            yield Problem(
                what=f"{where} is not a file", place=place(path), fix="mend the path, or put the file there"
            )
