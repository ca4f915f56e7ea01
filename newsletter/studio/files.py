"""The issue's file as the page edits it: read as text, and written so that nothing is ever lost.

The page always has line feeds and no byte order mark; the file keeps its own.
"""

from __future__ import annotations

import errno
import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from hashlib import sha256
from pathlib import Path

from newsletter.content.source_text import MAX_FILE_BYTES
from newsletter.errors import NewsletterError, Problem, UsageError
from newsletter.replacing import replace_file

__all__ = ["FileIsAnother", "SourceFile", "read_bytes", "read_source", "write_source"]

_BOM = b"\xef\xbb\xbf"
_END = re.compile(r"\r\n|\r|\n")
_HALF_SURROGATE = re.compile("[\ud800-\udfff]")
_REASONS = {
    errno.EACCES: "you may not write there",
    errno.EPERM: "you may not write there",
    errno.EROFS: "the disk is read-only",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is full",
    errno.ENOENT: "its folder is gone",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """What stands in a file: its text for the page, and the SHA-256 (hex) of its bytes."""

    text: str
    digest: str


class FileIsAnother(NewsletterError):
    """The file is not the one the page started from; `theirs` is what stands there, None when it is gone."""

    def __init__(self, theirs: SourceFile | None) -> None:
        """Keep what stands in the file now."""
        super().__init__(Problem(what="the file was changed by another program"))
        self.theirs = theirs


def read_source(path: Path) -> SourceFile | None:
    """Return what stands in the file at `path`, None when there is none.

    Raises UsageError when it cannot be read or is not UTF-8, so that the page never saves over it.
    """
    data = read_bytes(path)
    return None if data is None else _source(data, path)


def write_source(path: Path, text: str, *, base: str | None) -> SourceFile:
    """Put `text` in the file at `path` in one step and return what stands there now.

    `base` is the digest of the version the page started from, None for a file that is not there. Mode, line
    ends and byte order mark stay as they are.
    Raises FileIsAnother when the file is another one, UsageError when it cannot be written.
    """
    path = path.resolve()  # a link stays a link
    old = read_bytes(path)
    data = _encoded(text, old)
    if len(data) > MAX_FILE_BYTES:
        raise UsageError(
            Problem(
                what=f"the text is {len(data):,} bytes, more than {MAX_FILE_BYTES:,}; it was not saved",
                fix="take out what is no letter; pictures go in files of their own",
            )
        )
    if (None if old is None else _digest(old)) != base:
        raise FileIsAnother(None if old is None else _source(old, path))
    if data != old:
        _replace(path, data)
    return _source(data, path)


def read_bytes(path: Path) -> bytes | None:
    """Return what stands in the file at `path`, None when there is none. Raises UsageError."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise UsageError(
            Problem(
                what=f"{path.name} cannot be read: {(error.strerror or str(error)).lower()}",
                fix="mend its permissions, then choose the letter again",
            )
        ) from error
    if len(data) > MAX_FILE_BYTES:
        raise UsageError(
            Problem(
                what=f"{path.name} is more than {MAX_FILE_BYTES:,} bytes",
                fix="is this the right file? Pictures go in files of their own",
            )
        )
    return data


def _source(data: bytes, path: Path) -> SourceFile:
    try:
        text = data.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(
            Problem(
                what=f"{path.name} is not UTF-8 (line {line}), so it cannot be edited here",
                why="saving it as something else would lose characters",
                fix="save the file as UTF-8 in the program that made it",
            )
        ) from error
    return SourceFile(text=_END.sub("\n", text), digest=_digest(data))


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def _encoded(text: str, old: bytes | None) -> bytes:
    """Return `text` as bytes, with line ends and byte order mark as in `old`."""
    text = _HALF_SURROGATE.sub("\ufffd", _END.sub("\n", text))
    if old is None:
        return text.encode()
    mark = _BOM if old.startswith(_BOM) else b""
    before = old.removeprefix(_BOM).decode("utf-8", "replace")
    ends = _END.findall(before)
    kinds = set(ends)
    if len(kinds) <= 1:
        return mark + text.replace("\n", ends[0] if ends else "\n").encode()
    return mark + _with_mixed_ends(text, before, max(kinds, key=ends.count)).encode()


def _with_mixed_ends(text: str, before: str, usual: str) -> str:
    """Return `text` in which lines that were there before keep their own line end; new ones get `usual`."""
    old_lines, new_lines = _END.split(before), text.split("\n")
    old_ends = [*_END.findall(before), ""]
    ends = [usual] * len(new_lines)
    for old, new, size in SequenceMatcher(a=old_lines, b=new_lines).get_matching_blocks():
        ends[new : new + size] = [end or usual for end in old_ends[old : old + size]]
    return "".join(line + end for line, end in zip(new_lines, [*ends[:-1], ""], strict=True))


def _replace(path: Path, data: bytes) -> None:
    try:
        replace_file(path, data)
    except OSError as error:
        reason = _REASONS.get(error.errno or 0) or (error.strerror or str(error)).lower()
        raise UsageError(
            Problem(
                what=f"{path.name} was not saved: {reason}",
                why="your text is safe in this page",
                fix="mend that, then save again",
            )
        ) from error
