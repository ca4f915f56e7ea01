"""How the mailbox answers come to stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsletter.errors import Problem

__all__ = ["MailboxState"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxState:
    """What was found of a mailbox; `where` is None when none is set.

    `waiting` is how many mails in it were not taken in, None where that was not asked; `fault` why it cannot
    be opened. `checked_at` is when it was last asked, `fetched_at` when a mail last came out of it. `parked`
    is how many mails could not be read.
    """

    where: str | None
    waiting: int | None = None
    fault: Problem | None = None
    checked_at: datetime | None = None
    fetched_at: datetime | None = None
    parked: int = 0
