"""`[replies]`: every key about mail that comes in."""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.config.keys import key as _key
from newsletter.config.secrets import Secret

__all__ = ["RepliesConfig"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RepliesConfig:
    """`[replies]`: where answers come in, and how long they are kept as they came."""

    mailbox: str | None = _key(
        "Mailbox in which answers arrive: `imaps://you@mail.example.org/INBOX`, `maildir:PATH` or"
        " `mbox:PATH`."
    )
    password: Secret | None = _key("Its password, as `env:NAME` or `keyring:service/user`.")
    token: Secret | None = _key(
        "OAuth 2 access token in place of a password (XOAUTH2), as `env:NAME` or `keyring:service/user`."
    )
    timeout_s: float = _key("Longest wait for its server, in seconds.", 60.0)
    since: str | None = _key(
        "Mails that came in before this day, such as `2026-11-01`, stay where they are; the day before your"
        " first letter when nothing is said."
    )
    after: str = _key(
        "What happens to a mail in the mailbox once it is kept here: `keep`, `flag`, or `move:FOLDER`.",
        "keep",
    )
    raw_months: int = _key(
        "Months to keep mails as they came; `replies purge` removes older ones, what was read in them stays.",
        24,
    )
    mail_servers: tuple[str, ...] = _key(
        "Names under which your own mail server writes `Authentication-Results`, such as `mx.google.com`, or"
        " `microsoft365`; without one nothing that a mail asks is done by itself.",
        (),
    )
    post_secret: Secret | None = _key(
        "Last part of the address to which a service posts mails, such as SendGrid's Inbound Parse to"
        " `/inbound/SECRET`, as `env:NAME` or `keyring:service/user`."
    )
    kind_field: str | None = _key(
        "The field that says what kind of organisation a reader is with; `replies digest` counts by it."
    )
