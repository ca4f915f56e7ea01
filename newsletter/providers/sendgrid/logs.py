"""Asking SendGrid's Email Logs what became of a request that nobody answered.

SendGrid takes a request whole or not at all, so one reader of it decides for everybody. What is found is
proof; what is not found proves nothing, since the logs lag behind and keep thirty days.
Source: Twilio SendGrid "Email Logs" and the OpenAPI file `tsg_logs_v3.yaml`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

from newsletter.domain.campaign import Attempt
from newsletter.domain.mailing import Recipient
from newsletter.domain.outcome import Outcome, OutcomeKind
from newsletter.providers.json_answers import one_line, read_object
from newsletter.providers.sendgrid.client import KeepAliveClient
from newsletter.providers.waiting import retry_after_s
from newsletter.providers.wire import Answer, AnswerLost, NeverLeft

__all__ = ["find_accepted"]

_LOGS: Final = "/v3/logs"
_CLOCK_SKEW = timedelta(hours=1)
_MOST_LOOKED_AT = 5  # mails to one reader since the attempt; more than one is another letter
_LONGEST_WAIT_S = 10.0
_LEFT = frozenset(["delivered", "deferred", "bounced", "blocked"])


def find_accepted(
    client: KeepAliveClient,
    recipients: Sequence[Recipient],
    attempt: Attempt,
    sleep: Callable[[float], None] = time.sleep,
) -> Outcome | None:
    """Return the outcome "accepted" when the logs know a mail of `attempt`; None: they cannot tell.

    Also None where the key or the plan has no logs, and where SendGrid is busy for longer than ten seconds.
    What went out with a fence may have been cancelled, so that only a mail that has left is proof.
    """
    reader = next((one.email for one in recipients if not set(one.email) & set("'\"\\")), None)
    if reader is None:
        return None
    wanted = {"query": _query(reader, attempt.started_at), "limit": _MOST_LOOKED_AT}
    found = _ask(client, "POST", _LOGS, json.dumps(wanted).encode(), sleep)
    for message_id in _message_ids(found):
        log = _ask(client, "GET", f"{_LOGS}/{quote(message_id, safe='')}", b"", sleep)
        has_left = attempt.fence is None or one_line(log.get("status")) in _LEFT
        if has_left and _arguments(log).get("nl_a") == attempt.key:
            request_id = message_id.partition(".")[0]
            return Outcome(
                kind=OutcomeKind.ACCEPTED, detail="SendGrid's logs know it", provider_id=request_id
            )
    return None


def _query(email: str, started_at: datetime) -> str:
    since = (started_at - _CLOCK_SKEW).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"to_email = '{email}' AND sg_message_id_created_at > TIMESTAMP \"{since}\""


def _ask(
    client: KeepAliveClient, method: str, path: str, body: bytes, sleep: Callable[[float], None]
) -> Mapping[str, object]:
    """Return the object SendGrid answered; an empty one when it did not. A busy server is asked twice."""
    answer = _answer(client, method, path, body)
    if answer is not None and answer.status == 429:
        wait = retry_after_s(answer.headers) or 1.0
        if wait <= _LONGEST_WAIT_S:
            sleep(wait)
            answer = _answer(client, method, path, body)
    return read_object(answer.body) if answer is not None and answer.status == 200 else {}


def _answer(client: KeepAliveClient, method: str, path: str, body: bytes) -> Answer | None:
    try:
        return client.ask(method, path, body)
    except (NeverLeft, AnswerLost):
        return None


def _message_ids(found: Mapping[str, object]) -> Iterator[str]:
    messages = found.get("messages")
    for message in messages if isinstance(messages, list) else ():
        message_id = message.get("sg_message_id") if isinstance(message, Mapping) else None
        if isinstance(message_id, str) and message_id:
            yield message_id


def _arguments(log: Mapping[str, object]) -> Mapping[str, object]:
    arguments = log.get("custom_args")
    return arguments if isinstance(arguments, Mapping) else {}
