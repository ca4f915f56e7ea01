"""Mails taken out of the inbox again: by their age, or by their numbers."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from newsletter.project.unfinished import UnfinishedAnswers
from newsletter.store.raw_mails import RawMails

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["ReplyRemoval"]


class ReplyRemoval:
    """Removes mails, and their files after that. Raises StoreError."""

    def __init__(self, project: Project, raw_mails: RawMails) -> None:
        """Remove from the inbox of `project`, and from the folder of `raw_mails`."""
        self._project = project
        self._raw_mails = raw_mails

    def drop_old(self, *, is_trial: bool = False) -> int:
        """Remove the files of mails older than `[replies] raw_months`; return how many.

        What was read in them stays. A trial only counts.
        """
        from newsletter.project.retention import months_before

        now = self._project.clock.now()
        before = months_before(now, self._project.config.replies.raw_months)
        dropped = self._project.store.inbound_removal.drop_raw(before, now, is_trial=is_trial)
        if not is_trial:
            self.sweep()
        return dropped

    def remove(self, numbers: Collection[int]) -> int:
        """Remove mails and all that was made of them; return how many.

        They do not come back when the mailbox is fetched again. Raises UsageError for a number nobody has.
        """
        for number in numbers:
            self._project.replies.get(number)
        removed = self._project.store.inbound_removal.remove(numbers, self._project.clock.now())
        self.sweep()
        return removed

    def sweep(self) -> None:
        """Remove the files of mails that were removed, and answers begun to them; also what a crash left."""
        for path in self._project.store.inbound_removal.gone():
            self._raw_mails.remove(path)
        desk = self._project.store.inbound_desk
        UnfinishedAnswers(self._project.config.root).drop_strangers(lambda one: desk.get(one) is not None)
