"""Whom SendGrid does not mail: its lists, page after page.

Somebody who left, complained or does not exist is never mailed by us either. A bounce counts when it is
hard, by the same words as in an event; blocks say something about us, and never about the reader.
Source: the OpenAPI file `tsg_suppressions_v3.yaml` of Twilio SendGrid.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

from newsletter.domain.listed_address import ListedAddress
from newsletter.domain.provider_event import BounceClass
from newsletter.domain.subscriber import SuppressionReason
from newsletter.errors import DeliveryRefused, Problem
from newsletter.providers.json_answers import one_line, read_json
from newsletter.providers.sendgrid.answers import answer_detail
from newsletter.providers.sendgrid.bounces import bounce_class
from newsletter.providers.sendgrid.client import KeepAliveClient
from newsletter.providers.wire import AnswerLost, NeverLeft

__all__ = ["LISTS", "read_lists"]

LISTS: Mapping[str, SuppressionReason | None] = {
    "unsubscribes": SuppressionReason.UNSUBSCRIBED,
    "spam_reports": SuppressionReason.COMPLAINED,
    "bounces": SuppressionReason.BOUNCED,
    "invalid_emails": SuppressionReason.BOUNCED,
    "blocks": None,
}
"""SendGrid's lists below /v3/suppression, and what an entry means for us."""
_PAGE = 500
_MOST_PAGES = 20_000  # ten million addresses; a server that never ends is broken


def read_lists(client: KeepAliveClient, since: datetime | None) -> Iterator[ListedAddress]:
    """Yield every entry of every list, made at `since` or later. Raises DeliveryRefused."""
    for name in LISTS:
        for page in range(_MOST_PAGES):
            rows = _page(client, name, page * _PAGE, since)
            for row in rows:
                entry = _entry(name, row)
                if entry is not None:
                    yield entry
            if len(rows) < _PAGE:
                break


def _page(client: KeepAliveClient, name: str, offset: int, since: datetime | None) -> list[object]:
    query = {"limit": _PAGE, "offset": offset}
    if since is not None:
        query["start_time"] = int(since.timestamp())
    try:
        answer = client.ask("GET", f"/v3/suppression/{name}?{urlencode(query)}")
    except (NeverLeft, AnswerLost) as error:
        raise _unreadable(name, str(error)) from error
    rows = read_json(answer.body)
    if answer.status != 200 or not isinstance(rows, list):
        raise _unreadable(name, answer_detail(answer.status, answer.body))
    return rows


def _unreadable(name: str, why: str) -> DeliveryRefused:
    return DeliveryRefused(
        Problem(
            what=f'SendGrid\'s list "{name}" cannot be read',
            why=why,
            fix="give the key the permission Suppressions (read), or try again later; nothing was changed",
        )
    )


def _entry(name: str, row: object) -> ListedAddress | None:
    if not isinstance(row, Mapping):
        return None
    email, created = one_line(row.get("email")), row.get("created")
    if not email or isinstance(created, bool) or not isinstance(created, int):
        return None
    try:
        since = datetime.fromtimestamp(created, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    reason = LISTS[name]
    if name == "bounces":
        status, said = one_line(row.get("status")), one_line(row.get("reason"))
        if bounce_class("bounce", status, said, "") is not BounceClass.HARD:
            reason = None
    return ListedAddress(email=email, since=since, list_name=name, reason=reason)
