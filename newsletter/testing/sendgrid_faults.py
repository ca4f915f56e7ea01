"""Every way in which SendGrid can fail, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from newsletter.testing.http_faults import BROKEN, PLAIN, Cut, StubFault, status_fault

__all__ = ["FAULTS"]

_HTML = "<html><body>Bad gateway</body></html>"
_ERROR = '{"errors":[{"message":"refused by the stub","field":null,"help":null}]}'


def _status(status: int, body: str = _ERROR, **headers: str) -> StubFault:
    return status_fault(status, body, **headers)


def _indexed(*numbers: int) -> str:
    errors = ",".join(
        f'{{"message":"Does not contain a valid address.","field":"personalizations.{number}.to.0.email"}}'
        for number in numbers
    )
    return f'{{"errors":[{errors}]}}'


_REFUSALS = {
    "400-first": _status(400, _indexed(0)),
    "400-first-and-last": _status(400, _indexed(0, 2)),
    "400-out-of-range": _status(400, _indexed(999)),
    "400-unindexed": _status(400),
    "400-sender": _status(400, '{"errors":[{"message":"not verified","field":"from.email"}]}'),
    "400-credits": _status(400, '{"errors":[{"message":"Maximum credits exceeded","field":null}]}'),
    "400-html": _status(400, _HTML),
    "400-deep": _status(400, "[" * 100_000),
    **{str(status): _status(status) for status in (401, 402, 403, 404, 405, 408, 413, 415)},
    "429-seconds": _status(429, Retry_After="7"),
    "429-date": _status(
        429, Retry_After="Tue, 24 Nov 2026 09:30:20 GMT", Date="Tue, 24 Nov 2026 09:30:00 GMT"
    ),
    "429-reset": _status(429, X_RateLimit_Reset="1795512630", Date="Tue, 24 Nov 2026 09:30:00 GMT"),
    "429-reset-past": _status(429, X_RateLimit_Reset="1000000000"),
    "429-garbage": _status(429, Retry_After="soon"),
    "429": _status(429),
    **{str(status): _status(status) for status in (500, 503, 504)},
    "502-html": _status(502, _HTML),
    "200": _status(200, "{}"),
    "204": _status(204, ""),
    "302": _status(302, "", Location="/v3/elsewhere"),
    "307": _status(307, "", Location="/v3/elsewhere"),
}

# The mail is taken, and the answer does not say so.
_AMBIGUOUS = {
    **{f"accepted-{status}": replace(_status(status), accepts=True) for status in (200, 408, 500, 503, 504)},
    "accepted-502-html": replace(_status(502, _HTML), accepts=True),
    "accepted-302": replace(_status(302, "", Location="/v3/elsewhere"), accepts=True),
    "accepted-reset": StubFault(cut=Cut.ANSWER),
    "accepted-hang": StubFault(cut=Cut.AFTER, hangs_s=30, raw=""),
    "accepted-truncated": StubFault(cut=Cut.HALF),
    "accepted-half-status": StubFault(cut=Cut.AFTER, raw="HTTP/1.1 20"),
    "accepted-nothing": StubFault(cut=Cut.AFTER, raw=""),
    "accepted-garbage": StubFault(cut=Cut.AFTER, raw="220 mail.example ESMTP\r\n"),
    "accepted-binary": StubFault(cut=Cut.AFTER, raw="\x15\x03\x01\x00\x02\x02\x16"),
}

# Unusual, and yet a plain 202.
_ODD = {
    "close": StubFault(cut=Cut.AFTER, headers={"Connection": "close"}),
    "close-unannounced": StubFault(cut=Cut.AFTER),
    "bytewise": StubFault(is_bytewise=True),
    "no-id": StubFault(names_id=False),
    "lower-case": StubFault(is_lower_case=True),
    "slow": StubFault(hangs_s=0.2),
    "continue": StubFault(
        raw="HTTP/1.1 100 Continue\r\n\r\n"
        "HTTP/1.1 202 Accepted\r\nX-Message-Id: c1\r\nContent-Length: 0\r\n\r\n"
    ),
    "chunked": StubFault(
        raw="HTTP/1.1 202 Accepted\r\nX-Message-Id: c2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    "body-cut": StubFault(
        cut=Cut.AFTER, raw="HTTP/1.1 202 Accepted\r\nX-Message-Id: c3\r\nContent-Length: 9\r\n\r\nhalf"
    ),
}

FAULTS: Final[Mapping[str, StubFault]] = {"plain": PLAIN, **_REFUSALS, **BROKEN, **_AMBIGUOUS, **_ODD}
