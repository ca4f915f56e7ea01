"""What a row says of where a reader stands: its words for a status, and the days on which somebody left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from newsletter.audience.importing import DEPARTED
from newsletter.audience.literals import LiteralError
from newsletter.domain.subscriber import SubscriberStatus

__all__ = ["days_of_leaving", "is_day", "left_by", "read_status", "strongest"]

# Words of list programs and of spreadsheets, in English and Dutch; what is not here is refused, not guessed.
_STATUS_WORDS = {
    SubscriberStatus.ACTIVE: "active subscribed actief ingeschreven aangemeld enabled confirmed bevestigd",
    SubscriberStatus.UNSUBSCRIBED: "unsubscribed uitgeschreven afgemeld opgezegd gestopt opt-out optout"
    " removed blocklisted",
    SubscriberStatus.SUSPENDED: "suspended bounced bounce gebounced gebouncet cleaned hardbounce hard-bounce"
    " undeliverable onbestelbaar",
    SubscriberStatus.COMPLAINED: "complained complaint junk spam abuse klacht",
    SubscriberStatus.PAUSED: "paused gepauzeerd",
    SubscriberStatus.PENDING: "pending unconfirmed unactivated onbevestigd",
}
_STATUS = {word: status for status, words in _STATUS_WORDS.items() for word in words.split()}
# Columns of days on which somebody left; exports of only those who left have nothing else to say so.
_LEFT = {"bounced": SubscriberStatus.SUSPENDED, "unsubscribed": SubscriberStatus.UNSUBSCRIBED}

_WEIGHT = (
    *(SubscriberStatus.ACTIVE, SubscriberStatus.PAUSED, SubscriberStatus.PENDING),
    *(SubscriberStatus.UNSUBSCRIBED, SubscriberStatus.SUSPENDED, SubscriberStatus.COMPLAINED),
)


def read_status(text: str, words: Mapping[str, SubscriberStatus]) -> SubscriberStatus:
    """Return the status `text` means, by the `words` of its column, else by all. Raises LiteralError."""
    word = text.casefold().replace(" ", "").replace("_", "")
    status = words.get(word) or _STATUS.get(text) or _STATUS.get(word)
    if status is None:
        known = ", ".join(words) or "active, pending, paused, unsubscribed, …"
        raise LiteralError(f'"{text[:40]}" is not a status; known are {known}')
    return status


def strongest(statuses: Iterable[SubscriberStatus | None]) -> SubscriberStatus | None:
    """Return the one of `statuses` that weighs most: who left somewhere has left."""
    found = [status for status in statuses if status is not None]
    return max(found, key=_WEIGHT.index) if found else None


def left_by(names: Iterable[str]) -> list[tuple[str, SubscriberStatus]]:
    """Return those of `names` whose columns say when somebody left, with the status that means."""
    there = set(names)
    return [(name, status) for name, status in _LEFT.items() if name in there]


def days_of_leaving(status: SubscriberStatus | None) -> tuple[str, ...]:
    """Return the columns that may say when somebody with `status` left, the likeliest first."""
    if status not in DEPARTED:
        return ()
    return tuple(sorted(_LEFT, key=lambda name: _LEFT[name] is not status))


def is_day(text: str) -> bool:
    """Say whether `text`, where somebody may have left, is a day; `0000-00-00` is none."""
    return any(digit in text for digit in "123456789")
