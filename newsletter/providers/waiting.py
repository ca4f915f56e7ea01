"""How long a busy server asks to wait."""

from __future__ import annotations

import time
from datetime import UTC
from email.message import Message
from email.utils import parsedate_to_datetime

__all__ = ["http_date", "retry_after_s"]

_LONGEST_WAIT_S = 3600.0
# X-RateLimit-Reset and HTTP dates are compared with a clock that may be wrong.
_LONGEST_DATED_WAIT_S = 60.0


def retry_after_s(headers: Message) -> float | None:
    """Return the seconds to wait; None when the answer does not say.

    Reads `Retry-After` (RFC 9110 10.2.3), then `X-RateLimit-Reset` (seconds since 1970). Moments are
    compared with the answer's own `Date` where it has one.
    """
    after = (headers.get("Retry-After") or "").strip()
    if after.isascii() and after.isdigit():
        return min(max(float(after[:9]), 1.0), _LONGEST_WAIT_S)
    until = http_date(after)
    if until is None:
        reset = (headers.get("X-RateLimit-Reset") or "").strip()
        until = float(reset[:12]) if reset.isascii() and reset.isdigit() else None
    if until is None:
        return None
    server_now = http_date(headers.get("Date") or "")
    now = time.time() if server_now is None else server_now
    return min(max(until - now, 1.0), _LONGEST_DATED_WAIT_S)


def http_date(text: str) -> float | None:
    """Return an HTTP date (RFC 9110 5.6.7) as seconds since 1970; None when `text` is none."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
