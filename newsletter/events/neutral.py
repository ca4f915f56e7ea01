"""Events in a plain JSON format of our own, for whatever has no reader: a mail server's log, a script.

One object, or a list of them:

    {"id": "7f3a", "event": "bounced", "at": "2026-11-24T09:31:07Z", "delivery": "8c1f…", "attempt": "…",
     "email": "an@example.org", "bounce": "hard", "status": "5.1.1", "reason": "550 no such user"}

`id`, `event` and `at` are needed, and `delivery` or `email`. Over the network a report is signed as
Standard Webhooks 1.0 says (https://www.standardwebhooks.com), with the secret of `[events] secret`.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from newsletter.config.schema import Config
from newsletter.config.secrets import Secret
from newsletter.domain.provider_event import BounceClass, EventKind, ProviderEvent
from newsletter.errors import ConfigError
from newsletter.protocols import EventNotVerifiable, EventReader, EventRefused

__all__ = ["NeutralReader", "open_reader", "sign"]

TOLERANCE_S = 300
_PREFIX = "whsec_"
_KEYS = ("id", "event", "at", "delivery", "attempt", "email", "bounce", "status", "reason")
_MOST_TOLD = 5
_BREAKS = re.compile(r"\s+")


class NeutralReader:
    """`protocols.EventReader` for the plain format."""

    def __init__(self, secret: Secret | None) -> None:
        """Read reports; `secret` is only looked up when one has to be verified."""
        self._secret = secret

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """See that `body` was signed with the secret, within five minutes of `now`. Raises EventRefused."""
        given = {name.lower(): value for name, value in headers.items()}
        message, moment = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
        if not moment.isascii() or not moment.isdigit() or len(moment) > 12:
            raise EventRefused("the header webhook-timestamp is missing, or no number of seconds")
        if abs(now.timestamp() - int(moment)) > TOLERANCE_S:
            raise EventRefused("the report is more than five minutes old, or from the future")
        wanted = sign(self._key(), message, moment, body)
        signatures = given.get("webhook-signature", "").split()
        if not any(hmac.compare_digest(one.encode(), wanted.encode()) for one in signatures):
            raise EventRefused("the signature does not fit")

    def read(self, body: bytes) -> Sequence[ProviderEvent]:
        """Return the events in `body`. Raises EventRefused naming what is wrong with each."""
        try:
            document = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise EventRefused(f"this is no JSON: {error}") from error
        rows = document if isinstance(document, list) else [document]
        events: list[ProviderEvent] = []
        wrong: list[str] = []
        for number, row in enumerate(rows, 1):
            try:
                events.append(_event(row))
            except ValueError as error:
                wrong.append(f"event {number}: {error}" if len(rows) > 1 else str(error))
        if wrong:
            more = f" … and {len(wrong) - _MOST_TOLD} more" if len(wrong) > _MOST_TOLD else ""
            raise EventRefused("; ".join(wrong[:_MOST_TOLD]) + more)
        return events

    def _key(self) -> bytes:
        if self._secret is None:
            raise EventNotVerifiable("there is no [events] secret to verify it with")
        try:
            return base64.b64decode(self._secret.reveal().removeprefix(_PREFIX), validate=True)
        except (binascii.Error, ConfigError) as error:
            raise EventNotVerifiable("the [events] secret is missing, or not written in base64") from error


def open_reader(config: Config) -> EventReader:
    """Return the reader of the plain format."""
    return NeutralReader(config.events.secret)


def sign(key: bytes, message: str, moment: str, body: bytes) -> str:
    """Return the signature `v1,BASE64` of a report; `moment` is in seconds since 1970."""
    signed = b".".join((message.encode(), moment.encode(), body))
    return f"v1,{base64.b64encode(hmac.digest(key, signed, sha256)).decode()}"


def _event(row: object) -> ProviderEvent:
    """Return the event in `row`. Raises ValueError with what is wrong, in plain words."""
    if not isinstance(row, dict):
        raise ValueError("this is no JSON object")
    strange = [name for name in row if name not in _KEYS]
    if strange:
        raise ValueError(f'there is no key "{str(strange[0])[:40]}"; known are: {", ".join(_KEYS)}')
    for name in ("id", "event", "at"):
        if not _text(row, name):
            raise ValueError(f'"{name}" is missing')
    kind = _word(EventKind, row, "event")
    bounce = _word(BounceClass, row, "bounce")
    if bounce is not None and kind is not EventKind.BOUNCED:
        raise ValueError('only a "bounced" event has a "bounce"')
    if not _text(row, "delivery") and not _text(row, "email"):
        raise ValueError('it says neither "delivery" nor "email", so nobody can tell what it is about')
    assert kind is not None, "it was seen to be there"
    return ProviderEvent(
        event_id=_text(row, "id") or "",
        kind=kind,
        at=_moment(row),
        email=_text(row, "email"),
        delivery_id=_text(row, "delivery"),
        attempt_key=_text(row, "attempt"),
        bounce=bounce,
        status=_text(row, "status"),
        reason=_BREAKS.sub(" ", _text(row, "reason") or ""),
    )


def _text(row: Mapping[str, Any], name: str) -> str | None:
    value = row.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError(f'"{name}" is not text')
    return value.strip() or None


def _word(words: Any, row: Mapping[str, Any], name: str) -> Any:
    text = _text(row, name)
    if text is None:
        return None
    try:
        return words(text)
    except ValueError:
        raise ValueError(f'"{text[:40]}" is no "{name}"; there are: {", ".join(words)}') from None


def _moment(row: Mapping[str, Any]) -> datetime:
    text = _text(row, "at") or ""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(
            f'"at" is no moment with a zone, such as 2026-11-24T09:31:07Z: "{text[:40]}"'
        ) from None
