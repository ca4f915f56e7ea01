"""Texts that lost: kept in files below `.newsletter/studio/`, so that no choice in a conflict is final."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from newsletter.errors import Problem, UsageError
from newsletter.source import shown_path

__all__ = ["keep_text"]

_UNFIT = re.compile(r"[^\w.-]+")


def keep_text(root: Path, name: str, side: str, text: str, now: datetime) -> str:
    """Write `text` of the issue called `name` into a file of its own and return where, as one would type it.

    `side` is "mine" or "theirs". Raises UsageError when it cannot be written.
    """
    folder = root / ".newsletter" / "studio"
    stem = f"{_UNFIT.sub('-', name)[:100].lstrip('.')}.{side}.{now:%Y%m%d-%H%M%S}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        number = 0
        while True:
            path = folder / f"{stem}{f'-{number}' if number else ''}.md"
            try:
                with path.open("x", encoding="utf-8", errors="replace", newline="") as file:
                    file.write(text)
            except FileExistsError:
                number += 1
                continue
            return shown_path(path, root)
    except OSError as error:
        raise UsageError(
            Problem(
                what=f"the other text cannot be kept in {folder}: {(error.strerror or str(error)).lower()}",
                fix="mend that, then choose again; nothing is lost yet",
            )
        ) from error
