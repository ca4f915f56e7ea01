"""The files of an export: a folder, a ZIP file or one file, read with bounds and without leaving it."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from newsletter.errors import Problem, UsageError
from newsletter.source import Place

__all__ = ["Parcel", "open_parcel"]

_MAX_FILES = 20_000
_MAX_BYTES = 2 << 30
"""Most an export may unpack to; nothing fills the disk or the memory by a trick."""
_MAX_TEXT = 512 << 20
"""Most bytes of one file that is read whole."""
_MAX_LETTER = 20 << 20
"""Most bytes of one file that is a letter; pictures written into it included."""
_MAX_RATIO = 200
"""How tight a file of any size may be packed; lists and letters are ten to thirty."""
_SMALL = 8 << 20

_UNREADABLE = (OSError, RuntimeError, NotImplementedError, EOFError, zlib.error, zipfile.BadZipFile)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """The files of an export by their names in it, with `/` between folders, in order.

    A folder that holds everything is left out of the names. `shown` is what the user named.
    """

    shown: str
    sizes: Mapping[str, int]
    _read: Callable[[str], bytes]

    @property
    def names(self) -> Sequence[str]:
        """Return the name of every file."""
        return tuple(self.sizes)

    def place(self, name: str, line: int | None = None) -> Place:
        """Return where `name` is, as the user would type it."""
        return Place(path=f"{self.shown}/{name}" if name else self.shown, line=line)

    def data(self, name: str) -> bytes:
        """Return the bytes of `name`. Raises UsageError when they cannot be read."""
        try:
            return self._read(name)
        except _UNREADABLE as error:
            raise UsageError(
                Problem(
                    what=f"this cannot be read: {error}", place=self.place(name), fix="export it once more"
                )
            ) from error

    def text(self, name: str) -> str:
        """Return the text of `name`: UTF-8, UTF-16 with its mark, or else Windows-1252.

        Raises UsageError when it cannot be read, or is longer than any letter or page of letters.
        """
        most = _MAX_LETTER if name.lower().endswith((".md", ".markdown")) else _MAX_TEXT
        if self.sizes[name] > most:
            raise UsageError(Problem(what=f"this is larger than {most >> 20} MiB", place=self.place(name)))
        data = self.data(name)
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return data.decode("utf-16", "replace").replace("\r\n", "\n")
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")
        return text.replace("\r\n", "\n").replace("\r", "\n")


@contextmanager
def open_parcel(path: Path) -> Iterator[Parcel]:
    """Open the export at `path`. Raises UsageError when there is none, or it is not what an export is."""
    shown = str(path)
    if path.is_dir():
        yield _parcel(shown, _in_folder(path), lambda name: (path / name).read_bytes())
    elif not path.is_file():
        raise UsageError(
            Problem(
                what="there is no such file",
                place=Place(path=shown),
                fix="name the export: a ZIP file or folder",
            )
        )
    elif zipfile.is_zipfile(path):
        try:
            package = zipfile.ZipFile(path)
        except _UNREADABLE as error:
            raise UsageError(
                Problem(what=f"the ZIP file cannot be read: {error}", place=Place(path=shown))
            ) from error
        with package:
            members = _members(shown, package)
            yield _parcel(
                shown,
                {name: one.file_size for name, one in members.items()},
                lambda name: _unpack(package, members[name]),
            )
    else:
        yield Parcel(
            shown=shown.removesuffix(path.name).rstrip("/") or ".",
            sizes={path.name: path.stat().st_size},
            _read=lambda _name: path.read_bytes(),
        )


def _parcel(shown: str, sizes: Mapping[str, int], read: Callable[[str], bytes]) -> Parcel:
    _check_size(shown, sizes)
    tops = {PurePosixPath(name).parts[0] for name in sizes}
    top = f"{tops.pop()}/" if len(tops) == 1 and all("/" in name for name in sizes) else ""
    if top in ("emails/", "issues/"):  # these say what is in them
        top = ""
    names = {name.removeprefix(top): size for name, size in sorted(sizes.items())}
    return Parcel(shown=shown, sizes=names, _read=lambda name: read(f"{top}{name}"))


def _check_size(shown: str, sizes: Mapping[str, int]) -> None:
    if not sizes:
        raise UsageError(Problem(what="there is nothing in it", place=Place(path=shown)))
    if len(sizes) > _MAX_FILES or sum(sizes.values()) > _MAX_BYTES:
        raise UsageError(
            Problem(
                what=f"it holds more than {_MAX_FILES:,} files or {_MAX_BYTES >> 30} GiB",
                place=Place(path=shown),
                fix="name the export itself, or take out what does not belong to it",
            )
        )


def _in_folder(path: Path) -> dict[str, int]:
    """Return the files below `path`, no links followed and nothing hidden."""
    found: dict[str, int] = {}
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not _is_hidden(name))
        for name in names:
            file = Path(folder) / name
            if not _is_hidden(name) and file.is_file() and not file.is_symlink():
                found[file.relative_to(path).as_posix()] = file.stat().st_size
        if len(found) > _MAX_FILES:
            break
    return found


def _members(shown: str, package: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the files in `package`. Raises UsageError for one whose name leads out of it."""
    found: dict[str, zipfile.ZipInfo] = {}
    for one in package.infolist():
        parts = PurePosixPath(one.filename.replace("\\", "/")).parts
        if one.is_dir() or any(_is_hidden(part) for part in parts if part != ".."):
            continue
        if not parts or ".." in parts or parts[0].startswith("/") or ":" in parts[0]:
            raise UsageError(
                Problem(
                    what=f'it holds a file whose name leads out of it: "{one.filename[:80]}"',
                    place=Place(path=shown),
                    why="no program exports such a file",
                    fix="do not trust this file; export once more",
                )
            )
        if one.file_size > _SMALL and one.file_size > _MAX_RATIO * one.compress_size:
            raise UsageError(
                Problem(
                    what=f'"{one.filename[:80]}" is packed tighter than any export',
                    place=Place(path=shown),
                    why=f"it would become {one.file_size >> 20} MiB",
                    fix="do not trust this file; export once more",
                )
            )
        found["/".join(parts)] = one
    return found


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "__MACOSX"))


def _unpack(package: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    with package.open(member) as packed:
        return packed.read(member.file_size)  # never more than it said, whatever is packed in it
