"""Raw mails as files, byte for byte as they came, for their owner only: `ab/cdef….eml` by SHA-256."""

from __future__ import annotations

import time
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path

from newsletter.audience.traces import FORGOTTEN
from newsletter.errors import Problem, StoreError
from newsletter.replacing import make_private_folder, replace_file, sync_folder
from newsletter.source import Place

__all__ = ["RawMail", "RawMails"]

_WRITTEN_WITHIN_S = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMail:
    """A mail on disk: its digest, its path below the folder, its size."""

    sha256: str
    path: str
    size_bytes: int


class RawMails:
    """The folder of raw mails. Raises StoreError for what the disk refuses."""

    def __init__(self, folder: Path, shown: str) -> None:
        """Keep them in `folder`, called `shown` in messages; it is made when the first one comes."""
        self.folder = folder
        self._shown = shown

    def keep(self, raw: bytes) -> RawMail:
        """Put `raw` on disk; it is there when this returns, whatever happens next.

        The same bytes are one file. A file that is not what its name says, as a failing disk leaves it, is
        written again; one out of which somebody was taken who is forgotten stays as it is.
        """
        digest = sha256(raw).hexdigest()
        name = _name(digest)
        path = self.folder / name
        try:
            if not path.parent.is_dir():
                make_private_folder(path.parent)
                sync_folder(self.folder)
                sync_folder(self.folder.parent)
            if not _holds(path, raw) and not _is_cleaned(path):
                replace_file(path, raw, new_mode=0o600)
            else:
                sync_folder(path.parent)  # whoever wrote it may not have come so far
        except OSError as error:
            raise self._fault(error, name, "a mail that came in cannot be written") from error
        return RawMail(sha256=digest, path=name, size_bytes=len(raw))

    def put_back(self, path: str, raw: bytes) -> bool:
        """Put `raw` at `path`, where it was; say whether it was gone. What is there and sound stays as it is.

        So does one out of which somebody was taken who is forgotten.
        """
        file = self.folder / path
        try:
            if file.exists() and (_is_sound(file, path) or _is_cleaned(file)):
                return False
            if not file.parent.is_dir():
                make_private_folder(file.parent)
                sync_folder(self.folder)
                sync_folder(self.folder.parent)
            replace_file(file, raw, new_mode=0o600)
        except OSError as error:
            raise self._fault(error, path, "a raw mail cannot be put back") from error
        return True

    def holds(self, raw: bytes) -> bool:
        """Say whether `raw` is on disk, or what is left of it without somebody who is forgotten."""
        path = self.folder / _name(sha256(raw).hexdigest())
        try:
            return _holds(path, raw) or _is_cleaned(path)
        except OSError as error:
            raise self._fault(error, path.name, "the raw mail cannot be read") from error

    def read(self, path: str) -> bytes:
        """Return the mail at `path`."""
        try:
            return (self.folder / path).read_bytes()
        except OSError as error:
            raise self._fault(error, path, "the raw mail cannot be read") from error

    def remove(self, path: str) -> None:
        """Remove the mail at `path`, and what a crash left of it; one that is gone already is no fault."""
        file = self.folder / path
        try:
            for one in (file, *file.parent.glob(f".{file.name}.*")):
                one.unlink(missing_ok=True)
        except OSError as error:
            raise self._fault(error, path, "the raw mail cannot be removed") from error

    def remove_unfinished(self) -> None:
        """Remove files that a crash left half-written; those of the last hour may be being written."""
        before = time.time() - _WRITTEN_WITHIN_S
        try:
            for one in self.folder.glob("*/.*.tmp"):
                if one.stat().st_mtime < before:
                    one.unlink(missing_ok=True)
        except FileNotFoundError:
            return  # somebody else removes them
        except OSError as error:
            raise self._fault(error, "", "a half-written mail cannot be removed") from error

    def _fault(self, error: OSError, path: str, what: str) -> StoreError:
        why = (error.strerror or str(error)).lower()
        return StoreError(Problem(what=what, place=Place(path=f"{self._shown}/{path}"), why=why))


def _name(digest: str) -> str:
    return f"{digest[:2]}/{digest[2:]}.eml"


def _is_sound(file: Path, path: str) -> bool:
    """Say whether `file` holds what its name below the folder, `path`, says."""
    with file.open("rb") as opened:
        return _name(file_digest(opened, "sha256").hexdigest()) == path


def _holds(path: Path, raw: bytes) -> bool:
    """Say whether `path` is a file with exactly these bytes."""
    try:
        return path.stat().st_size == len(raw) and path.read_bytes() == raw
    except FileNotFoundError:
        return False


def _is_cleaned(path: Path) -> bool:
    """Say whether an address was taken out of the file at `path`."""
    try:
        return FORGOTTEN.encode() in path.read_bytes()
    except FileNotFoundError:
        return False
