"""Files of a project that hold somebody who is to be forgotten: found, cleaned or named.

Our own files are cleaned: mails in the outbox go, refused rows and notes lose the person. What the author
wrote is only named, with its lines, because only the author can say what should stand there.
"""

from __future__ import annotations

import csv
import io
import os
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from newsletter.audience.forgetting import Unreached
from newsletter.audience.traces import Traces
from newsletter.config.schema import Config
from newsletter.errors import Problem, StoreError
from newsletter.replacing import replace_file
from newsletter.source import Place, shown_path

__all__ = ["FileAction", "TraceFile", "clean_file", "trace_files"]

_PASSED_OVER = frozenset({".git", ".venv", "node_modules", "__pycache__"})
_OWN_FOLDER = ".newsletter"
_REFUSED = ".refused.csv"
_MAIL = ".eml"
_UNFINISHED = ".tmp"  # what a crash left of a file
_PIECE = 8 << 20
_OVERLAP = 8 << 10
_DATABASE = b"SQLite format 3\0"
_ARCHIVE = b"PK\x03\x04"


class FileAction(Enum):
    """What is done with a file in which somebody is found."""

    REMOVE = auto()
    DROP_ROWS = auto()
    CLEAN = auto()
    NAME = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceFile:
    """A file that holds the person, and what is to be done; `lines` are told of one that is only named."""

    path: Path
    shown: str
    action: FileAction
    lines: tuple[int, ...] = ()

    @property
    def unreached(self) -> Unreached | None:
        """Return what to tell of a file that is left alone."""
        if self.action is not FileAction.NAME:
            return None
        where = f"{self.shown}:{self.lines[0]}" if self.lines else self.shown
        more = f" (and {len(self.lines) - 1} more lines)" if len(self.lines) > 1 else ""
        return Unreached(
            where=where + more, why="it is your own file", fix=f"take the person out, or: rm {self.shown}"
        )


def trace_files(config: Config, database: Path, traces: Traces) -> Iterator[TraceFile]:
    """Yield the files of the project that hold a person, sorted; the database at `database` is not looked at.

    The outbox and what lies beside the database are looked at wherever they are. Copies of a database and
    archives are yielded whatever is in them, if they were made by this program: they are packed up, and may
    hold anybody. Raises StoreError for a file of our own that cannot be read.
    """
    own = {database, *(database.with_name(database.name + end) for end in ("-wal", "-shm"))}
    paths = {*_files(config.root), *_files(_outbox(config)), *database.parent.glob(f"{database.name}.*")}
    for path in sorted(path for path in paths - own if path.is_file()):
        found = _look(path, config, database, traces)
        if found is not None:
            yield found


def clean_file(file: TraceFile, traces: Traces) -> None:
    """Do with a file what its action says. Raises StoreError when it cannot be written."""
    try:
        if file.action is FileAction.REMOVE:
            file.path.unlink(missing_ok=True)
        elif file.action is FileAction.DROP_ROWS:
            replace_file(file.path, _without_rows(file.path.read_bytes(), traces))
        elif file.action is FileAction.CLEAN:
            replace_file(file.path, traces.clean_bytes(file.path.read_bytes()))
    except OSError as error:
        raise _unwritable(file.shown, error) from error


def _files(root: Path) -> Iterator[Path]:
    for folder, names, files in os.walk(root):
        names[:] = [name for name in names if name not in _PASSED_OVER]
        yield from (Path(folder) / name for name in files)


def _outbox(config: Config) -> Path:
    return Path(os.path.normpath(config.root / config.provider.outbox.dir))


def _is_ours(path: Path, config: Config, database: Path) -> bool:
    """Say whether this program wrote the file; that a database lies in a folder does not make it all ours."""
    is_beside = path.parent == database.parent and path.name.startswith(f"{database.name}.")
    return is_beside or path.is_relative_to(config.root / _OWN_FOLDER) or path.name.endswith(_REFUSED)


def _look(path: Path, config: Config, database: Path, traces: Traces) -> TraceFile | None:
    shown = shown_path(path, config.root)
    is_ours = _is_ours(path, config, database)
    is_mail = path.is_relative_to(_outbox(config))
    try:
        with path.open("rb") as file:
            start = file.read(16)
            if is_ours and start.startswith((_DATABASE, _ARCHIVE)):
                return None  # a copy: `backups` tells of them
            if start.startswith(_ARCHIVE) and _is_packed_in(path, traces):
                return TraceFile(path=path, shown=shown, action=FileAction.NAME)
            file.seek(0)
            if not any(traces.are_in(piece) for piece in _pieces(iter(lambda: file.read(_PIECE), b""))):
                return None
            if is_mail or (is_ours and path.suffix == _UNFINISHED):
                return TraceFile(path=path, shown=shown, action=FileAction.REMOVE)
            if path.name.endswith(_REFUSED):
                return TraceFile(path=path, shown=shown, action=FileAction.DROP_ROWS)
            if is_ours:
                file.seek(0)
                action = _action(file.read(), traces) if path.suffix == _MAIL else FileAction.CLEAN
                return TraceFile(path=path, shown=shown, action=action)
            file.seek(0)
            lines = tuple(traces.lines_in(file.read(_PIECE)))
    except OSError as error:
        if is_ours or is_mail:
            raise _unwritable(shown, error) from error
        return TraceFile(path=path, shown=shown, action=FileAction.NAME)
    return TraceFile(path=path, shown=shown, action=FileAction.NAME, lines=lines)


def _action(mail: bytes, traces: Traces) -> FileAction:
    """Return what is done with a mail of somebody else that names the person: gone where it is encoded."""
    return FileAction.REMOVE if traces.are_in(traces.clean_bytes(mail)) else FileAction.CLEAN


def _is_packed_in(path: Path, traces: Traces) -> bool:
    """Say whether somebody is in one of the files of an archive, such as what was exported for them."""
    try:
        with zipfile.ZipFile(path) as archive:
            small = (one for one in archive.infolist() if one.file_size <= _PIECE)
            return any(traces.are_in(archive.read(one)) for one in small)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error):
        return False  # damaged, or locked with a password


def _pieces(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield pieces that overlap, so that nothing is missed where one ends."""
    before = b""
    for piece in pieces:
        yield before + piece
        before = piece[-_OVERLAP:]


def _without_rows(data: bytes, traces: Traces) -> bytes:
    """Return the refused rows without those that hold the person; a row may be several lines."""
    text = data.decode("utf-8-sig", "surrogateescape")
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(text.partition("\n")[0], ",;\t")
    except csv.Error:
        dialect = csv.excel
    kept = io.StringIO()
    writer = csv.writer(kept, delimiter=dialect.delimiter)
    for row in csv.reader(io.StringIO(text), delimiter=dialect.delimiter):
        if not any(traces.are_in(cell.encode("utf-8", "surrogateescape")) for cell in row):
            writer.writerow(row)
    return kept.getvalue().encode("utf-8-sig", "surrogateescape")


def _unwritable(shown: str, error: OSError) -> StoreError:
    return StoreError(
        Problem(
            what=f"the file cannot be read or written: {error.strerror}",
            place=Place(path=shown),
            why="it may hold the person who is to be forgotten",
            fix="make it writable and run the command again: what is done stays done",
        )
    )
