"""The chain of consent: each event is bound to the one before, so that none can be changed or taken out.

What can be shown with it: that nothing in between was changed, removed or put in since the head was last
written down elsewhere. What cannot: that nobody made the whole chain anew, unless a head of it is kept where
its owner cannot reach.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from hashlib import sha256

from newsletter.domain.consent import ConsentEvent, ConsentKind, NewConsent, PersonalPart

__all__ = ["FIRST_HASH", "ChainFault", "commit", "find_faults", "hash_event", "link"]

FIRST_HASH = "0" * 64
"""What the first event names as the hash before it."""

_WIPED_BY = (ConsentKind.FORGOTTEN, ConsentKind.EXPIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainFault:
    """Where the chain is broken, and how; `event_id` is the event at which it shows."""

    event_id: int
    what: str


def commit(personal: PersonalPart) -> str:
    """Return the digest (SHA-256, hex) that binds an event to its personal part without holding it."""
    fields = [
        personal.salt,
        personal.email,
        personal.source,
        personal.ip,
        personal.user_agent,
        sorted(personal.details.items()),
    ]
    return sha256(_canonical(fields)).hexdigest()


def link(new: NewConsent, last: ConsentEvent | None) -> ConsentEvent:
    """Return `new` as the event that follows `last` (None: it is the first)."""
    event = ConsentEvent(
        id=last.id + 1 if last else 1,
        subscriber_id=new.subscriber_id,
        email_hmac=new.email_hmac,
        kind=new.kind,
        purpose=new.purpose,
        wording=new.wording.name if new.wording else None,
        wording_digest=new.wording.digest if new.wording else None,
        commitment=commit(new.personal) if new.personal else None,
        roll=new.roll,
        at=new.at.astimezone(UTC),
        prev_hash=last.hash if last else FIRST_HASH,
        hash="",
    )
    return replace(event, hash=hash_event(event))


def hash_event(event: ConsentEvent) -> str:
    """Return the hash (SHA-256, hex) of everything in `event` but its own hash."""
    fields = [
        event.prev_hash,
        event.id,
        event.subscriber_id,
        event.email_hmac,
        event.kind.value,
        event.purpose,
        event.wording,
        event.wording_digest,
        event.commitment,
        event.roll,
        event.at.astimezone(UTC).isoformat(timespec="microseconds"),
    ]
    return sha256(_canonical(fields)).hexdigest()


def find_faults(
    events: Iterable[ConsentEvent],
    *,
    personal: Mapping[int, str],
    wordings: Mapping[str, str],
    rolls: Mapping[int, str],
    heads: Mapping[int, str],
) -> Iterator[ChainFault]:
    """Yield where the chain of `events`, oldest first, is broken; the first is where to begin.

    What stands apart is given as digests computed anew: of the `personal` parts that are left and of the
    `rolls` of imports, by event, and of the texts kept as `wordings`, by the digest they are kept under.
    `heads` are the hashes that were written down outside the database, by event.
    """
    last: ConsentEvent | None = None
    missing: dict[str | None, int] = {}
    unseen = dict(heads)
    for event in events:
        yield from _of_link(event, last)
        yield from _of_parts(event, personal, wordings, rolls)
        if event.commitment is not None and event.id not in personal:
            missing.setdefault(event.email_hmac, event.id)
        if event.kind in _WIPED_BY:
            missing.pop(event.email_hmac, None)
        head = unseen.pop(event.id, None)
        if head is not None and head != event.hash:
            yield _fault(event, "another event was written down under this number outside the database")
        last = event
    for event_id in sorted(missing.values()):
        yield ChainFault(
            event_id=event_id, what="who it is about is gone, and nobody was forgotten or expired after it"
        )
    if unseen:
        first = min(unseen)
        more = f", and {len(unseen) - 1} after it" if len(unseen) > 1 else ""
        yield ChainFault(event_id=first, what=f"it was written once and is not there any more{more}")


def _of_link(event: ConsentEvent, last: ConsentEvent | None) -> Iterator[ChainFault]:
    if event.prev_hash != (last.hash if last else FIRST_HASH):
        yield _fault(event, "it does not follow the event before it: one was removed, put in or moved")
    if event.hash != hash_event(event):
        yield _fault(event, "something in it was changed after it was written")


def _of_parts(
    event: ConsentEvent, personal: Mapping[int, str], wordings: Mapping[str, str], rolls: Mapping[int, str]
) -> Iterator[ChainFault]:
    if event.id in personal and personal[event.id] != event.commitment:
        yield _fault(event, "who it is about was changed after it was written")
    if event.wording_digest is not None and wordings.get(event.wording_digest) != event.wording_digest:
        yield _fault(event, f"the wording {event.wording} is not the one it was written with")
    if event.kind is ConsentKind.IMPORTED and rolls.get(event.id) != event.roll:
        yield _fault(event, "the roll of who was imported was changed")


def _fault(event: ConsentEvent, what: str) -> ChainFault:
    return ChainFault(event_id=event.id, what=what)


def _canonical(fields: object) -> bytes:
    return json.dumps(fields, ensure_ascii=True, separators=(",", ":")).encode()
