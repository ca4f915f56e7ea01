"""A message for each reader of a batch, or the reason why there can be none."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from newsletter.domain.mailing import Recipient
from newsletter.domain.outcome import Outcome, OutcomeKind

__all__ = ["ascii_address_problem", "write_messages"]


def write_messages(
    recipients: Sequence[Recipient],
    write: Callable[[Recipient], bytes],
    problem: Callable[[Recipient], str | None],
) -> tuple[list[tuple[Recipient, bytes]], dict[int, Outcome]]:
    """Return the readers with their messages, and by position those refused, with the reason.

    `problem` says why a reader cannot be carried at all (None: can be). Half a character in a value, which
    a broken file can hold, has no bytes and refuses its reader.
    """
    written: list[tuple[Recipient, bytes]] = []
    refused: dict[int, Outcome] = {}
    for recipient in recipients:
        reason = problem(recipient)
        if reason is None:
            try:
                written.append((recipient, write(recipient)))
            except UnicodeEncodeError:
                reason = "a value holds half a character (a surrogate); enter it again"
        if reason is not None:
            refused[recipient.position] = Outcome(kind=OutcomeKind.REJECTED, detail=reason)
    return written, refused


def ascii_address_problem(email: str) -> str | None:
    """Return why an API that takes ASCII addresses cannot carry `email`, None when it can."""
    if not email.isascii():
        return "the address has letters outside ASCII before the @, which this provider cannot carry"
    if not email.isprintable() or any(sign in email for sign in ' <>,;"'):
        return "the address holds characters that this provider cannot carry"
    return None
