"""What was made in a folder: the path and digest of every file, kept beside them in a file of its own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath

from newsletter.errors import Problem, UsageError
from newsletter.replacing import replace_file

__all__ = ["MANIFEST", "Made", "read_made", "tell_made"]

MANIFEST = ".newsletter-archive.json"
"""The file that says which files in the folder were made here."""

_Digests = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What was made in a folder: the digest (SHA-256) of each file, by its path.

    `before` has those that stood there when it was last begun to be made anew: where that broke off, a file
    is one or the other.
    """

    files: _Digests
    before: _Digests

    def paths(self) -> list[str]:
        """Return the path of every file that was made here, sorted."""
        return sorted({*self.files, *self.before})

    def is_ours(self, path: str, data: bytes) -> bool:
        """Say whether `data` at `path` is as it was made, and nobody has changed it.

        Nothing at all is what a machine that lost its power may leave of a file.
        """
        digest = sha256(data).hexdigest()
        return not data or digest in (self.files.get(path), self.before.get(path))


def read_made(folder: Path) -> Made:
    """Return what was made in `folder` before; a manifest that leads out of it names nothing.

    Raises UsageError for a manifest that cannot be read, OSError for one the system does not give.
    """
    path = folder / MANIFEST
    try:
        told = json.loads(path.read_bytes())
        return Made(files=_inside(told["files"]), before=_inside(told.get("before", {})))
    except (FileNotFoundError, NotADirectoryError):
        return Made(files={}, before={})
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        raise UsageError(
            Problem(
                what=f"{path} cannot be read, so nobody knows which files were made here",
                fix=f"empty {folder}, or choose another folder with -o DIR",
            )
        ) from None


def tell_made(folder: Path, files: Mapping[str, bytes], before: Mapping[str, bytes] | None = None) -> None:
    """Keep in `folder` that `files` are made in it, while `before` may still be there. Raises OSError."""
    told = {"files": _digests(files.items())}
    if before:
        told["before"] = _digests(before.items())
    data = (json.dumps(told, indent=1) + "\n").encode()
    path = folder / MANIFEST
    if not path.is_file() or path.read_bytes() != data:
        replace_file(path, data)


def _digests(files: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    return {path: sha256(data).hexdigest() for path, data in sorted(files)}


def _inside(digests: object) -> dict[str, object]:
    if not isinstance(digests, dict):
        raise TypeError("no table of digests")
    return {path: digest for path, digest in digests.items() if _is_inside(path)}


def _is_inside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return (
        bool(parts)
        and not path.startswith("/")
        and ".." not in parts
        and "\\" not in path
        and "\0" not in path
    )
