"""What taking mail in came to."""

from __future__ import annotations

from dataclasses import dataclass, replace

from newsletter.domain.inbound_mail import Ingested
from newsletter.errors import Problem

__all__ = ["Reread", "Taken"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What taking mail in came to, in mails: new ones, ones that were there, and what could not be taken.

    `parked` are mails that are kept and could not be read.
    """

    new: int = 0
    known: int = 0
    parked: int = 0
    problems: tuple[Problem, ...] = ()

    def counting(self, ingested: Ingested) -> Taken:
        """Return this with one more mail."""
        return replace(self, new=self.new + 1) if ingested.is_new else replace(self, known=self.known + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """What reading mails again came to: how many were read, changed, and cannot be read.

    `older` are the numbers of those that had been read by older rules (`PARSER_VERSION`).
    """

    read: int
    changed: int
    parked: int
    older: tuple[int, ...] = ()
