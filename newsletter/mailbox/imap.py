"""A folder on an IMAP server (RFC 9051): its new mails byte for byte, and word when more come."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from datetime import date
from types import TracebackType

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from newsletter.domain.inbound_mail import MailboxCursor
from newsletter.domain.mailbox_address import ImapFolder
from newsletter.errors import InboundError, Problem
from newsletter.mailbox.imap_faults import imap_fault, said
from newsletter.protocols.mailbox import Incoming

__all__ = ["ImapMailbox", "Known"]

Known = Callable[[Collection[str]], frozenset[str]]
"""Tells which of some keys came in from this folder already."""

_LOOK_BACK = 200  # mails before the cursor that are looked at again: a server may show two in another order
_AT_ONCE_BYTES = 4 << 20
_AT_ONCE_MAILS = 50
_UIDS_AT_ONCE = 50_000
_IDLE_S = 120.0  # a mail that comes just before we wait is told of late, or not at all


class ImapMailbox:
    """A folder, opened: for reading alone (EXAMINE) unless mails are to be flagged or moved.

    Use it as a context manager. Raises InboundError for whatever server, network or login refuse.
    """

    def __init__(self, where: ImapFolder, *, timeout_s: float, is_changed: bool = False) -> None:
        """Connect to the server of `where`, encrypted and with its certificate verified."""
        self.where = where
        self.capabilities: frozenset[str] = frozenset()
        self._is_changed = is_changed
        self._validity = 0
        self._next_uid = 0
        with imap_fault(where):
            context = ssl.create_default_context()
            self._client = IMAPClient(
                where.host,
                port=where.port,
                ssl=where.is_tls,
                ssl_context=context if where.is_tls else None,
                timeout=timeout_s,
            )
            try:
                self._protect(context)
            except BaseException:
                self.hang_up()
                raise

    def login(self, *, password: str | None = None, token: str | None = None) -> None:
        """Log in with a password, or an OAuth 2 token, and open the folder."""
        with imap_fault(self.where):
            try:
                if token is not None:
                    self._client.oauth2_login(self.where.user, token)
                else:
                    self._client.login(self.where.user, password or "")
            except LoginError as error:
                raise InboundError(
                    Problem(
                        what=f"{self.where.host} does not let {self.where.user} in",
                        why=said(error),
                        fix="look at [replies] mailbox and password; many providers want a password for apps",
                    )
                ) from error
            self.capabilities = frozenset(
                one.decode("ascii", "replace") for one in self._client.capabilities()
            )
            self._open()

    def __enter__(self) -> ImapMailbox:
        """Return the mailbox itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Log out, or just hang up where that fails."""
        if kind is None:
            with suppress(OSError, IMAPClientError):
                self._client.logout()
        else:
            self.hang_up()

    def hang_up(self) -> None:
        """Close the connection without a word."""
        with suppress(OSError, IMAPClientError):
            self._client.shutdown()

    @property
    def is_encrypted(self) -> bool:
        """Say whether the connection is."""
        return isinstance(self._client.socket(), ssl.SSLSocket)

    @property
    def validity(self) -> int:
        """Return the folder's UIDVALIDITY: with another one all its numbers mean other mails."""
        return self._validity

    def start(self, cursor: MailboxCursor | None) -> MailboxCursor:
        """Return from where to read on: `cursor`, or the beginning for a folder that was numbered anew."""
        if cursor is None or cursor.validity != self._validity:
            return MailboxCursor(validity=self._validity, last_uid=0)
        return cursor

    def new_mails(
        self, cursor: MailboxCursor, known: Known, since: date | None = None
    ) -> Iterator[Incoming | Problem]:
        """Yield the mails that are not `known`, oldest first, and a problem for each the server withholds.

        Each carries the cursor that holds once it and all before it are kept; behind a mail that is withheld
        the cursor stays, so that it is asked for again.
        """
        todo = self._new(cursor, known, since)
        last, is_whole = cursor.last_uid, True
        for chunk in self._chunks(todo):
            mails = self._fetch(chunk)
            for uid in chunk:
                raw = mails.get(uid) or self._fetch([uid]).get(uid)
                if raw is None:
                    continue  # somebody removed it meanwhile
                if not raw:
                    is_whole = False
                    yield Problem(what=f"the server gives no bytes of mail {uid} in {self.where}")
                    continue
                last = max(last, uid) if is_whole else last
                moved = MailboxCursor(validity=self._validity, last_uid=last)
                yield Incoming(source=self.where.source, key=self._key(uid), raw=raw, cursor=moved)

    def count_new(self, cursor: MailboxCursor, known: Known, since: date | None = None) -> int:
        """Return how many mails `new_mails` would give."""
        return len(self._new(cursor, known, since))

    def kept_uids(self, known: Known, *, most: int | None = None) -> list[int]:
        """Return the mails of the folder, or its last `most`, that came in already."""
        first = 1 if most is None else max(1, self._next_uid - most)
        here = {self._key(uid): uid for uid in self._uids(first, None)}
        return [here[key] for key in known(here.keys())]

    def flag(self, uids: Sequence[int]) -> None:
        """Put a star on mails (`\\Flagged`)."""
        with imap_fault(self.where):
            self._client.add_flags(uids, [b"\\Flagged"], silent=True)

    def move(self, uids: Sequence[int], folder: str) -> None:
        """Move mails to `folder`, which is there; with MOVE (RFC 6851), or UIDPLUS (RFC 4315) in its place.

        Refused where the server knows neither: then nothing else could be removed by mistake.
        """
        with imap_fault(self.where):
            if not self._client.folder_exists(folder):
                fix = "make it in your mail program, or write another one in [replies] after"
                raise InboundError(
                    Problem(what=f'there is no folder "{folder}" at {self.where.host}', fix=fix)
                )
            if "MOVE" in self.capabilities:
                self._client.move(uids, folder)
            elif "UIDPLUS" in self.capabilities:
                self._client.copy(uids, folder)
                self._client.delete_messages(uids, silent=True)
                self._client.uid_expunge(uids)
            else:
                what = f"{self.where.host} cannot move mails safely"
                raise InboundError(Problem(what=what, fix='write [replies] after = "flag" or "keep"'))

    def wait(self, longest_s: float = _IDLE_S) -> bool:
        """Wait until the server tells of something, with IDLE (RFC 2177); False when it cannot.

        What came since the last question is asked for first: a server may tell of it only much later.
        """
        if "IDLE" not in self.capabilities:
            return False
        with imap_fault(self.where):
            _, told = self._client.noop()
            if not any(len(one) > 1 and one[1] == b"EXISTS" for one in told):
                self._client.idle()
                try:
                    self._client.idle_check(timeout=longest_s)
                finally:
                    self._client.idle_done()
            self._open()
        return True

    def look(self) -> None:
        """Let the server say what is new, where it cannot do so by itself."""
        with imap_fault(self.where):
            self._open()

    def _protect(self, context: ssl.SSLContext) -> None:
        """Begin to encrypt; only a server on this machine may do without."""
        if self.where.is_tls:
            return
        if self._client.has_capability("STARTTLS"):
            self._client.starttls(context)
        elif not self.where.is_local:
            raise InboundError(
                Problem(
                    what=f"{self.where.host} does not encrypt",
                    why="your password and your readers' mail would go over the network in plain text",
                    fix="write imaps:// in [replies] mailbox",
                )
            )

    def _open(self) -> None:
        opened = self._client.select_folder(self.where.folder, readonly=not self._is_changed)
        self._validity = int(opened[b"UIDVALIDITY"])
        self._next_uid = int(opened.get(b"UIDNEXT", 0))

    def _uids(self, first: int, since: date | None) -> list[int]:
        """Return the numbers from `first` on, in order.

        `first:*` always names one mail, so what is below it is left out (RFC 9051 6.4.4); many are asked for
        in parts, because one line of an answer may not be too long.
        """
        found: set[int] = set()
        lowest = first
        criteria: list[object] = ["SINCE", since] if since else ["ALL"]
        with imap_fault(self.where):
            while self._next_uid - first > _UIDS_AT_ONCE:
                found |= set(self._client.search(["UID", f"{first}:{first + _UIDS_AT_ONCE - 1}", *criteria]))
                first += _UIDS_AT_ONCE
            found |= set(self._client.search(["UID", f"{first}:*", *criteria]))
        return sorted(uid for uid in found if uid >= lowest)

    def _new(self, cursor: MailboxCursor, known: Known, since: date | None) -> list[int]:
        uids = self._uids(max(1, cursor.last_uid - _LOOK_BACK), since)
        here = {self._key(uid): uid for uid in uids}
        before = known(here.keys())
        return [uid for key, uid in here.items() if key not in before]

    def _chunks(self, uids: Sequence[int]) -> Iterator[list[int]]:
        """Yield the numbers in parts that are fetched at once, so that no more than some megabytes wait."""
        for begin in range(0, len(uids), _UIDS_AT_ONCE):
            asked = uids[begin : begin + _UIDS_AT_ONCE]
            with imap_fault(self.where):
                sizes = self._client.fetch(asked, ["RFC822.SIZE"])
            chunk: list[int] = []
            size = 0
            for uid in asked:
                size_told = sizes.get(uid, {}).get(b"RFC822.SIZE", 0)
                own = size_told if isinstance(size_told, int) else 0
                if chunk and (size + own > _AT_ONCE_BYTES or len(chunk) == _AT_ONCE_MAILS):
                    yield chunk
                    chunk, size = [], 0
                chunk.append(uid)
                size += own
            if chunk:
                yield chunk

    def _fetch(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Return the bytes of mails, none of one that the server does not give; those that are gone lack.

        A server may refuse many because of one: then each is asked for by itself.
        """
        try:
            return self._fetch_at_once(uids)
        except InboundError as error:
            if isinstance(error.__cause__, IMAPClientAbortError | OSError):
                raise  # the connection is gone
            if len(uids) == 1:
                return {uids[0]: b""}
            found = {uid: raw for one in uids for uid, raw in self._fetch([one]).items()}
            if not any(found.values()):
                raise
            return found

    def _fetch_at_once(self, uids: Sequence[int]) -> dict[int, bytes]:
        with imap_fault(self.where):
            answers = self._client.fetch(uids, ["BODY.PEEK[]"])
        given = {uid: one.get(b"BODY[]") for uid, one in answers.items()}
        return {uid: raw if isinstance(raw, bytes) else b"" for uid, raw in given.items()}

    def _key(self, uid: int) -> str:
        return f"{self._validity}/{uid}"
