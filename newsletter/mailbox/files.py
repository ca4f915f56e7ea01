"""Mails in files: `.eml`, mbox, Maildir, and folders of them, told apart by what is in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from newsletter.errors import Problem
from newsletter.mailbox import maildir, mbox
from newsletter.protocols.mailbox import Incoming
from newsletter.source import Place

__all__ = ["incoming_from"]

_MAIL_ENDS = (".eml", ".mbox", ".mbx")
_FIRST_LINE = re.compile(rb"[!-9;-~]{1,100}[ \t]*:")  # the name of a header field (RFC 5322 2.2)
_START_BYTES = 4096
_LARGEST_BYTES = 200_000_000


def incoming_from(paths: Iterable[Path]) -> Iterator[Incoming | Problem]:
    """Yield the mails in `paths`, and a problem for each that cannot be read or holds none.

    A folder is a Maildir, or is searched for files that end in `.eml`, `.mbox` or `.mbx`. Whatever lies in a
    Maildir is a mail; a file you name has to look like one.
    """
    for path in paths:
        try:
            if path.is_dir():
                yield from _folder(path)
            else:
                yield from _file(path)
        except OSError as error:
            yield _unreadable(path, error)


def _folder(folder: Path) -> Iterator[Incoming | Problem]:
    if maildir.is_maildir(folder):
        for name, path in maildir.mails_in(folder):
            yield from _maildir_mail(folder, name, path)
        return
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _MAIL_ENDS and path.is_file())
    if not found:
        why = f"it is no Maildir, and no file in it ends in {', '.join(_MAIL_ENDS[:-1])} or {_MAIL_ENDS[-1]}"
        yield _problem(folder, "there is no mail in this folder", why=why)
    for path in found:
        try:
            yield from _file(path)
        except OSError as error:
            yield _unreadable(path, error)


def _maildir_mail(folder: Path, name: str, path: Path) -> Iterator[Incoming | Problem]:
    try:
        day = _day_of(path)
        raw = maildir.read(folder, name, path)
    except OSError as error:
        yield _unreadable(path, error)
        return
    if raw:
        yield Incoming(source="maildir", key=name, raw=raw, day=day)
    elif raw is not None:
        yield _problem(path, "the file is empty")


def _file(path: Path) -> Iterator[Incoming | Problem]:
    if path.exists() and not path.is_file():
        yield _problem(path, "this is no file")  # a pipe, which may never end
        return
    with path.open("rb") as file:
        start = file.read(_START_BYTES)
        file.seek(0)
        text = start.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
        if not text.strip():
            yield _problem(path, "the file is empty")
        elif mbox.is_separator(text.partition(b"\n")[0]):
            for day, raw in mbox.stamped_mails_in(file):
                yield Incoming(source="mbox", key=sha256(raw).hexdigest(), raw=raw, day=day)
        elif text.startswith((b"From ", b">From ")) or _FIRST_LINE.match(text):
            if path.stat().st_size > _LARGEST_BYTES:
                yield _problem(path, "the file is larger than a mail can be", why="it has over 200 megabytes")
                return
            raw = file.read()
            yield Incoming(source="eml", key=sha256(raw).hexdigest(), raw=raw, day=_day_of(path))
        else:
            why = "a mail begins with header fields, such as `From: …`"
            yield _problem(path, "this is no mail", why=why)


def _day_of(path: Path) -> date | None:
    """Return the day a mail's file was written, None where somebody moved it meanwhile."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime).astimezone().date()
    except (FileNotFoundError, OverflowError, ValueError):
        return None


def _unreadable(path: Path, error: OSError) -> Problem:
    fix = "type where an .eml file, an mbox file, a Maildir or a folder with such files is"
    what = f"cannot be read: {(error.strerror or str(error)).lower()}"
    return _problem(path, what, fix=fix if isinstance(error, FileNotFoundError) else None)


def _problem(path: Path, what: str, *, why: str | None = None, fix: str | None = None) -> Problem:
    return Problem(what=what, place=Place(path=str(path)), why=why, fix=fix)
