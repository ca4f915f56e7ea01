"""From SendGrid's answers to outcomes: one table, in which whatever proves nothing is `unknown`."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from email.message import Message
from email.utils import parsedate_to_datetime

from newsletter.domain.outcome import Outcome, OutcomeKind, Submission

__all__ = ["read_answer", "read_scopes"]

# Fields of the request that are the same for every reader: halving the batch would not mend them.
_SHARED_FIELDS = ("from", "reply_to", "subject", "content", "headers", "tracking_settings", "mail_settings")
_RECIPIENT_FIELD = re.compile(r"personalizations[.\[](\d{1,4})(?:[.\]]|$)")
_LONGEST_WAIT_S = 3600.0
# X-RateLimit-Reset and HTTP dates are compared with a clock that may be wrong.
_LONGEST_DATED_WAIT_S = 60.0


@dataclass(frozen=True, slots=True)
class _Fault:
    """One entry of `{"errors": [{"field", "message"}]}`."""

    field: str
    message: str


def read_answer(status: int, headers: Message, body: bytes, positions: Sequence[int]) -> Submission:
    """Return what an answer to `mail/send` says about the recipients at `positions`.

    202 is accepted. 429 is not sent. 400 rejects the recipients it names and leaves the others unsent, or
    rejects the whole batch when it names nobody. Every other 4xx but 408 refuses key, account or message:
    halt. All else (200, 3xx, 408, 5xx) proves nothing.
    """
    if status == 202:
        return _accepted(headers)
    faults = _read_faults(body)
    said = "; ".join(dict.fromkeys(fault.message for fault in faults if fault.message))[:300]
    detail = f"SendGrid answered {status}" + (f": {said}" if said else "")
    if status == 429:
        wait = _retry_after_s(headers)
        return Submission(
            outcome=Outcome(kind=OutcomeKind.NOT_SENT, detail=detail, status=status, retry_after_s=wait)
        )
    if status == 400:
        return _refused(faults, detail, positions)
    halts = 400 <= status < 500 and status != 408
    kind = OutcomeKind.HALT if halts else OutcomeKind.UNKNOWN
    return Submission(outcome=Outcome(kind=kind, detail=detail, status=status))


def read_scopes(status: int, headers: Message, body: bytes) -> Outcome:
    """Return what an answer to `GET /v3/scopes` says about the key: accepted when it may send mail."""
    if status == 200:
        may_send = b'"mail.send"' in body
        return Outcome(
            kind=OutcomeKind.ACCEPTED if may_send else OutcomeKind.HALT,
            detail="the API key may send mail" if may_send else "the API key lacks the permission Mail Send",
            status=status,
        )
    if status in (202, 400):  # neither is an answer to this question
        return Outcome(kind=OutcomeKind.UNKNOWN, detail=f"SendGrid answered {status}", status=status)
    return read_answer(status, headers, body, ()).outcome


def _accepted(headers: Message) -> Submission:
    message_id = (headers.get("X-Message-Id") or "").strip() or None
    detail = "" if message_id else "SendGrid gave no X-Message-Id"
    return Submission(
        outcome=Outcome(kind=OutcomeKind.ACCEPTED, detail=detail, provider_id=message_id, status=202)
    )


def _refused(faults: Sequence[_Fault], detail: str, positions: Sequence[int]) -> Submission:
    named: dict[int, Outcome] = {}
    for fault in faults:
        match = _RECIPIENT_FIELD.match(fault.field)
        if match and int(match[1]) < len(positions):
            named[positions[int(match[1])]] = Outcome(
                kind=OutcomeKind.REJECTED, detail=f"SendGrid refused: {fault.message[:200]}", status=400
            )
    if named:
        rest = Outcome(
            kind=OutcomeKind.NOT_SENT,
            detail="refused because of another reader in the batch",
            retry_after_s=0.0,
            status=400,
        )
        return Submission(outcome=rest, exceptions=named)
    is_shared = any(fault.field.partition(".")[0] in _SHARED_FIELDS for fault in faults)
    halts = is_shared or "credits exceeded" in detail.lower()
    kind = OutcomeKind.HALT if halts else OutcomeKind.REJECTED
    return Submission(outcome=Outcome(kind=kind, detail=detail, status=400))


def _read_faults(body: bytes) -> tuple[_Fault, ...]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return ()
    errors = answer.get("errors") if isinstance(answer, Mapping) else None
    if not isinstance(errors, list):
        return ()
    return tuple(
        _Fault(_plain(error.get("field")), _plain(error.get("message")))
        for error in errors
        if isinstance(error, Mapping)
    )


def _plain(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _retry_after_s(headers: Message) -> float | None:
    """Return the seconds to wait; None when the answer does not say (RFC 9110 10.2.3)."""
    after = (headers.get("Retry-After") or "").strip()
    if after.isascii() and after.isdigit():
        return min(max(float(after[:9]), 1.0), _LONGEST_WAIT_S)
    until = _http_date(after)
    if until is None:
        reset = (headers.get("X-RateLimit-Reset") or "").strip()
        until = float(reset[:12]) if reset.isascii() and reset.isdigit() else None
    if until is None:
        return None
    server_now = _http_date(headers.get("Date") or "")
    now = time.time() if server_now is None else server_now
    return min(max(until - now, 1.0), _LONGEST_DATED_WAIT_S)


def _http_date(text: str) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
