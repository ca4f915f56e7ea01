"""A Maildir: one file for each mail, in `new` and `cur`; other programs may move them while we read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

__all__ = ["is_maildir", "mails_in", "read"]

_TRIES = 5


def is_maildir(folder: Path) -> bool:
    """Say whether `folder` is a Maildir: it has `cur`, or `new`."""
    return (folder / "cur").is_dir() or (folder / "new").is_dir()


def mails_in(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the lasting name of every mail in `folder` and where it was; those of `new` first."""
    seen: set[str] = set()
    for path in [*_files(folder / "new"), *_files(folder / "cur")]:
        name = _lasting(path)
        if name not in seen:
            seen.add(name)
            yield name, path


def read(folder: Path, name: str, path: Path) -> bytes | None:
    """Return the mail called `name` that was at `path`; None when somebody removed it. Raises OSError.

    A mail program moves a mail from `new` to `cur` and changes its flags there: then it is looked for again.
    """
    for _ in range(_TRIES):
        try:
            return path.read_bytes()
        except FileNotFoundError:
            found = next((one for one in _files(folder / "cur") if _lasting(one) == name), None)
            if found is None:
                return None
            path = found
    return path.read_bytes()


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _lasting(path: Path) -> str:
    """Return the part of the name that moving and flags leave as it is."""
    return path.name.partition(":")[0]
