"""From SendGrid's answers to outcomes: one table, in which whatever proves nothing is `unknown`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import Message

from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.providers.json_answers import one_line, read_object
from newsletter.providers.waiting import retry_after_s

__all__ = ["answer_detail", "read_answer", "read_scopes"]

# Fields of the request that are the same for every reader: halving the batch would not mend them.
_SHARED_FIELDS = ("from", "reply_to", "subject", "content", "headers", "tracking_settings", "mail_settings")
# Fields of one attempt: the next one has others.
_ATTEMPT_FIELDS = ("batch_id", "send_at")
_RECIPIENT_FIELD = re.compile(r"personalizations[.\[](\d{1,4})(?:[.\]]|$)")


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
    detail = answer_detail(status, body)
    if status == 429:
        wait = retry_after_s(headers)
        return Submission(
            outcome=Outcome(kind=OutcomeKind.NOT_SENT, detail=detail, status=status, retry_after_s=wait)
        )
    if status == 400:
        return _refused(faults, detail, positions)
    halts = 400 <= status < 500 and status != 408
    kind = OutcomeKind.HALT if halts else OutcomeKind.UNKNOWN
    return Submission(outcome=Outcome(kind=kind, detail=detail, status=status))


def answer_detail(status: int, body: bytes) -> str:
    """Return on one line what SendGrid answered, in its own words where it has any."""
    said = "; ".join(dict.fromkeys(fault.message for fault in _read_faults(body) if fault.message))[:300]
    return f"SendGrid answered {status}" + (f": {said}" if said else "")


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
    if any(fault.field in _ATTEMPT_FIELDS for fault in faults):
        return Submission(outcome=Outcome(kind=OutcomeKind.NOT_SENT, detail=detail, status=400))
    is_shared = any(fault.field.partition(".")[0] in _SHARED_FIELDS for fault in faults)
    halts = is_shared or "credits exceeded" in detail.lower()
    kind = OutcomeKind.HALT if halts else OutcomeKind.REJECTED
    return Submission(outcome=Outcome(kind=kind, detail=detail, status=400))


def _read_faults(body: bytes) -> tuple[_Fault, ...]:
    errors = read_object(body).get("errors")
    if not isinstance(errors, list):
        return ()
    return tuple(
        _Fault(one_line(error.get("field")), one_line(error.get("message")))
        for error in errors
        if isinstance(error, Mapping)
    )
