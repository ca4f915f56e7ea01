"""A subscriber as one line of JSON: what an import keeps of readers it changes, to undo it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b

from newsletter.audience.expression import fold_text
from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.store.columns import json_text, utc_text

__all__ = ["digest_of", "from_snapshot", "snapshot"]


def snapshot(subscriber: Subscriber) -> str:
    """Return everything of `subscriber` but its id; equal readers give equal text."""
    return json_text(
        {
            "email": subscriber.email,
            "key": subscriber.key,
            "status": subscriber.status.value,
            "lang": subscriber.lang,
            "fields": dict(sorted(subscriber.fields.items())),
            "tags": sorted(subscriber.tags),
            "joined": utc_text(subscriber.joined) if subscriber.joined else None,
            "confirmed": utc_text(subscriber.confirmed) if subscriber.confirmed else None,
            "source": subscriber.source,
        }
    )


def digest_of(subscriber: Subscriber) -> str:
    """Return a digest of `snapshot`, short because it is kept for every reader of an import.

    Tags count without letter case, as they are told apart in the store.
    """
    folded = replace(subscriber, tags=frozenset(map(fold_text, subscriber.tags)))
    return blake2b(snapshot(folded).encode(), digest_size=16).hexdigest()


def from_snapshot(text: str, subscriber_id: int) -> Subscriber:
    """Return the subscriber `snapshot` described, under that id."""
    kept = json.loads(text)
    return Subscriber(
        id=subscriber_id,
        email=kept["email"],
        key=kept["key"],
        status=SubscriberStatus(kept["status"]),
        lang=kept["lang"],
        fields=kept["fields"],
        tags=frozenset(kept["tags"]),
        joined=datetime.fromisoformat(kept["joined"]) if kept["joined"] else None,
        confirmed=datetime.fromisoformat(kept["confirmed"]) if kept["confirmed"] else None,
        source=kept["source"],
    )
