"""Every way in which Postmark can fail, by name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from newsletter.testing.http_faults import ACCEPTED_AND_BROKEN, BROKEN, ODD, PLAIN, StubFault, status_fault

__all__ = ["DOCUMENTED_ERRORS", "FAULTS"]

_HTML = "<html><body>Bad gateway</body></html>"

DOCUMENTED_ERRORS: Final[Mapping[int, str]] = {
    10: "Bad or missing API token",
    100: "Maintenance",
    300: "Invalid email request",
    400: "Sender Signature not found",
    401: "Sender signature not confirmed",
    402: "Invalid JSON",
    403: "Invalid request fields",
    405: "Not allowed to send",
    406: "Inactive recipient",
    409: "JSON required",
    410: "Too many batch messages",
    411: "Forbidden attachment type",
    412: "Account is pending",
    413: "Account may not send",
    429: "Rate limit exceeded",
    701: "Message stream not found",
    1235: "The message stream for the provided ID was not found",
}
"""Error codes that sending mail can meet."""


def _said(status: int, code: int, message: str = "", **headers: str) -> StubFault:
    """Return an error for the whole request."""
    body = {"ErrorCode": code, "Message": message or DOCUMENTED_ERRORS.get(code, "refused by the stub")}
    return status_fault(status, json.dumps(body), **headers)


def refuse_some(*results: tuple[int, str]) -> StubFault:
    """Return a fault under which the first messages get these codes and words, and the others are taken."""
    return StubFault(results=results)


FAULTS: Final[Mapping[str, StubFault]] = {
    "plain": PLAIN,
    **{f"first-{code}": refuse_some((code, words)) for code, words in DOCUMENTED_ERRORS.items()},
    "first-9999": refuse_some((9999, "an error nobody has listed")),
    "first-sender": refuse_some((300, "Invalid 'From' address: 'renata@brief.example'.")),
    "first-illegal": refuse_some((300, "Illegal email domain 'x' in address 'a@x'.")),
    "first-and-second-406": refuse_some((406, "Inactive recipient"), (406, "Inactive recipient")),
    **{f"422-{code}": _said(422, code) for code in DOCUMENTED_ERRORS if code not in (10, 429)},
    "401": _said(401, 10),
    "429": _said(429, 429),
    "429-seconds": _said(429, 429, Retry_After="7"),
    "422-html": status_fault(422, _HTML),
    "422-deep": status_fault(422, "[" * 100_000),
    **{str(status): status_fault(status) for status in (400, 402, 403, 404, 405, 408, 413, 415)},
    "500": _said(500, 0, "Internal Server Error"),
    "503": _said(503, 100),
    "504": status_fault(504),
    "502-html": status_fault(502, _HTML),
    "200-empty": status_fault(200, ""),
    "200-html": status_fault(200, _HTML),
    "200-object": status_fault(200, "{}"),
    "200-short": status_fault(200, '[{"ErrorCode":406,"Message":"Inactive recipient"}]'),
    "200-long": status_fault(200, json.dumps([{"ErrorCode": 406, "Message": "Inactive recipient"}] * 9)),
    "200-strange": status_fault(200, '[null,{"ErrorCode":"0"},{"ErrorCode":true}]'),
    "202": status_fault(202, "[]"),
    "204": status_fault(204),
    "302": status_fault(302, Location="/elsewhere"),
    "307": status_fault(307, Location="/elsewhere"),
    **BROKEN,
    **ACCEPTED_AND_BROKEN,
    "accepted-200-empty": replace(status_fault(200, "[]"), accepts=True),
    "accepted-no-id": StubFault(names_id=False),
    **ODD,
}
