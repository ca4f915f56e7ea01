"""Whom Postmark does not mail: the suppressions of the message stream.

Source: "Suppressions API" in Postmark's developer documentation. What we or our colleagues suppressed by hand
there says nothing about the reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from newsletter.domain.listed_address import ListedAddress
from newsletter.domain.subscriber import SuppressionReason
from newsletter.errors import DeliveryRefused, Problem
from newsletter.providers.event_facts import iso_moment
from newsletter.providers.json_answers import one_line, read_object
from newsletter.providers.postmark.client import PostmarkClient
from newsletter.providers.wire import AnswerLost, NeverLeft

__all__ = ["read_stream_list"]

_REASONS = {
    "HardBounce": SuppressionReason.BOUNCED,
    "SpamComplaint": SuppressionReason.COMPLAINED,
}


def read_stream_list(client: PostmarkClient, since: datetime | None) -> Iterator[ListedAddress]:
    """Yield every entry made at `since` or later. Raises DeliveryRefused.

    Postmark takes a day where `since` is a moment, so some entries may be older.
    """
    try:
        answer = client.dump_suppressions(since)
    except (NeverLeft, AnswerLost) as error:
        raise _unreadable(str(error)) from error
    said = read_object(answer.body)
    rows = said.get("Suppressions")
    if answer.status != 200 or not isinstance(rows, list):
        raise _unreadable(f"Postmark answered {answer.status} {one_line(said.get('Message'))[:300]}".rstrip())
    for row in rows:
        entry = _entry(row)
        if entry is not None:
            yield entry


def _entry(row: object) -> ListedAddress | None:
    if not isinstance(row, Mapping):
        return None
    email, moment = one_line(row.get("EmailAddress")), iso_moment(row.get("CreatedAt"))
    name = one_line(row.get("SuppressionReason"))
    if not email or moment is None or not name:
        return None
    reason = _REASONS.get(name)
    if name == "ManualSuppression" and row.get("Origin") == "Recipient":
        reason = SuppressionReason.UNSUBSCRIBED
    return ListedAddress(email=email, since=moment, list_name=name, reason=reason)


def _unreadable(why: str) -> DeliveryRefused:
    return DeliveryRefused(
        Problem(
            what="Postmark's list of suppressions cannot be read",
            why=why,
            fix="look at server_token and stream, or try again later; nothing was changed",
        )
    )
