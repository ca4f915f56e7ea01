"""From the answers of SES to outcomes: one table, in which whatever proves nothing is `unknown`.

Sources: the errors of `SendEmail` in the SES API v2 reference, "Common errors" of AWS, and "Amazon SES email
sending errors" in the SES Developer Guide.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.message import Message

from newsletter.domain.outcome import Outcome, OutcomeKind
from newsletter.providers.json_answers import one_line, read_object
from newsletter.providers.waiting import http_date, retry_after_s

__all__ = ["read_account", "read_answer"]

_BUSY = frozenset(["TooManyRequestsException", "ThrottlingException", "Throttling", "RequestThrottled"])
# About this message or its reader; everything else below 500 is about us.
_ABOUT_READER = frozenset(
    ["MessageRejected", "BadRequestException", "ValidationException", "ValidationError"]
)
_QUOTA = "daily message quota exceeded"
_UNVERIFIED = re.compile(r"identities failed the check in region [^:]*:(?P<names>.*)", re.IGNORECASE)
# Whatever else is wrong is about us, and never about a reader, when SES says one of these.
_ABOUT_US = ("sending paused", "sending is paused", "configuration set", "account is suspended")
_CLOCK = frozenset(
    [
        *("RequestTimeTooSkewed", "RequestExpired", "SignatureDoesNotMatch", "InvalidSignatureException"),
        "ExpiredTokenException",
    ]
)
_MUCH_SKEW_S = 240.0  # AWS refuses from five minutes


def read_answer(status: int, headers: Message, body: bytes, sender: str, now: float) -> Outcome:
    """Return what an answer to `SendEmail` says about its one reader.

    200 with a MessageId is accepted; without one it proves nothing. Throttling is not sent. A refusal of the
    message is a rejection, unless it is `sender` that is refused. Other 4xx but 408 halt. `now` is this
    machine's clock, in seconds since 1970, to say when it is wrong.
    """
    said = read_object(body)
    if status == 200:
        return _accepted(said.get("MessageId"))
    name = _error_name(headers, said)
    message = one_line(said.get("message") or said.get("Message"))[:300]
    detail = f"SES answered {status}" + (f" {name}" if name else "") + (f": {message}" if message else "")
    if status == 408 or not 400 <= status < 500:
        return Outcome(kind=OutcomeKind.UNKNOWN, detail=detail, status=status)
    if status == 429 or name in _BUSY:
        if _QUOTA in message.lower():
            return _halt(f"{detail}; the quota of a day is used up, resume when there is room again", status)
        return Outcome(
            kind=OutcomeKind.NOT_SENT, detail=detail, status=status, retry_after_s=retry_after_s(headers)
        )
    if name in _ABOUT_READER and not _is_about_us(message, sender):
        return Outcome(kind=OutcomeKind.REJECTED, detail=detail, status=status)
    if name in _CLOCK:
        detail += _skew(headers, now)
    return _halt(detail, status)


def read_account(status: int, headers: Message, body: bytes, now: float) -> Outcome:
    """Return what an answer to `GET /v2/email/account` says: accepted when the account may send."""
    if status != 200:
        outcome = read_answer(status, headers, body, "", now)
        is_answer = outcome.kind is not OutcomeKind.REJECTED
        return outcome if is_answer else _halt(outcome.detail, status)
    account = read_object(body)
    if not account.get("SendingEnabled"):
        why = "sending is switched off for this account" if "SendingEnabled" in account else "no account"
        kind = OutcomeKind.HALT if "SendingEnabled" in account else OutcomeKind.UNKNOWN
        return Outcome(kind=kind, detail=f"SES answered 200: {why}", status=200)
    notes = [*_quota_notes(account.get("SendQuota"))]
    if account.get("ProductionAccessEnabled") is False:
        notes.append("the account is in the sandbox: only verified addresses get mail")
    detail = "; ".join(["the account may send mail", *notes])
    return Outcome(kind=OutcomeKind.ACCEPTED, detail=detail, status=200)


def _accepted(message_id: object) -> Outcome:
    if isinstance(message_id, str) and message_id.strip():
        return Outcome(kind=OutcomeKind.ACCEPTED, provider_id=one_line(message_id)[:200], status=200)
    return Outcome(kind=OutcomeKind.UNKNOWN, detail="SES answered 200 without a MessageId", status=200)


def _halt(detail: str, status: int) -> Outcome:
    return Outcome(kind=OutcomeKind.HALT, detail=detail, status=status)


def _error_name(headers: Message, said: object) -> str:
    """Return the name of the error: before the `:` in a header, after the `#` in a body."""
    named = headers.get("x-amzn-ErrorType") or ""
    if not named and isinstance(said, dict):
        named = one_line(said.get("__type") or said.get("code"))
    return one_line(named).partition(":")[0].rpartition("#")[2][:80]


def _is_about_us(message: str, sender: str) -> bool:
    lower = message.lower()
    if any(words in lower for words in _ABOUT_US):
        return True
    match = _UNVERIFIED.search(lower)
    if match is None or not sender:
        return False
    names = {part.strip().rpartition("<")[2].rstrip(">.") for part in match["names"].split(",")}
    return bool(names & {sender.lower(), sender.lower().rpartition("@")[2]})


def _skew(headers: Message, now: float) -> str:
    there = http_date(headers.get("Date") or "")
    if there is None or abs(there - now) < _MUCH_SKEW_S:
        return ""
    side = "behind" if now < there else "ahead of"
    minutes = round(abs(there - now) / 60)
    return f"; this machine's clock is {minutes} minutes {side} that of AWS: set it right"


def _quota_notes(quota: object) -> Sequence[str]:
    if not isinstance(quota, dict):
        return ()
    most, sent, rate = (quota.get(name) for name in ("Max24HourSend", "SentLast24Hours", "MaxSendRate"))
    notes = []
    if isinstance(rate, int | float) and 0 < rate < 1e9:
        notes.append(f"at most {rate:g} mails a second")
    if (
        isinstance(most, int | float)
        and isinstance(sent, int | float)
        and 0 <= most < 1e12
        and 0 <= sent < 1e12
    ):
        notes.append(f"{sent:,.0f} of {most:,.0f} used in the last day")
    return notes
