"""The JSON of `POST /email/batch`, spliced: what all readers share is serialised once.

Postmark fills nothing in for batches, so every message holds its whole letter. What is the same for all
(sender, stream, pictures) is kept once and joined to a message only when its request is put together.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from json.encoder import encode_basestring_ascii
from typing import Final

from newsletter.config.schema import PrivacyConfig
from newsletter.domain.mailing import Mailing, Recipient
from newsletter.domain.outcome import Outcome
from newsletter.domain.slot import Hole, SlottedText, fill_hole
from newsletter.errors import ConfigError, Problem
from newsletter.providers.messages import ascii_address_problem, write_messages

__all__ = ["MAX_MESSAGE_BYTES", "PostmarkMail", "PostmarkPayload", "PostmarkTemplate", "requests"]

# "Sending email with API" and "Send batch emails" in Postmark's developer documentation.
MAX_MESSAGE_BYTES: Final = 10_000_000
_MAX_REQUEST_BYTES = 50_000_000
_MAX_REQUEST_MESSAGES = 500
_SET_BY_POSTMARK = frozenset(
    [
        *("from", "to", "cc", "bcc", "reply-to", "subject", "date", "message-id", "mime-version"),
        *("content-type", "content-transfer-encoding", "received", "dkim-signature", "return-path", "sender"),
    ]
)


@dataclass(frozen=True, slots=True)
class PostmarkMail:
    """What one message has for itself: the start of a JSON object, to be ended by the shared part."""

    position: int
    own: bytes


@dataclass(frozen=True)
class PostmarkPayload:
    """The messages of a batch and what they share; those in `refused` cannot be carried and have none."""

    mails: tuple[PostmarkMail, ...]
    shared: bytes
    refused: Mapping[int, Outcome]

    @cached_property
    def digest(self) -> str:
        """Return the SHA-256 (hex) of all messages."""
        sha = sha256(self.shared)
        for mail in self.mails:
            sha.update(b"%d\0" % len(mail.own))
            sha.update(mail.own)
        return sha.hexdigest()


class PostmarkTemplate:
    """The messages of one mailing with gaps for the reader; keeps no reader, safe to use from threads."""

    def __init__(self, mailing: Mailing, privacy: PrivacyConfig, stream: str) -> None:
        """Serialise what all readers share. Raises ConfigError for a header or a letter Postmark refuses."""
        _check_headers(mailing.headers)
        rendered = mailing.rendered
        self._subject = _json_parts(rendered.subject)
        self._text = _json_parts(rendered.text)
        self._html = _json_parts(rendered.html)
        self._headers = {name: value for name, value in mailing.headers.items() if any(value.holes())}
        self._domain = mailing.message_domain
        self._fixed_headers = [
            {"Name": name, "Value": value.fill({})}
            for name, value in mailing.headers.items()
            if name not in self._headers
        ]
        self._shared = _shared_part(mailing, privacy, stream)
        size = len(self._shared) + sum(
            len(part) for text in (self._text, self._html) for part in text if isinstance(part, str)
        )
        if size > MAX_MESSAGE_BYTES:
            raise ConfigError(
                Problem(
                    what=f'"{rendered.slug}" is too large for Postmark',
                    why=f"a message may hold {MAX_MESSAGE_BYTES:,} bytes, pictures included",
                    fix="shorten the letter, or let the site serve its pictures: [images] delivery",
                )
            )

    def build(self, recipients: Sequence[Recipient], attempt_key: str) -> PostmarkPayload:
        """Write every message; readers Postmark could not carry are refused in the payload."""
        written, refused = write_messages(
            recipients,
            lambda one: self._own(one, attempt_key),
            lambda one: ascii_address_problem(one.email),
        )
        mails = (PostmarkMail(one.position, own) for one, own in written)
        return PostmarkPayload(tuple(mails), self._shared, refused)

    def _own(self, recipient: Recipient, attempt_key: str) -> bytes:
        values = recipient.values
        for value in values.values():
            value.encode()  # half a character is JSON in ASCII, and yet no text
        headers = [
            # Without X-PM-KeepID Postmark puts its own Message-ID in the place of ours.
            {"Name": "Message-ID", "Value": f"<{recipient.message_local}@{self._domain}>"},
            {"Name": "X-PM-KeepID", "Value": "true"},
            *self._fixed_headers,
            *({"Name": name, "Value": text.fill(values)} for name, text in self._headers.items()),
        ]
        own = json.dumps(
            {
                "To": recipient.email,
                "Metadata": {"nl_d": recipient.delivery_id, "nl_a": attempt_key},
                "Headers": headers,
            },
            separators=(",", ":"),
        )
        subject, text, html = (_fill(parts, values) for parts in (self._subject, self._text, self._html))
        return f'{own[:-1]},"Subject":"{subject}","TextBody":"{text}","HtmlBody":"{html}",'.encode("ascii")


def requests(payload: PostmarkPayload) -> Iterator[Sequence[PostmarkMail]]:
    """Yield the messages of each request, as many as one may hold in number and in bytes."""
    group: list[PostmarkMail] = []
    size = 2
    for mail in payload.mails:
        more = len(mail.own) + len(payload.shared) + 1
        if group and (size + more > _MAX_REQUEST_BYTES or len(group) == _MAX_REQUEST_MESSAGES):
            yield group
            group, size = [], 2
        group.append(mail)
        size += more
    if group:
        yield group


def _shared_part(mailing: Mailing, privacy: PrivacyConfig, stream: str) -> bytes:
    """Return the JSON after a reader's own part: everything all readers share."""
    shared: dict[str, object] = {
        "From": _mailbox(mailing.sender.name, mailing.sender.email),
        "ReplyTo": _mailbox(mailing.reply_to.name, mailing.reply_to.email),
        "MessageStream": stream,
        # Left out, each of these follows the settings of the server at Postmark.
        "TrackOpens": privacy.open_tracking,
        "TrackLinks": "HtmlOnly" if privacy.click_tracking else "None",
    }
    inline = [
        {
            "Name": picture.name,
            "Content": b64encode(picture.data).decode("ascii"),
            "ContentType": picture.media_type,
            "ContentID": picture.url,  # "cid:" and the content id
        }
        for picture in mailing.rendered.pictures
        if picture.is_embedded
    ]
    if inline:
        shared["Attachments"] = inline
    return json.dumps(shared, separators=(",", ":"))[1:].encode("ascii")


def _mailbox(name: str, email: str) -> str:
    """Return an address with its name in quotation marks, which punctuation in names asks for."""
    plain = " ".join(name.split())
    if not plain:
        return email
    quoted = plain.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <{email}>'


def _json_parts(text: SlottedText) -> tuple[str | Hole, ...]:
    """Return `text` with its fixed parts as the inside of a JSON string, in ASCII."""
    return tuple(_inside(part) if isinstance(part, str) else part for part in text.parts)


def _fill(parts: Sequence[str | Hole], values: Mapping[str, str]) -> str:
    return "".join(part if isinstance(part, str) else _inside(fill_hole(part, values)) for part in parts)


def _inside(text: str) -> str:
    return encode_basestring_ascii(text)[1:-1]


def _check_headers(headers: Mapping[str, SlottedText]) -> None:
    taken = sorted(name for name in headers if name.lower() in _SET_BY_POSTMARK)
    ConfigError.raise_if(
        [
            Problem(what=f'Postmark does not take the header "{name}"', why="it is a field of its own")
            for name in taken
        ]
    )
