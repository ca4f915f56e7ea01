"""Calling back what nobody answered: a batch id for each attempt, mail that waits, and its cancellation.

SendGrid has no key with which a request could be repeated safely. It does hold mail with a `send_at` until
then, and cancels what carries one `batch_id`, guaranteed until ten minutes before. An attempt that is
cancelled in time is not sent, whatever became of its request, also when that arrives only afterwards.
Source: Twilio SendGrid "Canceling a Scheduled Send" and the OpenAPI file `tsg_scheduled_sends_v3.yaml`.

Both moments are SendGrid's own, by the `Date` of its answers, so that our clock may be wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from newsletter.domain.campaign import Fence
from newsletter.domain.outcome import Outcome, OutcomeKind
from newsletter.providers.json_answers import read_json, read_object
from newsletter.providers.sendgrid.answers import answer_detail
from newsletter.providers.sendgrid.client import KeepAliveClient
from newsletter.providers.waiting import http_date, retry_after_s
from newsletter.providers.wire import Answer, AnswerLost, NeverLeft

__all__ = ["NOTICE", "Fences"]

NOTICE: Final = timedelta(minutes=11)
"""How long before it leaves a mail can be called back for certain: ten minutes, and one for safety."""
_AFTER = timedelta(minutes=5)  # from the moment of a mail until its cancellation may go
_MOST_OPEN = 90  # of the hundred cancellations an account may have open
_BATCH = "/v3/mail/batch"
_SCHEDULED = "/v3/user/scheduled_sends"
_BATCH_ID = re.compile(r"[A-Za-z0-9_\-]{1,100}")


class Fences:
    """The batch ids of one account; safe to use from several threads."""

    def __init__(self, client: KeepAliveClient, lead: timedelta) -> None:
        """Let mail wait for `lead` at SendGrid; ask through `client`."""
        self._client = client
        self._lead = lead

    def put_up(self, now: datetime) -> Fence | Outcome:
        """Return a fence for one attempt, or why there is none: not sent, or halt when the key may not.

        `now` counts only where SendGrid does not say what time it is.
        """
        try:
            answer = self._client.ask("POST", _BATCH)
        except (NeverLeft, AnswerLost) as error:  # a batch id that nobody uses does no harm
            return Outcome(kind=OutcomeKind.NOT_SENT, detail=f"no batch id for the fence: {error}")
        found = read_object(answer.body).get("batch_id")
        if answer.status == 201 and isinstance(found, str) and _BATCH_ID.fullmatch(found):
            start = _date(answer) or now
            return Fence(id=found, leaves_at=(start + self._lead).replace(microsecond=0))
        return _no_fence(answer)

    def call_back(self, fence: Fence) -> bool:
        """Cancel what went out with `fence`; True when it is certain never to leave.

        When it is too late to be certain nothing is cancelled: what was taken shall arrive.
        """
        before = self._ask("GET", _SCHEDULED)
        if before is None or before.status != 200 or not _in_time(before, fence):
            return False
        open_ones = _statuses(before)
        if open_ones.get(fence.id) == "cancel":
            return True
        if len(open_ones) >= _MOST_OPEN:
            return False
        wanted = json.dumps({"batch_id": fence.id, "status": "cancel"}).encode()
        if _is_cancelled(self._ask("POST", _SCHEDULED, wanted), 201, fence):
            return True
        # Refused because it already was, or done and the answer lost: what stands there now counts.
        return _is_cancelled(self._ask("GET", f"{_SCHEDULED}/{fence.id}"), 200, fence)

    def take_down(self, fences: Iterable[Fence]) -> int:
        """Delete the cancellations of `fences` whose time is over, and return how many there were.

        Before its time, by SendGrid's clock, a cancellation must stand: without it the mail would leave.
        """
        answer = self._ask("GET", _SCHEDULED)
        moment = _date(answer) if answer is not None and answer.status == 200 else None
        if answer is None or moment is None:
            return 0
        ours = _statuses(answer).keys() & {one.id for one in fences if one.leaves_at + _AFTER <= moment}
        gone = [self._ask("DELETE", f"{_SCHEDULED}/{one}") for one in sorted(ours)]
        return sum(one is not None and one.status == 204 for one in gone)

    def _ask(self, method: str, path: str, body: bytes = b"") -> Answer | None:
        try:
            return self._client.ask(method, path, body)
        except (NeverLeft, AnswerLost):
            return None


def _no_fence(answer: Answer) -> Outcome:
    detail = answer_detail(answer.status, answer.body)
    if 400 <= answer.status < 500 and answer.status not in (408, 429):
        fix = "give the key the permission Scheduled Sends, or write fence = false"
        return Outcome(kind=OutcomeKind.HALT, detail=f"no batch id: {detail}; {fix}", status=answer.status)
    return Outcome(
        kind=OutcomeKind.NOT_SENT,
        detail=f"no batch id for the fence: {detail}",
        status=answer.status,
        retry_after_s=retry_after_s(answer.headers),
    )


def _is_cancelled(answer: Answer | None, status: int, fence: Fence) -> bool:
    if answer is None or answer.status != status or not _in_time(answer, fence):
        return False
    return _statuses(answer).get(fence.id) == "cancel"


def _statuses(answer: Answer) -> dict[str, str]:
    """Return the status of each batch in an answer, which holds one or an array of them."""
    found = read_json(answer.body)
    items = found if isinstance(found, list) else [found]
    return {str(one.get("batch_id")): str(one.get("status")) for one in items if isinstance(one, Mapping)}


def _in_time(answer: Answer, fence: Fence) -> bool:
    """Say whether, when SendGrid answered, a cancellation still counted for certain."""
    moment = _date(answer)
    return moment is not None and fence.leaves_at - moment >= NOTICE


def _date(answer: Answer) -> datetime | None:
    moment = http_date(answer.headers.get("Date") or "")
    return None if moment is None else datetime.fromtimestamp(moment, UTC)
