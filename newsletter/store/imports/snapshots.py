"""What an import keeps of readers, to undo it: those it changed as they were, and a digest of all."""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import md5

from newsletter.domain.subscriber import Subscriber, SubscriberStatus

__all__ = ["TAG_SEPARATOR", "from_snapshot", "row_digest"]

TAG_SEPARATOR = "\x1e"
"""Stands between the folded tags that go into a digest."""


def row_digest(*values: str | None) -> str:
    """Return a digest of a reader: email, status, lang, source, fields, joined, confirmed, tags; as stored.

    It tells whether somebody was changed, and guards no secret: MD5, because every database has it.
    Tags are folded, sorted, and joined by TAG_SEPARATOR.
    """
    text = "\x1f".join([value or "" for value in values])
    return md5(text.encode(), usedforsecurity=False).hexdigest()


def from_snapshot(text: str, subscriber_id: int) -> Subscriber:
    """Return the subscriber that stands as JSON in `text`, under that id."""
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
