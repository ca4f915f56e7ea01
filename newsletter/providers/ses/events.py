"""What SES reports through SNS, and what it means.

Sources: "Contents of event data that Amazon SES publishes to Amazon SNS", its examples, and "Contents of
Amazon SNS notifications for Amazon SES" in the SES Developer Guide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from newsletter.config.schema import Config
from newsletter.domain.bounce_reasons import reason_class, status_code
from newsletter.domain.provider_event import BounceClass, EventKind, ProviderEvent
from newsletter.protocols import EventNotVerifiable, EventReader, EventRefused
from newsletter.providers.event_facts import iso_moment, made_id
from newsletter.providers.json_answers import one_line, read_object
from newsletter.providers.ses.request import ATTEMPT_TAG, DELIVERY_TAG, attempt_of
from newsletter.providers.ses.sns import CONFIRMATION, NOTIFICATION, SnsVerifier, is_sns_url
from newsletter.providers.wire import AnswerLost, NeverLeft, Wires

__all__ = ["SesEvents", "open_reader"]

_Report = Mapping[str, object]
_TIMEOUT_S = 10.0
_KINDS = {
    "Send": EventKind.PROCESSED,
    "Delivery": EventKind.DELIVERED,
    "DeliveryDelay": EventKind.DEFERRED,
    "Bounce": EventKind.BOUNCED,
    "Complaint": EventKind.COMPLAINED,
    "Reject": EventKind.DROPPED,
    "Rendering Failure": EventKind.DROPPED,
    "Subscription": EventKind.UNSUBSCRIBED,
    "Open": EventKind.OPENED,
    "Click": EventKind.CLICKED,
}
_PARTS = {"DeliveryDelay": "deliveryDelay", "Rendering Failure": "failure"}
"""Names of the part with the details, where it is not the kind in lower case."""
# SES did not try: the address is on a list of those that bounced, complained or left.
_NOT_TRIED = frozenset(["Suppressed", "OnAccountSuppressionList", "UnsubscribedRecipient"])
_SUBTYPES = {
    "MailboxFull": BounceClass.SOFT,
    "MessageTooLarge": BounceClass.SOFT,
    "CustomTimeoutExceeded": BounceClass.SOFT,
    "ContentRejected": BounceClass.BLOCKED,
    "AttachmentRejected": BounceClass.BLOCKED,
}


class SesEvents:
    """`protocols.EventReader` for SES, whose reports come by SNS."""

    def __init__(self, topic: str | None, fetch: Callable[[str], bytes]) -> None:
        """Believe messages about `topic` (an ARN); `fetch` gets an https address, or raises OSError."""
        self._verifier = SnsVerifier(topic, fetch) if topic else None
        self._fetch = fetch

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:  # noqa: ARG002  # the protocol's signature
        """See that Amazon signed `body` for our topic. Raises EventRefused."""
        if self._verifier is None:
            raise EventNotVerifiable("[provider.ses] topic is missing, so nobody can say who sent it")
        self._verifier.verify(read_object(body), now)

    def read(self, body: bytes) -> Sequence[ProviderEvent]:
        """Return the events in `body`, a message of SNS or a report of SES as it is. Raises EventRefused.

        A message that asks to confirm a subscription has none; see `confirm`.
        """
        outside = read_object(body)
        if outside.get("Type") in (CONFIRMATION, "UnsubscribeConfirmation"):
            return ()
        report = outside
        if outside.get("Type") == NOTIFICATION:
            report = read_object(str(outside.get("Message")).encode(errors="surrogatepass"))
        kind = report.get("eventType") or report.get("notificationType")
        if not isinstance(kind, str) or not isinstance(report.get("mail"), dict):
            if "Successfully validated SNS topic" in str(outside.get("Message")):  # SES tries a new topic
                return ()
            raise EventRefused("this is no report of Amazon SES")
        return list(_events(kind, report)) if kind in _KINDS else ()

    def confirm(self, body: bytes) -> bool:
        """Confirm the subscription that `body`, already verified, asks to confirm; False if it asks nothing.

        Until that is done SNS sends no reports. Raises EventRefused when it cannot be done.
        """
        message = read_object(body)
        if message.get("Type") != CONFIRMATION:
            return False
        url = str(message.get("SubscribeURL"))
        if not is_sns_url(url):
            raise EventRefused("SubscribeURL is no address of Amazon SNS")
        try:
            self._fetch(url)
        except OSError as error:
            raise EventNotVerifiable(f"the subscription cannot be confirmed: {error}") from error
        return True


def open_reader(config: Config) -> EventReader:
    """Return the reader of the events of SES."""
    return SesEvents(config.provider.ses.topic, _fetch)


def _fetch(url: str) -> bytes:
    """Return what is at an https address. Raises OSError."""
    parts = urlsplit(url)
    wires = Wires(f"{parts.scheme}://{parts.netloc}", _TIMEOUT_S)
    try:
        answer = wires.exchange("GET", f"{parts.path}{'?' if parts.query else ''}{parts.query}", {})
    except (NeverLeft, AnswerLost) as error:
        raise OSError(str(error)) from error
    finally:
        wires.close()
    if answer.status != 200:
        raise OSError(f"{parts.netloc} answered {answer.status}")
    return answer.body


def _events(kind: str, report: _Report) -> Iterator[ProviderEvent]:
    mail = _mapping(report.get("mail"))
    part = _mapping(report.get(_PARTS.get(kind, kind.lower())))
    moment = iso_moment(part.get("timestamp")) or iso_moment(mail.get("timestamp"))
    if moment is None:
        raise EventRefused("timestamp is no moment")
    meaning = _meaning(kind, part)
    if meaning is None:
        return
    message_id, tags = one_line(mail.get("messageId")) or None, _mapping(mail.get("tags"))
    for email, said, status in _recipients(kind, part, mail):
        subtype = one_line(part.get("bounceSubType"))
        yield ProviderEvent(
            event_id=made_id(
                kind, meaning, message_id, moment, email, part.get("feedbackId"), part.get("link")
            ),
            kind=meaning,
            at=moment,
            email=email,
            delivery_id=_tag(tags, DELIVERY_TAG),
            attempt_key=attempt_of(_tag(tags, ATTEMPT_TAG) or "") or None,
            provider_id=message_id,
            bounce=_bounce(part, subtype, status, said) if meaning is EventKind.BOUNCED else None,
            reason=(said or subtype or one_line(part.get("reason")))[:1000],
            status=status_code(status) or status_code(said),
        )


def _meaning(kind: str, part: _Report) -> EventKind | None:
    if kind == "Bounce" and one_line(part.get("bounceSubType")) in _NOT_TRIED:
        return EventKind.DROPPED
    if kind == "Complaint":
        if one_line(part.get("complaintSubType")) in _NOT_TRIED:
            return EventKind.DROPPED
        if part.get("complaintFeedbackType") == "not-spam":  # the reader took it out of the spam folder
            return None
    if kind == "Subscription":
        return _subscription(part)
    return _KINDS[kind]


def _subscription(part: _Report) -> EventKind | None:
    chosen = _mapping(part.get("newTopicPreferences"))
    topics = chosen.get("topicSubscriptionStatus")
    status = [one_line(_mapping(one).get("subscriptionStatus")).lower() for one in _items(topics)]
    if chosen.get("unsubscribeAll") is True or (status and set(status) == {"optout"}):
        return EventKind.UNSUBSCRIBED
    return EventKind.RESUBSCRIBED if "optin" in status else None


def _bounce(part: _Report, subtype: str, status: str, said: str) -> BounceClass:
    known = _SUBTYPES.get(subtype) or reason_class(status, said)
    if known is not None:
        return known
    return BounceClass.HARD if part.get("bounceType") == "Permanent" else BounceClass.SOFT


def _recipients(kind: str, part: _Report, mail: _Report) -> Iterator[tuple[str | None, str, str]]:
    """Yield the address, the words of its server and the status code of each recipient."""
    listed = part.get({"Bounce": "bouncedRecipients", "Complaint": "complainedRecipients"}.get(kind, ""))
    if kind == "DeliveryDelay":
        listed = part.get("delayedRecipients")
    if isinstance(listed, list) and listed:
        for one in _items(listed):
            each = _mapping(one)
            email = one_line(each.get("emailAddress")).rpartition("<")[2].rstrip(">")
            yield email or None, one_line(each.get("diagnosticCode")), one_line(each.get("status"))
        return
    said = one_line(part.get("smtpResponse"))
    destination = mail.get("destination") if kind != "Delivery" else part.get("recipients")
    emails = [one_line(email) or None for email in _items(destination)]
    for address in emails if emails else (None,):
        yield address, said, ""


def _tag(tags: _Report, name: str) -> str | None:
    values = _items(tags.get(name))
    return one_line(values[0]) or None if values else None


def _mapping(value: object) -> _Report:
    return value if isinstance(value, dict) else {}


def _items(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()
