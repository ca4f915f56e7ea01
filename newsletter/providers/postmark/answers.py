"""From Postmark's answers to outcomes, message by message; whatever proves nothing is `unknown`.

Source: "HTTP response codes" and "API error codes" in Postmark's developer documentation.
"""

from __future__ import annotations

from collections.abc import Sequence
from email.message import Message

from newsletter.domain.outcome import Outcome, OutcomeKind
from newsletter.providers.json_answers import one_line, read_json, read_object
from newsletter.providers.waiting import retry_after_s

__all__ = ["read_batch", "read_stream"]

_INVALID = 300
_ABOUT_READER = frozenset([_INVALID, 406])  # invalid email request; inactive recipient
_NOT_NOW = frozenset([100, 429])  # maintenance; rate limit exceeded
_WAIT_S = 60.0
# What an "invalid email request" can be about that is the same for every reader.
_ABOUT_US = (
    "'from'",
    "replyto",
    "'reply-to'",
    "messagestream",
    "message stream",
    "sender signature",
    "header",
)
_HINTS = {
    10: "check server_token",
    400: "verify the sender's address or domain in Postmark",
    401: "confirm the sender's signature in Postmark",
    405: "the account may send no more mail; look at its plan",
    412: "the account waits for approval by Postmark",
    413: "the account may not send; ask Postmark",
    701: "check the name of the stream",
    1235: "check the name of the stream",
}


def read_batch(status: int, headers: Message, body: bytes, count: int) -> Sequence[Outcome]:
    """Return what an answer to `POST /email/batch` says about each of its `count` messages.

    200 answers for each, in order; a message it does not answer for is unknown. Every other answer is for
    all: 429 is not sent, other 4xx but 408 halt or reject, the rest proves nothing.
    """
    if status != 200:
        return [_for_all(status, headers, body)] * count
    answers = read_json(body)
    if not isinstance(answers, list) or len(answers) > count:
        said = Outcome(
            kind=OutcomeKind.UNKNOWN, detail="Postmark answered 200 without a result for each", status=200
        )
        return [said] * count
    outcomes = [_for_one(answer) for answer in answers]
    missing = Outcome(kind=OutcomeKind.UNKNOWN, detail="Postmark gave no result for this message", status=200)
    return [*outcomes, *[missing] * (count - len(outcomes))]


def read_stream(status: int, headers: Message, body: bytes) -> Outcome:
    """Return what an answer to `GET /message-streams/ID` says: accepted when mail may go through it."""
    if status != 200:
        outcome = _for_all(status, headers, body)
        if outcome.kind is OutcomeKind.REJECTED:
            return _outcome(OutcomeKind.HALT, outcome.detail, status)
        return outcome
    stream = read_object(body)
    kind = one_line(stream.get("MessageStreamType"))
    if not kind:
        return _outcome(OutcomeKind.UNKNOWN, "Postmark answered 200 without a message stream", status)
    if stream.get("ArchivedAt"):
        return _outcome(OutcomeKind.HALT, "the message stream is archived", status)
    if kind == "Inbound":
        return _outcome(OutcomeKind.HALT, "the message stream is for mail coming in", status)
    detail = f"mail may go through this stream ({kind.lower()})"
    handling = stream.get("SubscriptionManagementConfiguration")
    if isinstance(handling, dict) and handling.get("UnsubscribeHandlingType") == "Postmark":
        detail += "; Postmark adds its own link to leave and its own List-Unsubscribe here"
    return _outcome(OutcomeKind.ACCEPTED, detail, status)


def _for_one(answer: object) -> Outcome:
    code = answer.get("ErrorCode") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or type(code) is not int:
        return _outcome(OutcomeKind.UNKNOWN, "Postmark's result for this message says nothing", 200)
    if code == 0:
        message_id = one_line(answer.get("MessageID"))[:200] or None
        detail = "" if message_id else "Postmark gave no MessageID"
        return Outcome(kind=OutcomeKind.ACCEPTED, detail=detail, provider_id=message_id, status=200)
    return _refused(code, one_line(answer.get("Message"))[:300], 200)


def _for_all(status: int, headers: Message, body: bytes) -> Outcome:
    said = read_object(body)
    code, message = said.get("ErrorCode"), one_line(said.get("Message"))[:300]
    detail = f"Postmark answered {status}" + (f": {message}" if message else "")
    if status == 429:
        return Outcome(
            kind=OutcomeKind.NOT_SENT, detail=detail, status=status, retry_after_s=retry_after_s(headers)
        )
    if status == 408 or not 400 <= status < 500:
        return _outcome(OutcomeKind.UNKNOWN, detail, status)
    if status == 422 and type(code) is int and code != 0:
        return _refused(code, message, status)
    hint = "; check server_token" if status == 401 else ""
    return _outcome(OutcomeKind.HALT, detail + hint, status)


def _refused(code: int, message: str, status: int) -> Outcome:
    """Return what a documented error code means; an unlisted one is about us, for nobody is given up then."""
    detail = f"Postmark refused with error {code}" + (f": {message}" if message else "")
    if code in _ABOUT_READER and not (code == _INVALID and _is_about_us(message)):
        return _outcome(OutcomeKind.REJECTED, detail, status)
    if code in _NOT_NOW:
        return Outcome(kind=OutcomeKind.NOT_SENT, detail=detail, status=status, retry_after_s=_WAIT_S)
    hint = f"; {_HINTS[code]}" if code in _HINTS else ""
    return _outcome(OutcomeKind.HALT, detail + hint, status)


def _is_about_us(message: str) -> bool:
    lower = message.lower()
    return any(words in lower for words in _ABOUT_US)


def _outcome(kind: OutcomeKind, detail: str, status: int) -> Outcome:
    return Outcome(kind=kind, detail=detail, status=status)
