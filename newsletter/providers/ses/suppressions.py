"""Whom SES does not mail: the account's suppression list, page after page.

Source: `ListSuppressedDestinations` in the SES API v2 reference. An entry is a hard bounce or a complaint.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from newsletter.domain.listed_address import ListedAddress
from newsletter.domain.subscriber import SuppressionReason
from newsletter.errors import DeliveryRefused, Problem
from newsletter.providers.json_answers import one_line, read_object
from newsletter.providers.ses.answers import read_answer
from newsletter.providers.ses.client import SesClient
from newsletter.providers.wire import AnswerLost, NeverLeft

__all__ = ["read_list"]

_REASONS = {"BOUNCE": SuppressionReason.BOUNCED, "COMPLAINT": SuppressionReason.COMPLAINED}
_MOST_PAGES = 20_000  # twenty million addresses; a server that never ends is broken


def read_list(client: SesClient, since: datetime | None) -> Iterator[ListedAddress]:
    """Yield every entry made at `since` or later. Raises DeliveryRefused."""
    token: str | None = None
    for _ in range(_MOST_PAGES):
        page = _page(client, since, token)
        rows = page.get("SuppressedDestinationSummaries")
        for row in rows if isinstance(rows, list) else ():
            entry = _entry(row)
            if entry is not None:
                yield entry
        following = page.get("NextToken")
        if not isinstance(following, str) or not following:
            return
        token = following


def _page(client: SesClient, since: datetime | None, token: str | None) -> Mapping[str, object]:
    query = {"PageSize": "1000"}
    if since is not None:
        query["StartDate"] = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if token is not None:
        query["NextToken"] = token
    try:
        answer = client.list_suppressed(query)
    except (NeverLeft, AnswerLost) as error:
        raise _unreadable(str(error)) from error
    page = read_object(answer.body)
    if answer.status != 200 or "SuppressedDestinationSummaries" not in page:
        said = read_answer(answer.status, answer.headers, answer.body, "", client.now())
        raise _unreadable(said.detail)
    return page


def _entry(row: object) -> ListedAddress | None:
    if not isinstance(row, Mapping):
        return None
    email, moment = one_line(row.get("EmailAddress")), row.get("LastUpdateTime")
    reason = _REASONS.get(one_line(row.get("Reason")))
    if not email or reason is None or isinstance(moment, bool) or not isinstance(moment, int | float):
        return None
    try:
        since = datetime.fromtimestamp(moment, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return ListedAddress(
        email=email, since=since, list_name=one_line(row.get("Reason")).lower(), reason=reason
    )


def _unreadable(why: str) -> DeliveryRefused:
    return DeliveryRefused(
        Problem(
            what="the suppression list of SES cannot be read",
            why=why,
            fix="give the keys ses:ListSuppressedDestinations, or try again later; nothing was changed",
        )
    )
