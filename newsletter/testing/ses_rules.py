"""What Amazon documents about signatures and about `SendEmail`, checked as strictly as it is written.

Sources: "Signature Version 4 signing process" (AWS IAM User Guide), `SendEmail`, `MessageTag` and
`RawMessage` in the SES API v2 reference, "Service quotas in Amazon SES". Written apart from the
provider, so that a mistake there is not repeated here.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from typing import NamedTuple

from newsletter.testing.http_stub import StubRequest

__all__ = ["SesError", "message_in", "rule_errors", "signature_error"]

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/ses/aws4_request, "
    r"SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})"
)
_FIELDS = frozenset(
    [
        *("Content", "Destination", "EmailTags", "ConfigurationSetName", "FromEmailAddress"),
        *("FromEmailAddressIdentityArn", "ReplyToAddresses", "FeedbackForwardingEmailAddress"),
        *("ListManagementOptions", "EndpointId", "TenantName"),
    ]
)
_TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")
_ADDRESS = re.compile(r"[!#-'*+/-9=?A-Z^-~-]+(\.[!#-'*+/-9=?A-Z^-~-]+)*@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
_MOST_MESSAGE_BYTES = 40_000_000
_MOST_SKEW_S = 300.0


class SesError(NamedTuple):
    """One refusal."""

    status: int
    name: str
    message: str


def signature_error(
    request: StubRequest, secrets: Mapping[str, str], session_token: str | None, region: str
) -> SesError | None:
    """Return what is wrong with the signature of `request`; None when it proves the request."""
    match = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if match is None:
        return SesError(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
    access_key, day, said_region, names, signature = match.groups()
    if access_key not in secrets or said_region != region:
        return SesError(403, "UnrecognizedClientException", "The security token is invalid.")
    if session_token != request.headers.get("x-amz-security-token"):
        return SesError(403, "ExpiredTokenException", "The security token in the request is expired")
    signed = names.split(";")
    must = {"host", "x-amz-date", *(name for name in request.headers if name.startswith("x-amz-"))}
    if signed != sorted(signed) or not must <= set(signed):
        return SesError(403, "IncompleteSignature", "not every header that must be signed is signed")
    if _sign(request, secrets[access_key], day, region, signed) != signature:
        return SesError(403, "InvalidSignatureException", "The request signature does not match.")
    return _age_error(request.headers["x-amz-date"])


def rule_errors(headers: Mapping[str, str], body: bytes, sets: frozenset[str]) -> SesError | None:
    """Return the first thing in a `SendEmail` request that SES would refuse."""
    if headers.get("content-type", "").partition(";")[0] not in (
        "application/json",
        "application/x-amz-json-1.1",
    ):
        return SesError(415, "UnsupportedMediaTypeException", "not JSON")
    try:
        request = json.loads(body.decode())
    except ValueError:
        return SesError(400, "SerializationException", "not JSON")
    if not isinstance(request, dict) or "Content" not in request:
        return SesError(400, "BadRequestException", "Content is required.")
    return next(_bad_requests(request, sets), None)


def message_in(request: Mapping[str, object]) -> bytes:
    """Return the raw message of a request. Raises ValueError, KeyError or TypeError when there is none."""
    content = request["Content"]
    if not isinstance(content, dict) or set(content) != {"Raw"} or set(content["Raw"]) != {"Data"}:
        raise ValueError("no raw message")
    return b64decode(content["Raw"]["Data"], validate=True)


def _bad_requests(request: Mapping[str, object], sets: frozenset[str]) -> Iterator[SesError]:
    for name in sorted(set(request) - _FIELDS):
        yield SesError(400, "SerializationException", f"{name} is no field of SendEmail")
    yield from _tag_errors(request.get("EmailTags", []))
    chosen = request.get("ConfigurationSetName")
    if chosen is not None and chosen not in sets:
        yield SesError(400, "BadRequestException", f"Configuration set <{chosen}> does not exist.")
    destination = request.get("Destination")
    to = destination.get("ToAddresses") if isinstance(destination, dict) else None
    if not isinstance(to, list) or not 1 <= len(to) <= 50:
        yield SesError(400, "BadRequestException", "Recipient count must be between 1 and 50")
        return
    for address in to:
        if not isinstance(address, str) or not _ADDRESS.fullmatch(address):
            yield SesError(400, "BadRequestException", "Illegal address")
    yield from _message_errors(request)


def _tag_errors(tags: object) -> Iterator[SesError]:
    if not isinstance(tags, list) or len(tags) > 50:
        yield SesError(400, "BadRequestException", "Too many tags")
        return
    for tag in tags:
        if set(tag) != {"Name", "Value"} or not all(_TAG.fullmatch(text) for text in tag.values()):
            yield SesError(
                400, "BadRequestException", "Invalid tag: only letters, digits, _ and - are allowed"
            )


def _message_errors(request: Mapping[str, object]) -> Iterator[SesError]:
    try:
        message = message_in(request)
    except (ValueError, KeyError, TypeError):
        yield SesError(400, "BadRequestException", "Raw message data is not valid base64")
        return
    if len(message) > _MOST_MESSAGE_BYTES:
        yield SesError(400, "MessageRejected", "Message length is too long")
    parsed = message_from_bytes(message, policy=default)
    if not parsed["From"] or parsed["From"].defects:
        yield SesError(400, "BadRequestException", "Missing required header 'From'.")
    if any(len(line) > 998 for line in message.split(b"\r\n")):
        yield SesError(400, "MessageRejected", "a line is longer than 998 bytes")
    if b"\n" in message.replace(b"\r\n", b"") or b"\r" in message.replace(b"\r\n", b""):
        yield SesError(400, "MessageRejected", "a bare line feed or carriage return")


def _sign(request: StubRequest, secret: str, day: str, region: str, names: list[str]) -> str:
    listed = "".join(f"{name}:{request.headers.get(name, '').strip()}\n" for name in names)
    whole = "\n".join(
        [
            request.method,
            request.path.partition("?")[0],
            "&".join(sorted(request.path.partition("?")[2].split("&"))),
            listed,
            ";".join(names),
            hashlib.sha256(request.body).hexdigest(),
        ]
    )
    scope = f"{day}/{region}/ses/aws4_request"
    text = "\n".join(
        [
            "AWS4-HMAC-SHA256",
            request.headers.get("x-amz-date", ""),
            scope,
            hashlib.sha256(whole.encode()).hexdigest(),
        ]
    )
    key = ("AWS4" + secret).encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()


def _age_error(stamp: str) -> SesError | None:
    try:
        moment = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return SesError(403, "IncompleteSignature", "Date must be in ISO-8601 'basic format'.")
    if abs((datetime.now(UTC) - moment).total_seconds()) <= _MOST_SKEW_S:
        return None
    return SesError(
        403, "InvalidSignatureException", f"Signature expired: {stamp} is now earlier than allowed"
    )
