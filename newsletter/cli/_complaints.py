"""What a person reads on stderr when a command cannot do what was asked, and the exit code it ends with."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import traceback
import unicodedata
from pathlib import Path

import click

from newsletter.domain.masking import mask_addresses
from newsletter.errors import NewsletterError, Problem

__all__ = ["complain", "drop_output"]

_USAGE = 2
_BUG = 70
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)


def complain(error: Exception) -> int:
    """Say what `error` is about, each problem once, and return the exit code."""
    if isinstance(error, NewsletterError):
        for problem in dict.fromkeys(error.problems):
            _show(problem)
        return error.exit_code
    if isinstance(error, click.ClickException):
        return _show_usage(error)
    if isinstance(error, OSError):
        return _lost(error)
    return _bug(error)


def _show(problem: Problem) -> None:
    place = click.style(f"{problem.place}: ", bold=True) if problem.place else ""
    _say(f"{place}{click.style('error: ', fg='red', bold=True)}{_printable(problem.what)}")
    for line in (problem.excerpt or "").splitlines():
        _say(f"    {_printable(line)}")
    for label, text in (("why", problem.why), ("fix", problem.fix)):
        if text:
            shown = _printable(text).replace("\n", "\n       ")
            _say(f"  {click.style(label + ':', fg='cyan')} {shown}")


def _show_usage(error: click.ClickException) -> int:
    message = error.format_message()
    context = error.ctx if isinstance(error, click.UsageError) else None
    _show(
        Problem(
            what=f"{message[:1].lower()}{message[1:].rstrip('.')}",
            fix=f"see: {context.command_path} --help" if context else None,
        )
    )
    return error.exit_code


def _say(text: str) -> None:
    click.echo(text, err=True, color=_color())


def _color() -> bool | None:
    return False if "NO_COLOR" in os.environ or "--no-color" in sys.argv else None


def _printable(text: str) -> str:
    """Replace what would move the cursor or change colours: an option or a file may hold anything."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(char) == "Cc" and char != "\n" else char
        for char in text
    )


def _lost(error: OSError) -> int:
    """End after the system refused: a name it does not take, our directory gone, no room for our output."""
    if error.errno in _NO_ROOM and error.filename is None:
        drop_output()
        problem = Problem(
            what=f"the output cannot be written: {error.strerror}",
            fix="make room; `newsletter status` shows where things stand",
        )
    elif error.errno == errno.ENAMETOOLONG:
        name = str(error.filename)
        problem = Problem(what=f'the name "{name[:60]}…" has {len(name)} characters; no file has that many')
    elif isinstance(error, FileNotFoundError) and not _has_directory():
        problem = Problem(what="the directory you are in was removed", fix="cd to one that exists")
    else:
        return _bug(error)
    with contextlib.suppress(OSError):
        _show(problem)
    return _USAGE


def _has_directory() -> bool:
    try:
        return Path.cwd().is_dir()
    except FileNotFoundError:
        return False


def drop_output() -> None:
    """Let what is still buffered vanish, or Python complains once more at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None:
            try:
                stream.flush()
            except OSError:
                os.dup2(nowhere, stream.fileno())


def _bug(error: Exception) -> int:
    if "--debug" in sys.argv or os.environ.get("NEWSLETTER_DEBUG"):
        _say(mask_addresses("".join(traceback.format_exception(error))).rstrip())
    frame = traceback.extract_tb(error.__traceback__)[-1]
    _say(
        f"A bug: {type(error).__name__}: {mask_addresses(_printable(str(error)[:500]))}\n"
        f"  at {Path(frame.filename).name}:{frame.lineno}; what is sent is in the ledger: newsletter status\n"
        "  fix: run again with `newsletter --debug …` and report what it prints"
    )
    return _BUG
