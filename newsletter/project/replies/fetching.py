"""Mail taken in from the mailbox of `[replies]`: now, or as it comes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.domain.mailbox_address import ImapFolder, MailPath, parse_after, parse_mailbox
from newsletter.errors import ConfigError, InboundError, Problem
from newsletter.project.replies.taken import Taken

if TYPE_CHECKING:
    from newsletter.mailbox.imap import ImapMailbox
    from newsletter.project import Project

__all__ = ["Fetching", "first_day", "mailbox_of", "open_mailbox"]

_AGAIN = 200  # mails that a crash may have left unflagged
_FIRST_PAUSE_S = 5.0
_LONGEST_PAUSE_S = 300.0
_POLL_S = 60.0


class Fetching:
    """Takes mail in from the configured mailbox of a project.

    Any number of these may be at it at once, in any number of processes: nothing is taken twice, and the
    cursor passes no mail that is not kept.
    """

    def __init__(self, project: Project, tell: Callable[[int], None] = lambda _done: None) -> None:
        """Take mail into `project`; `tell` is told how many are done.

        Raises ConfigError when there is no mailbox.
        """
        self._project = project
        self._tell = tell
        self._config = project.config.replies
        self.where = mailbox_of(project)

    def fetch(self, *, is_again: bool = False) -> Taken:
        """Take in what is new, and read it; `is_again`: fetch every mail of the mailbox once more.

        That puts back originals that were lost, and takes nothing twice.

        Raises InboundError when the mailbox cannot be asked, ConfigError, StoreError.
        """
        if isinstance(self.where, MailPath):
            path = self._project.config.root / Path(self.where.path).expanduser()
            since = first_day(self._project)
            return self._project.replies.import_paths([path], self._tell, since=since)
        with open_mailbox(self._project, self.where) as mailbox:
            taken = self._take(mailbox, is_again=is_again)
        return replace(taken, parked=self._project.replies.read_waiting())

    def watch(self, told: Callable[[Taken], None], warn: Callable[[str], None]) -> None:
        """Take mail in as it comes, for ever; `told` what came, `warn` of a mailbox that does not answer.

        Raises ConfigError, StoreError, and InboundError when the first try fails.
        """
        pause_s, is_first = _FIRST_PAUSE_S, True
        while True:
            try:
                self._watch_once(told)
                pause_s = _FIRST_PAUSE_S
            except InboundError as error:
                if is_first:
                    raise
                warn(f"{error.problems[0].what}; trying again in {pause_s:.0f} s")
                self._project.clock.sleep(pause_s)
                pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
            is_first = False

    def _watch_once(self, told: Callable[[Taken], None]) -> None:
        """Take mail in over one connection for as long as it lasts; a path is looked at once."""
        if isinstance(self.where, MailPath):
            told(self.fetch())
            self._project.clock.sleep(_POLL_S)
            return
        with open_mailbox(self._project, self.where) as mailbox:
            while True:
                taken = self._take(mailbox, is_again=False)
                told(replace(taken, parked=self._project.replies.read_waiting()))
                if not mailbox.wait():
                    self._project.clock.sleep(_POLL_S)
                    mailbox.look()

    def _take(self, mailbox: ImapMailbox, *, is_again: bool) -> Taken:
        store = self._project.store.inbound
        source = mailbox.where.source
        known = partial(store.arrived, source)
        before = store.cursor(source)
        if self._config.after != "keep":
            # Not those from before the last look: a star that the author took away stays away.
            since = before.checked_at if before is not None and self._config.after == "flag" else None
            unsettled = mailbox.kept_uids(partial(store.arrived, source, since=since), most=_AGAIN)
            self._settle(mailbox, unsettled)
        start = mailbox.start(None if is_again else before)
        taken = Taken()
        last = start
        skipped = _nothing if is_again else known
        for one in mailbox.new_mails(start, skipped, first_day(self._project)):
            if isinstance(one, Problem):
                taken = replace(taken, problems=(*taken.problems, one))
                continue
            taken = taken.counting(
                self._project.replies.ingest(one.raw, one.source, one.key, cursor=one.cursor)
            )
            last = one.cursor or last
            self._settle(mailbox, [int(one.key.partition("/")[2])])
            self._tell(taken.new + taken.known)
        store.checked(source, last, self._project.clock.now())
        return taken

    def _settle(self, mailbox: ImapMailbox, uids: Sequence[int]) -> None:
        """Do with mails that are kept what `[replies] after` says."""
        if not uids or self._config.after == "keep":
            return
        folder = parse_after(self._config.after)
        if folder is None:
            mailbox.flag(uids)
        else:
            mailbox.move(uids, folder)


def _nothing(_keys: Collection[str]) -> frozenset[str]:
    return frozenset()


def first_day(project: Project) -> date:
    """Return the first day whose mails are taken: as set, or the day before the first letter."""
    if project.config.replies.since is not None:
        return date.fromisoformat(project.config.replies.since)
    planned = [one.created_at for one in project.store.ledger.campaigns()]
    return (min(planned, default=project.clock.now()) - timedelta(days=1)).date()


def mailbox_of(project: Project) -> ImapFolder | MailPath:
    """Return the mailbox of `[replies]`. Raises ConfigError when there is none."""
    config = project.config
    if config.replies.mailbox is None:
        raise ConfigError(
            Problem(
                what="no mailbox is set",
                fix=f"write in {config.shown_path}, below [replies]: mailbox = "
                '"imaps://you@example.org@mail.example.org/INBOX" and password = '
                '"env:NEWSLETTER_MAILBOX_PASSWORD"; or take in files: newsletter replies import PATH',
            )
        )
    return parse_mailbox(config.replies.mailbox)


def open_mailbox(project: Project, where: ImapFolder) -> ImapMailbox:
    """Return the folder, opened and logged in to. Raises ConfigError, InboundError."""
    from newsletter.mailbox.imap import ImapMailbox

    config = project.config.replies
    if config.token is None and config.password is None:
        fix = 'write below [replies]: password = "env:NEWSLETTER_MAILBOX_PASSWORD"'
        raise ConfigError(Problem(what="the mailbox has no password", fix=fix))
    token = config.token.reveal() if config.token else None
    password = config.password.reveal() if config.password and token is None else None
    mailbox = ImapMailbox(where, timeout_s=config.timeout_s, is_changed=config.after != "keep")
    try:
        mailbox.login(password=password, token=token)
    except BaseException:
        mailbox.hang_up()
        raise
    return mailbox
