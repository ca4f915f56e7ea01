"""The body of `mail/send`, spliced: shared parts are serialised once, each reader adds a small piece."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from json.encoder import encode_basestring
from typing import Final

from newsletter.config.schema import PrivacyConfig
from newsletter.domain.mailing import Mailing, Recipient
from newsletter.domain.outcome import Outcome, OutcomeKind
from newsletter.domain.slot import SlottedText, fill_hole
from newsletter.errors import ConfigError, Problem
from newsletter.providers.sendgrid.tags import Tags, markers

__all__ = ["MAX_BODY_BYTES", "BodyTemplate", "SendgridPayload"]

# Limits: Twilio SendGrid, "Mail Send limitations" and the mail/send reference.
MAX_BODY_BYTES: Final = 30_000_000
_MAX_SUBSTITUTION_BYTES = 10_000
_RESERVED_HEADERS = frozenset(
    [
        *("x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type"),
        *("content-transfer-encoding", "to", "from", "subject", "reply-to", "cc", "bcc"),
    ]
)


@dataclass(frozen=True)
class SendgridPayload:
    """A request body. `positions[n]` is the recipient of personalization `n`; `refused` have none."""

    body: bytes
    positions: tuple[int, ...]
    refused: Mapping[int, Outcome]

    @cached_property
    def digest(self) -> str:
        """Return the SHA-256 (hex) of the body."""
        return sha256(self.body).hexdigest()


class BodyTemplate:
    """The request of one mailing with a gap for the readers."""

    def __init__(self, mailing: Mailing, privacy: PrivacyConfig) -> None:
        """Serialise what all readers share. Raises ConfigError for reserved headers or a giant letter."""
        _check_headers(mailing.headers)
        self._mailing = mailing
        self._privacy = privacy
        rendered = mailing.rendered
        texts = (rendered.subject, rendered.text, rendered.html)
        fixed = "\0".join(part for text in texts for part in text.parts if isinstance(part, str))
        self._texts = texts
        self._markers = [marker for marker in markers(mailing.campaign_id) if marker not in fixed][:20]
        self._layouts = {self._markers[0]: _Layout(mailing, privacy, Tags(self._markers[0], texts))}
        if self._layouts[self._markers[0]].size > MAX_BODY_BYTES:
            raise ConfigError(
                Problem(
                    what=f'"{rendered.slug}" is too large for SendGrid',
                    why=f"a request may hold {MAX_BODY_BYTES:,} bytes",
                    fix="shorten the letter, or link to what is long",
                )
            )

    def build(self, recipients: Sequence[Recipient], attempt_key: str) -> SendgridPayload:
        """Return the request for `recipients`.

        Recipients SendGrid could not carry are refused here, with the reason, and left out.
        """
        for marker in self._markers:
            layout = self._layouts.get(marker)
            if layout is None:
                layout = _Layout(self._mailing, self._privacy, Tags(marker, self._texts))
            payload = layout.build(recipients, attempt_key)
            if payload is not None:
                return payload
        raise AssertionError("values hold twenty markers that nobody can guess")


class _Layout:
    """The serialised parts for one choice of tags."""

    def __init__(self, mailing: Mailing, privacy: PrivacyConfig, tags: Tags) -> None:
        self._tags = tags
        self._holes = tags.holes
        self._tag_bytes = sum(len(name) for name in tags.names)
        self._headers = [(name, text) for name, text in mailing.headers.items() if any(text.holes())]
        self._domain = mailing.message_domain
        self._end = _shared_part(mailing, privacy, tags)
        self._tags_in_end = self._end.count(tags.marker)
        self.size = len(self._end.encode())

    def build(self, recipients: Sequence[Recipient], attempt_key: str) -> SendgridPayload | None:
        """Return the request; None when a value holds this layout's marker."""
        frame = self._frame(attempt_key)
        refused: dict[int, Outcome] = {}
        positions: list[int] = []
        pieces: list[str] = []
        seen: set[str] = set()
        for recipient in recipients:
            values = [fill_hole(hole, recipient.values) for hole in self._holes]
            reason = self._refusal(recipient, values, seen)
            if reason:
                refused[recipient.position] = Outcome(kind=OutcomeKind.REJECTED, detail=reason)
                continue
            positions.append(recipient.position)
            pieces.append(frame % self._strings(recipient, values))
        text = "".join(('{"personalizations":[', ",".join(pieces), self._end))
        tags_expected = self._tags_in_end + len(pieces) * len(self._holes)
        if not self._tags.is_free(text, tags_expected):
            return None
        return SendgridPayload(text.encode(), tuple(positions), refused)

    def _frame(self, attempt_key: str) -> str:
        """Return one personalization as a %-format; what it takes is what `_strings` returns."""
        headers = [name for name, _ in self._headers]
        fields = [f"{_quote_frame(name)}:%s" for name in headers]
        tags = [f"{_quote_frame(tag)}:%s" for tag in self._tags.names]
        return (
            '{"to":[{"email":%s}],"headers":{"Message-ID":%s'
            + "".join("," + field for field in fields)
            + '},"substitutions":{'
            + ",".join(tags)
            + '},"custom_args":{"nl_d":%s,"nl_a":'
            + _quote_frame(attempt_key)
            + "}}"
        )

    def _strings(self, recipient: Recipient, values: Sequence[str]) -> tuple[str, ...]:
        headers = [text.fill(recipient.values) for _, text in self._headers]
        message_id = f"<{recipient.delivery_id}@{self._domain}>"
        return tuple(
            map(encode_basestring, (recipient.email, message_id, *headers, *values, recipient.delivery_id))
        )

    def _refusal(self, recipient: Recipient, values: Sequence[str], seen: set[str]) -> str | None:
        """Return why SendGrid could not carry `recipient`, None when it can."""
        key = recipient.email.casefold()
        if key in seen:
            return "the same address is already in this batch"
        try:
            joined = "".join(values)
            size = self._tag_bytes + (len(joined) if joined.isascii() else len(joined.encode()))
            if not recipient.email.isascii():
                recipient.email.encode()
        except UnicodeEncodeError:
            return "a value holds half a character (a lone surrogate); enter it again"
        if size > _MAX_SUBSTITUTION_BYTES:
            return f"the reader's values take {size:,} bytes; SendGrid allows {_MAX_SUBSTITUTION_BYTES:,}"
        seen.add(key)
        return None


