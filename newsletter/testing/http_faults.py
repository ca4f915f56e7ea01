"""Ways in which any HTTP mail API can fail, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

__all__ = ["ACCEPTED_AND_BROKEN", "BROKEN", "ODD", "PLAIN", "Cut", "StubFault", "status_fault"]


class Cut(StrEnum):
    """Where the stub ends a connection: after the request's head, in its body, before or in the answer."""

    HEADERS = "headers"
    BODY = "body"
    ANSWER = "answer"
    HALF = "half"
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class StubFault:
    """How one request is treated.

    `accepts`: a valid request is recorded, whatever is answered then. `status`, `headers` and `body` are the
    answer when `is_override`, else only `headers` are added. `raw` replaces the whole answer.
    `results` are codes and words with which the first items of a request are refused, where an API answers
    item by item. `names_id`: the answer gives ids. `hangs_s` waits before answering, at most until the stub
    stops. `is_chunked` sends the body in chunks, `is_continued` a 100 before the answer, `is_half_body` half
    the body and then nothing.
    """

    accepts: bool = True
    is_override: bool = False
    status: int = 202
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    raw: str | None = None
    cut: Cut | None = None
    hangs_s: float = 0.0
    names_id: bool = True
    is_bytewise: bool = False
    is_lower_case: bool = False
    is_chunked: bool = False
    is_continued: bool = False
    is_half_body: bool = False
    results: tuple[tuple[int, str], ...] = ()


PLAIN: Final = StubFault()


def status_fault(status: int, body: str = "", **headers: str) -> StubFault:
    """Return a plain answer with `status`, and nothing taken; `_` in a header's name stands for `-`."""
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return StubFault(accepts=False, is_override=True, status=status, headers=fields, body=body)


BROKEN: Final[Mapping[str, StubFault]] = {
    "reset-on-headers": StubFault(accepts=False, cut=Cut.HEADERS),
    "reset-in-body": StubFault(accepts=False, cut=Cut.BODY),
    "reset-before-answer": StubFault(accepts=False, cut=Cut.ANSWER),
    "hang": StubFault(accepts=False, cut=Cut.AFTER, hangs_s=30, raw=""),
}
"""Nothing is taken, and nothing whole is said."""

ACCEPTED_AND_BROKEN: Final[Mapping[str, StubFault]] = {
    "accepted-500": replace(status_fault(500), accepts=True),
    "accepted-502-html": replace(status_fault(502, "<html><body>Bad gateway</body></html>"), accepts=True),
    "accepted-503": replace(status_fault(503), accepts=True),
    "accepted-504": replace(status_fault(504), accepts=True),
    "accepted-408": replace(status_fault(408), accepts=True),
    "accepted-302": replace(status_fault(302, Location="/elsewhere"), accepts=True),
    "accepted-reset": StubFault(cut=Cut.ANSWER),
    "accepted-hang": StubFault(cut=Cut.AFTER, hangs_s=30, raw=""),
    "accepted-truncated": StubFault(cut=Cut.HALF),
    "accepted-half-status": StubFault(cut=Cut.AFTER, raw="HTTP/1.1 20"),
    "accepted-half-body": StubFault(cut=Cut.AFTER, is_half_body=True),
    "accepted-nothing": StubFault(cut=Cut.AFTER, raw=""),
    "accepted-garbage": StubFault(cut=Cut.AFTER, raw="220 mail.example ESMTP\r\n"),
    "accepted-binary": StubFault(cut=Cut.AFTER, raw="\x15\x03\x01\x00\x02\x02\x16"),
}
"""The mail is taken, and the answer does not say so."""

ODD: Final[Mapping[str, StubFault]] = {
    "close": StubFault(cut=Cut.AFTER, headers={"Connection": "close"}),
    "close-unannounced": StubFault(cut=Cut.AFTER),
    "bytewise": StubFault(is_bytewise=True),
    "lower-case": StubFault(is_lower_case=True),
    "slow": StubFault(hangs_s=0.2),
    "continue": StubFault(is_continued=True),
    "chunked": StubFault(is_chunked=True),
}
"""Unusual, and yet a plain acceptance."""
