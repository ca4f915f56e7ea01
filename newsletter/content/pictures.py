"""Pictures: from what the author wrote to a file beside the issue."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from newsletter.content.slots import TOKEN_PATTERN
from newsletter.domain.issue import Issue
from newsletter.errors import Problem
from newsletter.source import Place

__all__ = ["FoundPicture", "read_picture"]

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_BESIDE = "put it beside the issue and write a relative path, such as ![what it shows](img/kade.png)"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPicture:
    """The decoded source, the file (None: on the web, or a problem), and what is wrong."""

    source: str
    place: Place
    path: Path | None = None
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()


def read_picture(url: str, issue: Issue, place: Place) -> FoundPicture:
    """Find the file that `url` (as Markdown normalised it) means, in or under the directory of `issue`.

    Whether the file exists is not asked here.
    """
    source = unquote(url)
    if url.startswith(("https://", "http://")):
        note = Problem(
            what=f"the picture {source[:80]} comes from another site",
            place=place,
            why="that site sees who opens the letter, and may change or lose the picture",
            fix=_BESIDE,
        )
        return FoundPicture(source=source, place=place, notes=(note,))
    what = _fault(url, source)
    if what is None:
        folder = issue.path.parent
        path = folder / source
        what = _outside(path, folder, source)
        if what is None:
            return FoundPicture(source=source, place=place, path=path)
    return FoundPicture(source=source, place=place, problems=(Problem(what=what, place=place, fix=_BESIDE),))


def _outside(path: Path, folder: Path, source: str) -> str | None:
    try:
        is_beside = path.resolve().is_relative_to(folder.resolve())
        with suppress(FileNotFoundError, NotADirectoryError):  # whoever reads it tells of that
            path.stat()  # from Python 3.13 on `resolve` takes links in a circle
    except (OSError, RuntimeError):
        return f"the picture {source[:80]} cannot be followed to a file"
    return None if is_beside else f"the picture {source[:80]} lies outside the directory of the issue"


def _fault(url: str, source: str) -> str | None:
    if not source.strip():
        return "the picture has no file"
    if TOKEN_PATTERN.search(source):
        return "a picture cannot differ per reader"
    if _SCHEME.match(url) or "\\" in source or source.startswith("/"):
        return f"the picture {source[:80]} is not a path in this project"
    if any(ord(char) < 32 for char in source):
        return "there is a control character in the path of the picture"
    return None
