"""Where a mailbox is: a folder on an IMAP server, written as a URL, or a path to a Maildir or mbox."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

__all__ = [
    "ImapFolder",
    "MailPath",
    "MailboxError",
    "after_problem",
    "mailbox_problem",
    "parse_after",
    "parse_mailbox",
]

_PORTS = {"imaps": 993, "imap": 143}
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
_EXAMPLE = '"imaps://you@mail.example.org/INBOX" or "maildir:PATH"'


class MailboxError(ValueError):
    """What was written names no mailbox; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapFolder:
    """A folder on an IMAP server; `is_tls`: encrypted from the first byte, else by STARTTLS.

    Nothing but this machine itself is talked to without encryption.
    """

    host: str
    port: int
    user: str
    folder: str
    is_tls: bool

    @property
    def source(self) -> str:
        """Return what its mails are called by, for ever."""
        return f"imap:{self.user}@{self.host}:{self.port}/{self.folder}"

    @property
    def is_local(self) -> bool:
        """Say whether the server is on this machine."""
        return self.host in _LOCAL_HOSTS

    def __str__(self) -> str:
        """Render as people call it."""
        return f"{self.folder} of {self.user} at {self.host}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPath:
    """A Maildir, an mbox file, or a folder with mails."""

    path: str

    def __str__(self) -> str:
        """Render as people call it."""
        return self.path


def parse_mailbox(text: str) -> ImapFolder | MailPath:
    """Return the mailbox that `text` names: `imaps://USER@HOST[:PORT]/FOLDER`, `maildir:PATH`, `mbox:PATH`.

    RFC 5092 for the URL; the user may be a whole address. Raises MailboxError.
    """
    scheme, colon, rest = text.partition(":")
    if colon and scheme in ("maildir", "mbox"):
        if not rest.strip():
            raise MailboxError(f"a path has to follow {scheme}:")
        return MailPath(path=rest)
    if scheme not in _PORTS:
        raise MailboxError(f"write {_EXAMPLE}")
    try:
        parts = urlsplit(text)
        port = parts.port or _PORTS[scheme]
    except ValueError as error:
        raise MailboxError(str(error)) from error
    if parts.password is not None:
        raise MailboxError("a password stands in it in plain text; write it as password, with env:NAME")
    if not parts.hostname or not parts.username:
        raise MailboxError(f"user or server is missing; write {_EXAMPLE}")
    if parts.query or parts.fragment:
        raise MailboxError("nothing may follow the folder")
    return ImapFolder(
        host=parts.hostname,
        port=port,
        user=unquote(parts.username),
        folder=unquote(parts.path.lstrip("/")) or "INBOX",
        is_tls=scheme == "imaps",
    )


def parse_after(text: str) -> str | None:
    """Return the folder of `move:FOLDER`, None for `keep` and `flag`. Raises MailboxError."""
    if text in ("keep", "flag"):
        return None
    word, _, folder = text.partition(":")
    if word != "move" or not folder.strip():
        raise MailboxError(f'"{text}" is not "keep", "flag" or "move:FOLDER"')
    return folder.strip()


def mailbox_problem(text: str) -> str | None:
    """Return why `text` names no mailbox, None when it does."""
    try:
        parse_mailbox(text)
    except MailboxError as error:
        return str(error)
    return None


def after_problem(text: str) -> str | None:
    """Return why `text` is nothing to do with a mail, None when it is."""
    try:
        parse_after(text)
    except MailboxError as error:
        return str(error)
    return None
