"""Receipts as files, one for each issue and segment, in `.newsletter/receipts`.

A file and not a row, so that checking writes nothing into the list's database and makes none; it stays on
the machine that sends, beside the list it speaks of, and out of version control.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from newsletter.domain.finding import Severity
from newsletter.domain.receipt import Noted, Receipt
from newsletter.domain.roll import MARKS, Roll
from newsletter.errors import Problem, UsageError
from newsletter.replacing import make_private_folder, replace_file
from newsletter.source import Place, shown_path

__all__ = ["Receipts"]

_FORMAT_VERSION = 2
_MARK = 4  # hexadecimal digits


class Receipts:
    """The receipts of one newsletter."""

    def __init__(self, root: Path) -> None:
        """Keep them below `root`, the project."""
        self._root = root
        self._folder = root / ".newsletter" / "receipts"

    def keep(self, receipt: Receipt) -> None:
        """Write `receipt` over the one there was, in one step; the same receipt gives the same bytes.

        Raises UsageError when the file cannot be written.
        """
        path = self._path(receipt.slug, receipt.segment)
        try:
            make_private_folder(self._folder)
            replace_file(path, _as_text(receipt).encode(), new_mode=0o600)
        except OSError as error:
            raise UsageError(
                Problem(
                    what=f"the receipt cannot be written: {(error.strerror or str(error)).lower()}",
                    place=self._place(path),
                    why="newsletter send asks for it",
                    fix="make the directory writable, then check again",
                )
            ) from error

    def drop(self, slug: str, segment: str) -> None:
        """Take the receipt away, if there is one: a check that did not pass leaves none."""
        try:
            self._path(slug, segment).unlink(missing_ok=True)
        except OSError as error:
            raise UsageError(
                Problem(
                    what=f"the receipt cannot be taken away: {(error.strerror or str(error)).lower()}",
                    place=self._place(self._path(slug, segment)),
                )
            ) from error

    def find(self, slug: str, segment: str) -> Receipt | None:
        """Return the receipt of the issue for `segment`, None when there is none that can be read."""
        return _read(self._path(slug, segment))

    def segments(self, slug: str) -> list[str]:
        """Return for which segments there is a receipt of the issue."""
        found = [_read(path) for path in sorted(self._folder.glob(f"{slug}.*.json"))]
        return [one.segment for one in found if one is not None and one.slug == slug]

    def _path(self, slug: str, segment: str) -> Path:
        return self._folder / f"{slug}.{sha256(segment.encode()).hexdigest()[:12]}.json"

    def _place(self, path: Path) -> Place:
        return Place(path=shown_path(path, self._root))


def _as_text(receipt: Receipt) -> str:
    document = {
        **asdict(receipt),
        "version": _FORMAT_VERSION,
        "checked_at": receipt.checked_at.isoformat(),
        "roll": {
            "count": receipt.roll.count,
            "digest": receipt.roll.digest,
            "marks": "".join(f"{mark:04x}" for mark in receipt.roll.marks),
            "ids": ",".join(str(a) if a == b else f"{a}-{b}" for a, b in receipt.roll.runs),
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _read(path: Path) -> Receipt | None:
    """Return the receipt at `path`; None when it is not one, whatever it is: then a new check is due."""
    try:
        document = json.loads(path.read_text("utf-8"))
        if document["version"] != _FORMAT_VERSION:
            return None
        checked_at = datetime.fromisoformat(document["checked_at"])
        return Receipt(
            **{name: str(document[name]) for name in ("slug", "path", "segment", "program", "rules")},
            checked_at=checked_at.astimezone(),
            inputs=_texts(document["inputs"]),
            settings=_texts(document["settings"]),
            roll=_roll(document["roll"]),
            stages=tuple(str(one) for one in document["stages"]),
            findings=tuple(_noted(one) for one in document["findings"]),
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return None


def _texts(found: Mapping[Any, Any]) -> dict[str, str]:
    return {str(name): str(value) for name, value in found.items()}


def _roll(found: Mapping[str, Any]) -> Roll:
    pairs = [piece.partition("-") for piece in str(found["ids"]).split(",") if piece]
    runs = tuple((int(first), int(last or first)) for first, _, last in pairs)
    ends = [number for run in runs for number in run]
    if ends != sorted(ends):
        raise ValueError("ids rise")
    return Roll(
        count=int(found["count"]), digest=str(found["digest"]), runs=runs, marks=_marks(str(found["marks"]))
    )


def _marks(text: str) -> tuple[int, ...]:
    marks = tuple(int(text[at : at + _MARK], 16) for at in range(0, len(text), _MARK))
    if len(marks) & (len(marks) - 1) or any(not 0 <= mark < MARKS for mark in marks):
        raise ValueError("as many marks as a power of two")
    return marks


def _noted(found: Mapping[str, Any]) -> Noted:
    texts = {name: str(found[name]) for name in ("code", "where", "what")}
    return Noted(severity=Severity(found["severity"]), **texts)
