"""What Postmark's webhooks report: whether it comes from who we told the secret, and what it means.

Postmark signs nothing; its webhooks log in with the name and password that are set with their address.
Source: "Webhooks" and "Bounce types" in Postmark's developer documentation.
"""

from __future__ import annotations

import hmac
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from newsletter.config.schema import Config
from newsletter.config.secrets import Secret
from newsletter.domain.bounce_reasons import reason_class, status_code
from newsletter.domain.provider_event import BounceClass, EventKind, ProviderEvent
from newsletter.protocols import EventNotVerifiable, EventReader, EventRefused
from newsletter.providers.event_facts import iso_moment, made_id
from newsletter.providers.json_answers import one_line, read_object

__all__ = ["PostmarkEvents", "open_reader"]

_Report = Mapping[str, object]
_Meaning = tuple[EventKind, BounceClass | None]

_BOUNCES: Mapping[str, _Meaning] = {
    "HardBounce": (EventKind.BOUNCED, BounceClass.HARD),
    "BadEmailAddress": (EventKind.BOUNCED, BounceClass.HARD),
    "SoftBounce": (EventKind.BOUNCED, BounceClass.SOFT),
    "Undeliverable": (EventKind.BOUNCED, BounceClass.SOFT),
    "Unknown": (EventKind.BOUNCED, BounceClass.SOFT),
    "Blocked": (EventKind.BOUNCED, BounceClass.BLOCKED),
    "DMARCPolicy": (EventKind.BOUNCED, BounceClass.BLOCKED),
    "SpamNotification": (EventKind.BOUNCED, BounceClass.BLOCKED),  # a filter's word, not a reader's
    "VirusNotification": (EventKind.BOUNCED, BounceClass.BLOCKED),
    "Transient": (EventKind.DEFERRED, None),
    "DnsError": (EventKind.DEFERRED, None),
    "SMTPApiError": (EventKind.DROPPED, None),
    "TemplateRenderingFailed": (EventKind.DROPPED, None),
    "ManuallyDeactivated": (EventKind.DROPPED, None),
    "Unconfirmed": (EventKind.DROPPED, None),
    "SpamComplaint": (EventKind.COMPLAINED, None),
    "Unsubscribe": (EventKind.UNSUBSCRIBED, None),
}
"""By `Type`. Answering machines, changes of address, challenges and tests are no bounces to us."""
_UNSURE = frozenset(["Unknown", "Undeliverable", "SoftBounce", "HardBounce"])
"""Types that Postmark gives by the class of a code, so that the words of the server decide."""


class PostmarkEvents:
    """`protocols.EventReader` for Postmark."""

    def __init__(self, login: Secret | None) -> None:
        """Let in who logs in with `login`, a name and a password with a colon between them."""
        self._login = login

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:  # noqa: ARG002  # the protocol's signature
        """See that whoever reports knows the login (RFC 7617). Raises EventRefused, ConfigError.

        There is nothing to see an old report by; what is taken in twice does nothing.
        """
        if self._login is None:
            raise EventNotVerifiable(
                "[provider.postmark] webhook_login is missing, so nobody can say who sent it"
            )
        given = {name.lower(): value for name, value in headers.items()}.get("authorization", "")
        scheme, _, token = given.strip().partition(" ")
        try:
            told = b64decode(token.strip(), validate=True) if scheme.lower() == "basic" else b""
        except ValueError:
            told = b""
        if not hmac.compare_digest(told, self._login.reveal().strip().encode()):
            raise EventRefused("the login does not fit: this is not from the webhook that was set up")

    def read(self, body: bytes) -> Sequence[ProviderEvent]:
        """Return the event in `body`, none of what says nothing about a mail. Raises EventRefused."""
        report = read_object(body)
        record = report.get("RecordType")
        reader = _READERS.get(record) if isinstance(record, str) else None
        if reader is None:
            if record == "Inbound" or "RecordType" not in report:
                raise EventRefused("this is no report of Postmark about a mail we sent")
            return ()
        event = reader(report)
        return () if event is None else (event,)


def open_reader(config: Config) -> EventReader:
    """Return the reader of Postmark's events."""
    return PostmarkEvents(config.provider.postmark.webhook_login)


def _bounce(report: _Report) -> ProviderEvent | None:
    kind = one_line(report.get("Type"))
    if kind not in _BOUNCES:
        return None
    meaning, bounce = _BOUNCES[kind]
    reason = one_line(report.get("Details")) or one_line(report.get("Description"))
    if kind in _UNSURE:
        bounce = reason_class("", reason) or bounce
    return _event(report, meaning, "BouncedAt", "Email", reason=reason, bounce=bounce)


def _complaint(report: _Report) -> ProviderEvent:
    return _event(report, EventKind.COMPLAINED, "BouncedAt", "Email", reason=one_line(report.get("Details")))


def _delivery(report: _Report) -> ProviderEvent:
    return _event(
        report, EventKind.DELIVERED, "DeliveredAt", "Recipient", reason=one_line(report.get("Details"))
    )


def _open(report: _Report) -> ProviderEvent:
    return _event(report, EventKind.OPENED, "ReceivedAt", "Recipient")


def _click(report: _Report) -> ProviderEvent:
    return _event(report, EventKind.CLICKED, "ReceivedAt", "Recipient")


def _subscription(report: _Report) -> ProviderEvent | None:
    """Return what a change of the suppression list says about the reader; our own doing says nothing."""
    suppresses, reason = report.get("SuppressSending"), one_line(report.get("SuppressionReason"))
    is_readers = one_line(report.get("Origin")) == "Recipient"
    if suppresses is True and reason == "SpamComplaint":
        return _event(report, EventKind.COMPLAINED, "ChangedAt", "Recipient")
    if suppresses is True and reason == "HardBounce":
        return _event(report, EventKind.BOUNCED, "ChangedAt", "Recipient", bounce=BounceClass.HARD)
    if suppresses is True and is_readers:
        return _event(report, EventKind.UNSUBSCRIBED, "ChangedAt", "Recipient")
    if suppresses is False and is_readers:
        return _event(report, EventKind.RESUBSCRIBED, "ChangedAt", "Recipient")
    return None


_READERS: Mapping[str, Callable[[_Report], ProviderEvent | None]] = {
    "Bounce": _bounce,
    "SpamComplaint": _complaint,
    "Delivery": _delivery,
    "Open": _open,
    "Click": _click,
    "SubscriptionChange": _subscription,
}


def _event(
    report: _Report,
    kind: EventKind,
    time_field: str,
    email_field: str,
    *,
    reason: str = "",
    bounce: BounceClass | None = None,
) -> ProviderEvent:
    moment = iso_moment(report.get(time_field))
    if moment is None:
        raise EventRefused(f"{time_field} is no moment")
    record, email = one_line(report.get("RecordType")), one_line(report.get(email_field)) or None
    message_id = one_line(report.get("MessageID")) or None
    number = report.get("ID")
    metadata = report.get("Metadata")
    ours = metadata if isinstance(metadata, dict) else {}
    return ProviderEvent(
        event_id=(
            f"{record}-{number}"
            if type(number) is int
            else made_id(record, kind, message_id, email, moment, report.get("OriginalLink"))
        ),
        kind=kind,
        at=moment,
        email=email,
        delivery_id=one_line(ours.get("nl_d")) or None,
        attempt_key=one_line(ours.get("nl_a")) or None,
        provider_id=message_id,
        bounce=bounce if kind is EventKind.BOUNCED else None,
        reason=reason[:1000],
        status=status_code(reason),
    )
