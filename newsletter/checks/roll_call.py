"""The readers of a segment called one by one, as a receipt remembers them."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from zlib import crc32

from newsletter.domain.campaign import Member
from newsletter.domain.roll import MARKS, Roll

__all__ = ["RollCall"]

_AT_ONCE = 500
_MOST_GROUPS = 4096


class RollCall:
    """Takes readers in; memory grows with the gaps in their ids, not with their number."""

    def __init__(self, fields: Sequence[str]) -> None:
        """Begin with nobody; of a reader's values those of `fields` count."""
        self._fields = fields
        self._sha = sha256()
        self._lines: list[str] = []
        self._runs: list[tuple[int, int]] = []
        self._marks = [0] * _MOST_GROUPS
        self._first = self._last = 0
        self._count = 0

    def add(self, member: Member) -> None:
        """Take `member` in; members come in order of id."""
        number = member.subscriber_id
        if number != self._last + 1 or not self._count:
            if self._count:
                self._runs.append((self._first, self._last))
            self._first = number
        self._last = number
        self._count += 1
        values = [repr(member.values.get(name)) for name in self._fields]
        line = "\0".join([str(number), member.email, member.variant, *values])
        self._lines.append(line)
        self._marks[number % _MOST_GROUPS] += crc32(line.encode(errors="surrogatepass"))
        if len(self._lines) == _AT_ONCE:
            self._take_in()

    @property
    def roll(self) -> Roll:
        """Return everybody taken in so far."""
        self._take_in()
        runs = (*self._runs, (self._first, self._last)) if self._count else ()
        groups = min(_MOST_GROUPS, 1 << self._count.bit_length())
        marks = tuple(sum(self._marks[group::groups]) % MARKS for group in range(groups))
        return Roll(count=self._count, runs=runs, digest=self._sha.hexdigest(), marks=marks)

    def _take_in(self) -> None:
        self._sha.update("".join([f"{line}\n" for line in self._lines]).encode(errors="surrogatepass"))
        self._lines.clear()
