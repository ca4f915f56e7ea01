"""Every way in which SES can fail, by name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from newsletter.testing.http_faults import ACCEPTED_AND_BROKEN, BROKEN, ODD, PLAIN, StubFault, status_fault

__all__ = ["FAULTS"]

_HTML = "<html><body>Bad gateway</body></html>"


def _error(status: int, name: str, message: str = "refused by the stub", **headers: str) -> StubFault:
    """Return an error as SES words it: its name in a header, its message in the body."""
    fault = status_fault(status, json.dumps({"message": message}), **headers)
    return replace(
        fault, headers={"x-amzn-ErrorType": f"{name}:http://internal.amazon.com/", **fault.headers}
    )


def _named(status: int, *names: str) -> Mapping[str, StubFault]:
    return {name: _error(status, name) for name in names}


_UNVERIFIED = "Email address is not verified. The following identities failed the check in region EU-WEST-1: "

FAULTS: Final[Mapping[str, StubFault]] = {
    "plain": PLAIN,
    **_named(400, "AccountSuspendedException", "BadRequestException", "LimitExceededException"),
    **_named(400, "MailFromDomainNotVerifiedException", "MessageRejected", "SendingPausedException"),
    **_named(404, "NotFoundException"),
    **_named(429, "TooManyRequestsException"),
    **_named(400, "ThrottlingException", "RequestExpired", "ValidationError"),
    **_named(403, "AccessDeniedException", "ExpiredTokenException", "IncompleteSignature", "OptInRequired"),
    **_named(403, "InvalidClientTokenId", "UnrecognizedClientException", "MissingAuthenticationToken"),
    **_named(403, "InvalidSignatureException", "SignatureDoesNotMatch", "RequestTimeTooSkewed"),
    **_named(401, "NotAuthorized"),
    **_named(500, "InternalFailure"),
    **_named(503, "ServiceUnavailable"),
    "unverified-reader": _error(400, "MessageRejected", _UNVERIFIED + "lezer.0@gemeente.example"),
    "unverified-sender": _error(400, "MessageRejected", _UNVERIFIED + "renata@brief.example"),
    "unverified-domain": _error(
        400, "MessageRejected", _UNVERIFIED + "brief.example, lezer.0@gemeente.example"
    ),
    "sending-paused": _error(400, "MessageRejected", "Sending paused for this account."),
    "no-such-set": _error(400, "BadRequestException", "Configuration set <brief> does not exist."),
    "illegal-address": _error(400, "BadRequestException", "Domain contains illegal character"),
    "daily-quota": _error(429, "TooManyRequestsException", "Daily message quota exceeded."),
    "maximum-rate": _error(429, "TooManyRequestsException", "Maximum sending rate exceeded."),
    "429-seconds": _error(429, "TooManyRequestsException", Retry_After="7"),
    "name-in-body": status_fault(
        400, json.dumps({"__type": "com.amazonaws.ses#AccountSuspendedException", "Message": "no"})
    ),
    "400-html": status_fault(400, _HTML),
    "400-deep": status_fault(400, "[" * 100_000),
    **{str(status): status_fault(status) for status in (402, 405, 408, 413, 415, 429, 500, 503, 504)},
    "502-html": status_fault(502, _HTML),
    "200-empty": status_fault(200, ""),
    "200-html": status_fault(200, _HTML),
    "200-no-id": status_fault(200, "{}"),
    "202": status_fault(202, "{}"),
    "204": status_fault(204),
    "302": status_fault(302, Location="/elsewhere"),
    "307": status_fault(307, Location="/elsewhere"),
    **BROKEN,
    **ACCEPTED_AND_BROKEN,
    "accepted-200-no-id": StubFault(names_id=False),
    **ODD,
}