def _shared_part(mailing: Mailing, privacy: PrivacyConfig, tags: Tags) -> str:
    """Return the JSON after the last personalization: everything all readers share."""
    rendered = mailing.rendered
    shared = {
        "from": _mailbox(mailing.sender.name, mailing.sender.email),
        "reply_to": _mailbox(mailing.reply_to.name, mailing.reply_to.email),
        "subject": tags.write(rendered.subject),
        "content": [
            {"type": "text/plain", "value": tags.write(rendered.text)},
            {"type": "text/html", "value": tags.write(rendered.html)},
        ],
        "headers": {name: text.fill({}) for name, text in mailing.headers.items() if not any(text.holes())},
        # Left out, each of these follows the account's settings.
        "tracking_settings": {
            "click_tracking": {"enable": privacy.click_tracking, "enable_text": False},
            "open_tracking": {"enable": privacy.open_tracking},
            "subscription_tracking": {"enable": False},
            "ganalytics": {"enable": False},
        },
    }
    return "]," + json.dumps(shared, ensure_ascii=False, separators=(",", ":"))[1:]


def _mailbox(name: str, email: str) -> dict[str, str]:
    return {"email": email, "name": name} if name else {"email": email}


def _quote_frame(text: str) -> str:
    return encode_basestring(text).replace("%", "%%")


def _check_headers(headers: Mapping[str, SlottedText]) -> None:
    taken = sorted(name for name in headers if name.lower() in _RESERVED_HEADERS)
    ConfigError.raise_if(
        [
            Problem(what=f'SendGrid does not allow the header "{name}"', why="it sets this header itself")
            for name in taken
        ]
    )
