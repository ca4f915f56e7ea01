"""Where a mail that came in stands, and what was done about what a reader asked in it."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["ActState", "InboundState"]


class InboundState(StrEnum):
    """Where a mail stands; it is on disk in every one of these states.

    waiting ──read by the program──▶ new ──by the author──▶ read ──▶ answered | archived
       └── cannot be read ──▶ parked ──tried again──▶ new
    """

    WAITING = "waiting"
    PARKED = "parked"
    NEW = "new"
    READ = "read"
    ANSWERED = "answered"
    ARCHIVED = "archived"


class ActState(StrEnum):
    """Where something stands that a mail asks for, such as to unsubscribe its sender."""

    PROPOSED = "proposed"  # the author decides
    DONE = "done"
    UNDONE = "undone"
    DISMISSED = "dismissed"  # the author decided against it
