"""Mails taken out of the inbox again: by their age, or by their numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.domain.address import AddressError, address_key
from newsletter.errors import ConfigError, StoreError
from newsletter.project.replies.unfinished import UnfinishedAnswers
from newsletter.replies.mime import read_mail
from newsletter.store.inbound.raw_mails import RawMails

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["ReplyRemoval"]

_AT_ONCE = 100


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
        from newsletter.project.people.retention import months_before

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
        quotes = [self._project.quoting.of(number) for number in numbers]
        self.forget_quotes({one.name for one in quotes if one is not None})
        removed = self._project.store.inbound_removal.remove(numbers, self._project.clock.now())
        self.sweep()
        return removed

    def forget_quotes(self, names: Collection[str]) -> None:
        """Take words out of letters to come; a register that cannot be read is told, not waited for."""
        if not names:
            return
        try:
            self._project.quoting.forget(names)
        except ConfigError as error:
            listed = ", ".join(f"[quotes.{name}]" for name in sorted(names))
            self._project.tell(f"{error}\nTake {listed} out of it by hand.")

    def drop_files(self, files: Iterable[Path]) -> None:
        """Let those of `files` that are raw mails go, so that they do not come back; others are no matter."""
        folder = self._raw_mails.folder
        paths = [one.relative_to(folder).as_posix() for one in files if one.is_relative_to(folder)]
        if paths:
            self._project.store.inbound_removal.drop_files(paths, self._project.clock.now())

    def name_unread(self) -> None:
        """Write down whom the mails are from that could not be read: they too belong to somebody."""
        after = 0
        while found := self._project.store.inbound.unread(after, _AT_ONCE):
            after = found[-1].id
            for one in found:
                key = self._sender_key(one.path)
                if key is not None:
                    self._project.store.inbound_removal.note_sender(one.id, key)

    def _sender_key(self, path: str) -> str | None:
        try:
            sender = read_mail(self._raw_mails.read(path)).from_
            return None if sender is None else address_key(sender.address)
        except (StoreError, AddressError):
            return None  # its file is gone, or it is from nobody

    def sweep(self) -> None:
        """Remove the files of mails that were removed, and answers begun to them; also what a crash left."""
        for path in self._project.store.inbound_removal.gone():
            self._raw_mails.remove(path)
        self._raw_mails.remove_unfinished()
        desk = self._project.store.inbound_desk
        UnfinishedAnswers(self._project.config.root).drop_strangers(lambda one: desk.get(one) is not None)
