"""What SendGrid's Event Webhook reports: whether it is SendGrid's own, and what it means.

Sources: Twilio SendGrid "Event Webhook Reference" and "Getting Started with the Event Webhook Security
Features"; the OpenAPI file `tsg_logs_v3.yaml` for the shape of each event. Our custom arguments stand beside
SendGrid's own keys in every event.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from newsletter.config.schema import Config
from newsletter.domain.provider_event import BounceClass, EventKind, ProviderEvent
from newsletter.protocols import EventNotVerifiable, EventReader, EventRefused
from newsletter.providers.json_answers import one_line, one_lines, read_json
from newsletter.providers.sendgrid.bounces import bounce_class

__all__ = ["SIGNATURE", "TIMESTAMP", "SendgridEvents", "open_reader"]

SIGNATURE: Final = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP: Final = "X-Twilio-Email-Event-Webhook-Timestamp"
_LONGEST = 1000  # characters of what a server said
_OLDEST_S = 96 * 3600
_AHEAD_S = 900
_SIGNED = ec.ECDSA(SHA256())
_KINDS = {
    "processed": EventKind.PROCESSED,
    "delivered": EventKind.DELIVERED,
    "deferred": EventKind.DEFERRED,
    "bounce": EventKind.BOUNCED,
    "dropped": EventKind.DROPPED,
    "spamreport": EventKind.COMPLAINED,
    "unsubscribe": EventKind.UNSUBSCRIBED,
    "group_unsubscribe": EventKind.UNSUBSCRIBED,
    "group_resubscribe": EventKind.RESUBSCRIBED,
    "open": EventKind.OPENED,
    "click": EventKind.CLICKED,
}
_TEXTS = ("sg_event_id", "email", "nl_d", "nl_a", "sg_message_id", "status", "reason", "response")
_ASKED_AFTER = ("event", "timestamp", "sg_event_id", "sg_message_id")


class SendgridEvents:
    """`protocols.EventReader` for SendGrid."""

    def __init__(self, public_key: str | None) -> None:
        """Verify with `public_key`, as SendGrid shows it: base64 of the key (DER, SubjectPublicKeyInfo)."""
        self._public_key = public_key
        self._key: ec.EllipticCurvePublicKey | None = None

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """See that SendGrid signed `body`, in the last four days. Raises EventRefused.

        SendGrid tries again for days, with the signature of the first time; what is taken twice does nothing.
        """
        given = {name.lower(): value.strip() for name, value in headers.items()}
        moment = given.get(TIMESTAMP.lower(), "")
        if not (moment.isascii() and moment.isdigit() and len(moment) <= 12):
            raise EventRefused(f"the header {TIMESTAMP} is missing, or no number of seconds")
        try:
            signature = base64.b64decode(given.get(SIGNATURE.lower(), ""), validate=True)
        except (binascii.Error, ValueError) as error:
            raise EventRefused(f"the header {SIGNATURE} is not written in base64") from error
        try:
            self._read_key().verify(signature, moment.encode() + body, _SIGNED)
        except InvalidSignature as error:
            raise EventRefused("the signature does not fit: this is not from SendGrid") from error
        if not -_AHEAD_S <= now.timestamp() - int(moment) <= _OLDEST_S:
            raise EventRefused("the report is more than four days old, or from the future")

    def read(self, body: bytes) -> Sequence[ProviderEvent]:
        """Return the events in `body`; of an account's own events and kinds to come there are none.

        Raises EventRefused for whatever is no array of events.
        """
        rows = read_json(body)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise EventRefused("this is no array of SendGrid's events")
        if rows and not any(isinstance(row.get("event"), str) for row in rows):
            raise EventRefused("none of these is an event of SendGrid")
        return _events(rows)

    def _read_key(self) -> ec.EllipticCurvePublicKey:
        if self._key is None:
            self._key = _load_key(self._public_key)
        return self._key


def open_reader(config: Config) -> EventReader:
    """Return the reader of SendGrid's events."""
    return SendgridEvents(config.provider.sendgrid.event_key)


def _load_key(text: str | None) -> ec.EllipticCurvePublicKey:
    if not text:
        raise EventNotVerifiable("[provider.sendgrid] event_key is missing, so nobody can say who sent it")
    try:
        key = load_der_public_key(base64.b64decode("".join(text.split()), validate=True))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise EventNotVerifiable(
            "[provider.sendgrid] event_key is no key; copy it again from SendGrid"
        ) from error
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise EventNotVerifiable("[provider.sendgrid] event_key is no key of an elliptic curve")
    return key


def _events(rows: Iterable[Mapping[str, object]]) -> list[ProviderEvent]:
    """Return the events in `rows`; a report has thousands, so all is done column by column."""
    kept: list[Mapping[str, object]] = []
    kinds: list[EventKind] = []
    moments: list[datetime] = []
    for row in rows:
        kind, moment = _KINDS.get(str(row.get("event"))), _moment(row.get("timestamp"))
        if kind is not None and moment is not None:
            kept.append(row)
            kinds.append(kind)
            moments.append(moment)
    ids, emails, deliveries, attempts, messages, statuses, reasons, responses = (
        one_lines([row.get(name) for row in kept]) for name in _TEXTS
    )
    said = [reason or response for reason, response in zip(reasons, responses, strict=True)]
    columns = (
        [event_id or _made_id(row) for event_id, row in zip(ids, kept, strict=True)],
        kinds,
        moments,
        _given(emails),
        _given(deliveries),
        _given(attempts),
        _given(messages),
        [
            _bounce(row, status, reason) if kind is EventKind.BOUNCED else None
            for row, kind, status, reason in zip(kept, kinds, statuses, said, strict=True)
        ],
        [text[:_LONGEST] for text in said],
        _given(statuses),
    )  # in the order of the fields of ProviderEvent
    return list(map(ProviderEvent._make, zip(*columns, strict=True)))


def _given(texts: Iterable[str]) -> list[str | None]:
    return [text or None for text in texts]


def _bounce(row: Mapping[str, object], status: str, reason: str) -> BounceClass:
    return bounce_class(str(row.get("type")), status, reason, one_line(row.get("bounce_classification")))


def _made_id(row: Mapping[str, object]) -> str:
    """Return an id from what makes an event one of a kind: old ones may come without."""
    told = "\0".join(str(row.get(name)) for name in (*_ASKED_AFTER, "email", "smtp-id"))
    return f"made-{sha256(told.encode(errors='surrogatepass')).hexdigest()[:32]}"


def _moment(value: object) -> datetime | None:
    """Return seconds since 1970 as a moment, None for what is none."""
    # JSON's true is no number here, though Python's is.
    return _at(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


@lru_cache(maxsize=4096)  # thousands of events happen in one second
def _at(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
