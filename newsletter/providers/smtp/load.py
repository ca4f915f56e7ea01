"""A batch on its way over many connections: which mails are still out, and what became of the others."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from newsletter.domain.outcome import Outcome
from newsletter.providers.smtp.payload import SmtpMail

__all__ = ["Carried", "Job", "Load"]


@dataclass(slots=True)
class Carried:
    """What became of the mails of a batch, by position.

    `whole` is what was said to us rather than about one reader, if anything was; the mails that had not
    begun by then were not tried.
    """

    outcomes: dict[int, Outcome] = field(default_factory=dict)
    whole: Outcome | None = None


class Load:
    """A batch of `size` mails under way; belongs to the running loop."""

    def __init__(self, size: int) -> None:
        self._carried = Carried()
        self._left = size
        self._end: asyncio.Future[Carried] = asyncio.get_running_loop().create_future()

    @property
    def whole(self) -> Outcome | None:
        """Return what was said to us, after which no more mails begin."""
        return self._carried.whole

    @whole.setter
    def whole(self, outcome: Outcome) -> None:
        self._carried.whole = outcome

    async def end(self) -> Carried:
        """Wait until every mail has its outcome."""
        return await self._end

    def settle(self, mail: SmtpMail, outcome: Outcome) -> None:
        """Note the outcome of one mail."""
        self._carried.outcomes[mail.position] = outcome
        self._left -= 1
        if not self._left and not self._end.done():
            self._end.set_result(self._carried)

    def break_off(self, error: BaseException) -> None:
        """Let whoever waits for the end have `error`."""
        if not self._end.done():
            self._end.set_exception(error)


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """One mail of a load."""

    load: Load
    mail: SmtpMail
