"""What Postmark documents about `POST /email/batch`, checked as strictly as it is written.

Sources: "Email API", "Send batch emails" and "Custom metadata FAQ" in Postmark's developer documentation, and
its support article on error code 300, which gives the rules for addresses.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from email.utils import parseaddr

from newsletter.testing.received import ReceivedMail, own_id

__all__ = ["MAX_MESSAGES", "MAX_REQUEST_BYTES", "message_error", "received"]

MAX_MESSAGES = 500
MAX_REQUEST_BYTES = 50_000_000
_MAX_MESSAGE_BYTES = 10_000_000
_FIELDS = frozenset(
    [
        *(
            "From",
            "To",
            "Cc",
            "Bcc",
            "Subject",
            "Tag",
            "HtmlBody",
            "TextBody",
            "ReplyTo",
            "Metadata",
            "Headers",
        ),
        *("TrackOpens", "TrackLinks", "Attachments", "MessageStream"),
    ]
)
_DOMAIN = re.compile(r"(\.?[A-Za-z0-9-])+")
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'`*+\-/=^_{|}~]+")
_PICTURES = frozenset([".png", ".jpg", ".jpeg", ".gif", ".webp"])


def message_error(message: object, size: int) -> tuple[int, str] | None:
    """Return the error code and the words with which Postmark refuses one message; None when it takes it."""
    if not isinstance(message, dict) or not all(isinstance(name, str) for name in message):
        return 403, "Invalid request fields"
    if size > _MAX_MESSAGE_BYTES:
        return 300, "The message is larger than 10 MB."
    return next(_errors(message), None)


def received(message: Mapping[str, object], given_id: str) -> ReceivedMail:
    """Return the mail the reader gets. Without `X-PM-KeepID` its Message-ID is Postmark's `given_id`."""
    custom = {one["Name"].lower(): one["Value"] for one in _dicts(message.get("Headers"))}
    keeps = custom.pop("x-pm-keepid", "") == "true"
    message_id = custom.pop("message-id", "") if keeps else f"<{given_id}@mtasv.net>"
    metadata = message.get("Metadata")
    assert isinstance(metadata, dict)
    return ReceivedMail(
        email=str(message["To"]),
        delivery_id=own_id(message_id),
        subject=str(message.get("Subject", "")),
        text=str(message["TextBody"]).rstrip("\n"),
        html=str(message["HtmlBody"]).rstrip("\n"),
        headers={
            **custom,
            "message-id": message_id,
            "from": str(message["From"]),
            "reply-to": str(message.get("ReplyTo", "")),
        },
        pictures={
            str(one["ContentID"]).removeprefix("cid:"): b64decode(one["Content"])
            for one in _dicts(message.get("Attachments"))
        },
    )


def _errors(message: Mapping[str, object]) -> Iterator[tuple[int, str]]:
    for name in sorted(set(message) - _FIELDS):
        yield 403, f"{name} is no field of a message"
    sender = parseaddr(str(message.get("From", "")))[1]
    if not _is_address(sender) or len(str(message.get("From"))) > 255:
        yield 300, f"Invalid 'From' address: '{message.get('From')}'."
    if not isinstance(message.get("To"), str) or not _is_address(str(message["To"])):
        yield 300, f"Invalid 'To' address: '{message.get('To')}'."
    if not message.get("HtmlBody") and not message.get("TextBody"):
        yield 300, "Provide either email TextBody or HtmlBody or both."
    if any(len(str(message.get(name, "")).encode()) > 5_000_000 for name in ("HtmlBody", "TextBody")):
        yield 300, "A body is larger than 5 MB."
    if type(message.get("TrackOpens", False)) is not bool:
        yield 403, "TrackOpens is true or false"
    if message.get("TrackLinks", "None") not in ("None", "HtmlAndText", "HtmlOnly", "TextOnly"):
        yield 403, "TrackLinks is None, HtmlAndText, HtmlOnly or TextOnly"
    yield from _header_errors(message.get("Headers", []))
    yield from _metadata_errors(message.get("Metadata", {}))
    yield from _attachment_errors(message.get("Attachments", []))


def _header_errors(headers: object) -> Iterator[tuple[int, str]]:
    if not isinstance(headers, list):
        yield 403, "Headers is a list"
        return
    for one in headers:
        if not isinstance(one, dict) or set(one) != {"Name", "Value"}:
            yield 403, "A header has a Name and a Value"
        elif not all(
            isinstance(text, str) and "\n" not in text and "\r" not in text for text in one.values()
        ):
            yield 300, f"Invalid header '{one['Name']}'"
        elif one["Name"].lower() in ("from", "to", "cc", "bcc", "subject", "reply-to", "content-type"):
            yield 300, f"Header '{one['Name']}' not allowed."


def _metadata_errors(metadata: object) -> Iterator[tuple[int, str]]:
    if not isinstance(metadata, dict) or len(metadata) > 10:
        yield 300, "Metadata holds at most 10 fields"
    elif not all(
        len(name) <= 20 and isinstance(text, str) and len(text) <= 80 for name, text in metadata.items()
    ):
        yield 300, "Metadata has names of at most 20 and values of at most 80 characters"


def _attachment_errors(attachments: object) -> Iterator[tuple[int, str]]:
    if not isinstance(attachments, list):
        yield 403, "Attachments is a list"
        return
    for one in attachments:
        if not isinstance(one, dict) or not {"Name", "Content", "ContentType"} <= set(one):
            yield 403, "An attachment has Name, Content and ContentType"
            continue
        if "." + one["Name"].rpartition(".")[2].lower() not in _PICTURES:
            yield 411, "Forbidden attachment type"
        try:
            b64decode(one["Content"], validate=True)
        except ValueError:
            yield 403, "An attachment is no base64"
        if "ContentID" in one and not one["ContentID"].startswith("cid:"):
            yield 300, "A ContentID begins with cid:"


def _is_address(text: str) -> bool:
    mailbox, at, domain = text.rpartition("@")
    return (
        bool(at) and bool(_MAILBOX.fullmatch(mailbox)) and "." in domain and bool(_DOMAIN.fullmatch(domain))
    )


def _dicts(value: object) -> Iterator[Mapping[str, str]]:
    assert isinstance(value, list | None)
    return (item for item in value or () if isinstance(item, dict))
