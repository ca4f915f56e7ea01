"""Mail that comes in: kept as it came, read, listed, and put away."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.domain.inbound_mail import (
    PARSER_VERSION,
    InboundFilter,
    InboundMail,
    Ingested,
    MailboxCursor,
    MailFacts,
)
from newsletter.domain.inbox import InboundState
from newsletter.domain.stripped import Stripped
from newsletter.errors import ConfigError, NewsletterError, Problem, StoreError, UsageError
from newsletter.mailbox.files import incoming_from
from newsletter.project.replies.acts import ReplyActs
from newsletter.project.replies.mail_events import take_mail_events
from newsletter.project.replies.mail_reading import MailReader, Reading
from newsletter.project.replies.removal import ReplyRemoval
from newsletter.project.replies.taken import Reread, Taken
from newsletter.replies.mime import read_mail
from newsletter.replies.text import text_of_html
from newsletter.source import shown_path
from newsletter.store.inbound.arriving import Unread
from newsletter.store.inbound.raw_mails import RawMails

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["Replies"]

_log = logging.getLogger(__name__)
_AT_ONCE = 100
_MOST_TRIES = 10
_LONGEST_TAG = 60
_DEADLY = (
    f"the program ended {_MOST_TRIES} times while it was read; try again with: newsletter replies reclassify"
)


class Replies:
    """What can be done with mail that comes in."""

    def __init__(self, project: Project) -> None:
        """Work on the inbox of `project`."""
        self._project = project

    @cached_property
    def raw_mails(self) -> RawMails:
        """Return the folder of raw mails: `.newsletter/inbound` in the project."""
        root = self._project.config.root
        folder = root / ".newsletter" / "inbound"
        return RawMails(folder, shown_path(folder, root))

    @cached_property
    def removal(self) -> ReplyRemoval:
        """Return what takes mails out of the inbox again."""
        return ReplyRemoval(self._project, self.raw_mails)

    @cached_property
    def acts(self) -> ReplyActs:
        """Return what does what mails ask for."""
        return ReplyActs(self._project)

    def ingest(self, raw: bytes, source: str, key: str, *, cursor: MailboxCursor | None = None) -> Ingested:
        """Take in one mail: when this returns, its bytes are on disk and it is in the inbox, unread.

        Nothing looks at it before. The same bytes, or the same `source` and `key` with them, are one mail
        however often they come. `cursor` is how far the source is read then. Raises StoreError, after which
        nothing but perhaps the file is there, and the same call does what is left.
        """
        if cursor is None and (known := self._known(raw, source, key)) is not None:
            return known
        kept = self.raw_mails.keep(raw)
        ingested = self._project.store.inbound.keep(kept, source, key, self._now, cursor)
        if ingested.is_removed:
            self.raw_mails.remove(kept.path)
        return ingested

    def _known(self, raw: bytes, source: str, key: str) -> Ingested | None:
        """Return what became of a mail that came in this way before, and is there or was removed.

        A Maildir is read as a whole each time: of what is in it already nothing is written.
        """
        known = self._project.store.inbound.known(sha256(raw).hexdigest(), source, key)
        if known is None or known.is_removed:
            return known
        return known if self.raw_mails.holds(raw) else None

    def is_address_secret(self, text: str) -> bool:
        """Say whether `text` ends the address to which a service may post mails. Raises ConfigError."""
        secret = self._project.config.replies.post_secret
        return secret is not None and compare_digest(text.encode(), secret.reveal().encode())

    def import_paths(
        self,
        paths: Iterable[Path],
        tell: Callable[[int], None] = lambda _done: None,
        *,
        since: date | None = None,
    ) -> Taken:
        """Take in the mails in files, and read them. `tell` is told how many are done.

        What came in before `since` stays where it is, as far as a file says when that was.

        What is no mail, or cannot be read, is a problem of the answer, and holds up no other. Raises
        StoreError.
        """
        taken = Taken()
        for one in incoming_from(paths):
            if isinstance(one, Problem):
                taken = replace(taken, problems=(*taken.problems, one))
                continue
            if since is not None and one.day is not None and one.day < since:
                continue
            taken = taken.counting(self.ingest(one.raw, one.source, one.key, cursor=one.cursor))
            tell(taken.new + taken.known)
        return replace(taken, parked=self.read_waiting())

    def reclassify(
        self, numbers: Collection[int] = (), tell: Callable[[int], None] = lambda _done: None
    ) -> Reread:
        """Read mails again by the rules of today, all of them when no numbers are given.

        What the author did with them stays, and so does what was done for their writers. `tell` is told how
        many are done. Raises UsageError, StoreError.
        """
        for number in numbers:
            self.get(number)
        store = self._project.store.inbound
        reader = MailReader(self._project)
        after, read, changed, parked = 0, 0, 0, 0
        older: list[int] = []
        while found := store.unread(after, _AT_ONCE, states=tuple(InboundState)):
            after = found[-1].id
            for one in found:
                if numbers and one.id not in numbers:
                    continue
                before = self.get(one.id).facts
                older += [one.id] if before.kind and before.parser_version != PARSER_VERSION else []
                store.stop(one.id)
                parked += not self._read(replace(one, tries=0), reader, is_reread=True)
                changed += self.get(one.id).facts != replace(before, parser_version=PARSER_VERSION)
                read += 1
                tell(read)
        return Reread(read=read, changed=changed, parked=parked, older=tuple(older))

    def read_waiting(self) -> int:
        """Read every mail that was not read yet, and again those that could not be; return how many still
        cannot. Raises StoreError.
        """
        parked = after = 0
        reader = MailReader(self._project)
        while found := self._project.store.inbound.unread(after, _AT_ONCE):
            for one in found:
                parked += not self._read(one, reader)
            after = found[-1].id
        self.acts.finish_moves()
        return parked

    def find(self, wanted: InboundFilter) -> Sequence[InboundMail]:
        """Return the mails that `wanted` chooses, the newest first. Raises StoreError."""
        return self._project.store.inbound_desk.find(wanted)

    def count(self, wanted: InboundFilter) -> int:
        """Return how many mails `wanted` chooses, whatever its limit. Raises StoreError."""
        return self._project.store.inbound_desk.count(wanted)

    def count_automatic(self, wanted: InboundFilter) -> int:
        """Return how many mails `wanted` would choose besides if it named no kinds. Raises StoreError."""
        return self.count(replace(wanted, kinds=frozenset())) - self.count(wanted)

    def get(self, number: int) -> InboundMail:
        """Return one mail. Raises UsageError when there is none of that number, StoreError."""
        found = self._project.store.inbound_desk.get(number)
        if found is None:
            raise UsageError(
                Problem(what=f"there is no mail {number} in the inbox", fix="newsletter replies list --all")
            )
        return found

    def raw(self, number: int) -> bytes:
        """Return one mail byte for byte as it came. Raises UsageError, StoreError."""
        mail = self.get(number)
        if not mail.has_raw:
            raise UsageError(
                Problem(
                    what=f"the original of mail {number} was removed",
                    why="it was older than raw mails are kept, or somebody had it removed",
                )
            )
        return self.raw_mails.read(mail.path)

    def html_as_text(self, number: int) -> str:
        """Return what a mail's HTML says, its text when it has none. Raises UsageError, StoreError."""
        mail = read_mail(self.raw(number))
        return text_of_html(mail.html) if mail.html else mail.text

    def whole(self, number: int) -> Stripped:
        """Return the text of a mail with what was left out of it. Raises UsageError, StoreError."""
        mail = self.get(number)
        return MailReader(self._project).stripped(self.raw(number), mail.facts.issue, mail.facts.delivery_id)

    def mark_read(self, number: int) -> None:
        """Write down that the author saw a mail. Raises StoreError."""
        self._project.store.inbound_desk.mark_read(number, self._project.clock.now())

    def move(self, numbers: Collection[int], state: InboundState) -> Sequence[int]:
        """Put mails in another state; return those that changed. Raises UsageError, StoreError."""
        for number in numbers:
            self.get(number)
        return self._project.store.inbound_desk.move(numbers, state, self._project.clock.now())

    def tag(self, number: int, add: Collection[str], remove: Collection[str] = ()) -> Sequence[str]:
        """Give a mail tags and take others away; return those it has. A `#` before a tag is left out.

        Raises UsageError for a number nobody has and for what can be no tag, StoreError.
        """
        new, gone = ([one.strip().removeprefix("#").strip() for one in tags] for tags in (add, remove))
        UsageError.raise_if(
            [
                Problem(what=f'"{one}" cannot be a tag', fix="write some letters, sixty at most, on one line")
                for one in new
                if not one or len(one) > _LONGEST_TAG or not one.isprintable()
            ]
        )
        known = {tag.casefold() for tag in self.get(number).tags}
        for tag in gone:
            if tag.casefold() not in known:
                self._project.tell(f"mail {number} has no tag #{tag}, so there is none to take away")
        return self._project.store.inbound_desk.tag(number, new, gone)

    @property
    def _now(self) -> datetime:
        return self._project.clock.now()

    def _hear(self, number: int, raw: bytes, facts: MailFacts) -> None:
        """Take what a mail says about being quoted; a register that cannot be written holds no mail up."""
        try:
            self._project.quoting.hear(number, read_mail(raw), facts)
        except ConfigError as error:
            self._project.tell(f"{error}\nMend it, then type: newsletter replies quote")

    def _read(self, one: Unread, reader: MailReader, *, is_reread: bool = False) -> bool:
        """Read one mail; False when it cannot be read and is parked."""
        store = self._project.store.inbound
        if one.tries >= _MOST_TRIES:
            store.park(one.id, _DEADLY)
            return False
        store.begin(one.id)
        try:
            raw = self.raw_mails.read(one.path)
            reading = reader.read(raw)
        except NewsletterError as error:
            store.park(one.id, error.problems[0].what)
            store.stop(one.id)
            return False
        except Exception as error:  # noqa: BLE001  # one mail a stage trips over must not hold up all others
            self._park(one.id, error)
            return False
        except BaseException:
            store.stop(one.id)
            raise
        return self._keep(one.id, raw, reading, is_reread=is_reread)

    def _keep(self, number: int, raw: bytes, reading: Reading, *, is_reread: bool) -> bool:
        """Do what follows from a mail, and write down what it is; False when that trips over the mail."""
        try:
            take_mail_events(self._project, raw, reading.facts)
            self.acts.follow(number, reading.decision, is_reread=is_reread)
            self._hear(number, raw, reading.facts)
            self._project.store.inbound.note(number, reading.facts, self._now)
        except StoreError:
            raise
        except NewsletterError as error:  # such as a text of the author's that cannot be read
            self._project.store.inbound.park(number, error.problems[0].what)
            self._project.store.inbound.stop(number)
            return False
        except Exception as error:  # noqa: BLE001  # as above
            self._park(number, error)
            return False
        return True

    def _park(self, number: int, error: Exception) -> None:
        _log.error("mail %d cannot be read", number, exc_info=error)
        self._project.store.inbound.park(number, f"a fault in reading it: {type(error).__name__}")
        self._project.store.inbound.stop(number)
