"""Replies of a mail server, read from whatever pieces they arrive in (RFC 5321 4.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["NoReply", "Reply", "ReplyReader"]

# RFC 5321 4.5.3.1.5 allows 512 octets a reply line; servers exceed it, nobody exceeds this.
_MAX_LINE = 8_192
_MAX_LINES = 200
_MAX_WAITING = 1_000_000
_LINE = re.compile(rb"([2-5][0-9]{2})(?:([ -])([^\n]*+)|\r*+)\n")  # possessive: each byte is looked at once
_NO_SMTP = "the server's answer is no SMTP reply"
_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?= |$)")


class NoReply(Exception):
    """What came is no SMTP; the text says why."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply: its code and the text of each line."""

    code: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return the reply as one line, for people."""
        return f"{self.code} {' '.join(line for line in self.lines if line)}"[:300].rstrip()

    @property
    def enhanced(self) -> str:
        """Return the enhanced status code (RFC 3463), such as `5.1.1`; empty when there is none."""
        match = _ENHANCED.match(self.lines[-1])
        return match[0] if match else ""


class ReplyReader:
    """Takes in pieces and gives out whole replies, in order."""

    def __init__(self) -> None:
        """Start with nothing read."""
        self._buffer = bytearray()
        self._code = 0
        self._lines: list[str] = []

    @property
    def is_flooded(self) -> bool:
        """Say whether more waits to be read than any dialogue can hold."""
        return len(self._buffer) > _MAX_WAITING

    @property
    def has_more(self) -> bool:
        """Say whether something was read that is in no reply yet given out."""
        return bool(self._buffer or self._lines)

    def feed(self, data: bytes) -> None:
        """Take in what the server sent."""
        self._buffer += data

    def take(self) -> Reply | None:
        """Return the next reply, None while it is not whole. Raises NoReply."""
        while match := _LINE.match(self._buffer):
            code, mark, text = match.groups()
            if (self._lines and int(code) != self._code) or len(self._lines) >= _MAX_LINES:
                raise NoReply(_NO_SMTP)
            self._code = int(code)
            self._lines.append(_readable(text or b""))
            del self._buffer[: match.end()]
            if mark != b"-":
                reply = Reply(self._code, tuple(self._lines))
                self._lines.clear()
                return reply
        if b"\n" in self._buffer:
            raise NoReply(_NO_SMTP)
        if len(self._buffer) > _MAX_LINE:
            raise NoReply("the server's answer never ends")
        return None


def _readable(text: bytes) -> str:
    decoded = text.rstrip(b"\r").decode("utf-8", "replace")
    if not decoded.isprintable():
        decoded = "".join(char for char in decoded if char.isprintable())
    return decoded.strip()
