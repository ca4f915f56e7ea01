"""The body of `mail/send`, spliced: shared parts are serialised once, each reader adds a small piece."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import islice
from typing import Final

from newsletter.config.schema import PrivacyConfig
from newsletter.domain.campaign import Fence
from newsletter.domain.mailing import Mailing, Recipient
from newsletter.domain.outcome import Outcome, OutcomeKind
from newsletter.domain.picture import PictureFile
from newsletter.domain.recipient_columns import RecipientColumns
from newsletter.domain.slot import SlottedText
from newsletter.errors import ConfigError, Problem
from newsletter.providers.sendgrid.layout import Layout, MarkerInValues
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
_MARKERS = 5
_READERS_A_PIECE = 100  # some 100 kB
_SANDBOX = b'],"mail_settings":{"sandbox_mode":{"enable":true}},'


@dataclass(frozen=True)
class SendgridPayload:
    """A request body. `positions[n]` is the recipient of personalization `n`; `refused` have none.

    It is kept in `pieces` small enough to stay in the processor's cache: to join them, a megabyte or more,
    takes as long as to make them.
    """

    pieces: Sequence[bytes]
    positions: Sequence[int]
    refused: Mapping[int, Outcome]

    @property
    def body(self) -> bytes:
        """Return the whole body."""
        return b"".join(self.pieces)

    @property
    def size(self) -> int:
        """Return the size of the body in bytes."""
        return sum(map(len, self.pieces))

    @cached_property
    def digest(self) -> str:
        """Return the SHA-256 (hex) of the body."""
        hashed = sha256()
        for piece in self.pieces:
            hashed.update(piece)
        return hashed.hexdigest()


class BodyTemplate:
    """The request of one mailing with a gap for the readers; keeps no reader, safe to use from threads."""

    def __init__(self, mailing: Mailing, privacy: PrivacyConfig) -> None:
        """Serialise what all readers share. Raises ConfigError for reserved headers or a giant letter."""
        _check_headers(mailing.headers)
        rendered = mailing.rendered
        texts = (rendered.subject, rendered.text, rendered.html)
        fixed = "\0".join(part for text in texts for part in text.parts if isinstance(part, str))
        free = (marker for marker in markers(mailing.campaign_id) if marker not in fixed)
        self._mailing = mailing
        self._privacy = privacy
        self._choices = [Tags(marker, texts) for marker in islice(free, _MARKERS)]
        self._usual = self._lay_out(self._choices[0])
        if len(self._usual[1]) > MAX_BODY_BYTES:
            raise ConfigError(
                Problem(
                    what=f'"{rendered.slug}" is too large for SendGrid',
                    why=f"a request may hold {MAX_BODY_BYTES:,} bytes",
                    fix="shorten the letter, or link to what is long; pictures weigh nothing when hosted",
                )
            )

    def build(
        self,
        recipients: Sequence[Recipient],
        attempt_key: str,
        fence: Fence | None = None,
        *,
        is_rehearsal: bool = False,
    ) -> SendgridPayload:
        """Return the request for `recipients`, held until the moment of `fence` where there is one.

        Recipients SendGrid could not carry are refused here, with the reason, and left out. A rehearsal is
        looked at by SendGrid and not mailed.
        """
        layout, end = self._usual
        held = _SANDBOX if is_rehearsal else _held(fence)
        columns = RecipientColumns.of(recipients)
        try:
            return _build(layout, held + end, columns, attempt_key)
        except MarkerInValues:
            pass  # once in a lifetime, or a reader who tries
        for tags in self._choices[1:]:
            layout, end = self._lay_out(tags)
            try:
                return _build(layout, held + end, columns, attempt_key)
            except MarkerInValues:
                continue
        raise AssertionError("values hold five markers that nobody can guess")

    def _lay_out(self, tags: Tags) -> tuple[Layout, bytes]:
        return Layout(self._mailing, tags), _shared_part(self._mailing, self._privacy, tags)


def _build(layout: Layout, end: bytes, recipients: RecipientColumns, attempt_key: str) -> SendgridPayload:
    refused = _duplicates(recipients)
    carried = _without(recipients, refused)
    try:
        personal = _pieces(layout.write(carried, attempt_key), _MAX_SUBSTITUTION_BYTES)
    except (UnicodeEncodeError, _MayNotFit):  # all need a closer look
        refused |= _unfit(layout, carried)
        carried = _without(carried, refused)
        personal = _pieces(layout.write(carried, attempt_key))
    return SendgridPayload((*personal, end), carried.positions, refused)


def _without(recipients: RecipientColumns, refused: Mapping[int, Outcome]) -> RecipientColumns:
    if not refused:
        return recipients
    return RecipientColumns.of([one for one in recipients if one.position not in refused])


class _MayNotFit(Exception):
    """A personalization is so long that the values in it may be too long for SendGrid."""


def _pieces(personalizations: Iterator[str], longest: int | None = None) -> list[bytes]:
    """Return the body up to the last personalization. Raises _MayNotFit when one is longer than `longest`."""
    pieces = []
    before = '{"personalizations":['
    while some := list(islice(personalizations, _READERS_A_PIECE)):
        # JSON in ASCII is never shorter than the same text in UTF-8, so what is short here fits.
        if longest is not None and max(map(len, some)) > longest:
            raise _MayNotFit
        some[0] = before + some[0]
        pieces.append(",".join(some).encode("ascii"))
        before = ","
    return pieces or [before.encode("ascii")]


def _duplicates(recipients: RecipientColumns) -> dict[int, Outcome]:
    """Refuse all but the first of each address: SendGrid refuses a request that has one twice."""
    together = "\n".join(recipients.emails).casefold()  # one call is several times faster than a thousand
    keys = together.split("\n")
    if len(set(keys)) == len(recipients) == len(keys):
        return {}
    keys = [email.casefold() for email in recipients.emails]
    first = {key: at for at, key in reversed(list(enumerate(keys)))}
    reason = "the same address is already in this batch"
    return {
        position: _refusal(reason)
        for at, (position, key) in enumerate(zip(recipients.positions, keys, strict=True))
        if first[key] != at
    }


def _unfit(layout: Layout, recipients: RecipientColumns) -> dict[int, Outcome]:
    """Refuse readers whose values are too long for SendGrid, or hold half a character."""
    refused: dict[int, Outcome] = {}
    for one in recipients:
        try:
            for text in (one.email, *one.values.values()):
                text.encode()
            size = layout.substitution_bytes(one)
        except UnicodeEncodeError:
            refused[one.position] = _refusal("a value holds half a character (a surrogate); enter it again")
            continue
        if size > _MAX_SUBSTITUTION_BYTES:
            limit = f"SendGrid allows {_MAX_SUBSTITUTION_BYTES:,}"
            refused[one.position] = _refusal(f"the reader's values take {size:,} bytes; {limit}")
    return refused


def _refusal(reason: str) -> Outcome:
    return Outcome(kind=OutcomeKind.REJECTED, detail=reason)


def _shared_part(mailing: Mailing, privacy: PrivacyConfig, tags: Tags) -> bytes:
    """Return the JSON after the last personalization: everything all readers share."""
    rendered = mailing.rendered
    shared: dict[str, object] = {
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
    inline = [_attachment(picture) for picture in rendered.pictures if picture.is_embedded]
    if inline:
        shared["attachments"] = inline
    return json.dumps(shared, ensure_ascii=False, separators=(",", ":"))[1:].encode()


def _held(fence: Fence | None) -> bytes:
    """Return the JSON between the personalizations and what all readers share."""
    if fence is None:
        return b"],"
    times = {"batch_id": fence.id, "send_at": int(fence.leaves_at.timestamp())}
    return b"]," + json.dumps(times, separators=(",", ":"))[1:-1].encode() + b","


def _attachment(picture: PictureFile) -> dict[str, str]:
    """Return a picture as SendGrid takes it for `cid:` addresses."""
    return {
        "content": b64encode(picture.data).decode("ascii"),
        "type": picture.media_type,
        "filename": picture.name,
        "disposition": "inline",
        "content_id": picture.content_id,
    }


def _mailbox(name: str, email: str) -> dict[str, str]:
    return {"email": email, "name": name} if name else {"email": email}


def _check_headers(headers: Mapping[str, SlottedText]) -> None:
    taken = sorted(name for name in headers if name.lower() in _RESERVED_HEADERS)
    ConfigError.raise_if(
        [
            Problem(what=f'SendGrid does not allow the header "{name}"', why="it sets this header itself")
            for name in taken
        ]
    )
