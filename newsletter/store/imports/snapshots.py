"""What an import keeps of the readers it changed, to undo it: each as they were."""

from __future__ import annotations

import json
from datetime import datetime

from newsletter.domain.subscriber import Subscriber, SubscriberStatus

__all__ = ["from_snapshot"]


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
