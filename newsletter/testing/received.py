"""What arrived at a peer: one reader's mail as that reader's mail program would show it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from threading import Lock

__all__ = ["Journal", "ReceivedMail", "own_id", "read_message"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedMail:
    """One mail at the peer. `headers` has lower-case names; line ends are `\\n`, none at the end of a part.

    `delivery_id` begins the Message-ID, up to a dot or the @, or is what the peer keeps in its place.
    `pictures` are those inside the mail, by content id.
    """

    email: str
    delivery_id: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    pictures: Mapping[str, bytes] = field(default_factory=dict)


class Journal:
    """A peer's own record, on disk before the peer answers; one JSON object a line."""

    def __init__(self, path: Path) -> None:
        """Append to `path`, which is made when it is not there."""
        self._path = path
        self._lock = Lock()

    def record(self, entry: Mapping[str, object]) -> None:
        """Write `entry` and wait until the disk has it."""
        line = json.dumps(entry).encode() + b"\n"
        with self._lock:
            file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                os.write(file, line)
                os.fsync(file)
            finally:
                os.close(file)

    def entries(self) -> Iterator[Mapping[str, object]]:
        """Yield what was recorded, oldest first."""
        if self._path.exists():
            with self._path.open(encoding="utf-8") as lines:
                for line in lines:
                    yield json.loads(line)


def read_message(message: bytes, email: str) -> ReceivedMail:
    """Read an RFC 5322 message as it arrived for `email`."""
    parsed = message_from_bytes(message, policy=default)
    assert isinstance(parsed, EmailMessage)
    headers = {name.lower(): str(value) for name, value in parsed.items()}
    return ReceivedMail(
        email=email,
        delivery_id=own_id(headers["message-id"]),
        subject=headers["subject"],
        text=_part(parsed, "plain"),
        html=_part(parsed, "html"),
        headers=headers,
        pictures={
            str(part["content-id"]).strip("<>"): part.get_content()
            for part in parsed.walk()
            if part.get_content_maintype() == "image"
        },
    )


def own_id(message_id: str) -> str:
    """Return the delivery id in a Message-ID of ours, which a dot and its signature may follow."""
    return message_id.strip("<>").partition("@")[0].partition(".")[0]


def _part(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    content = part.get_content() if part is not None else ""
    return str(content).replace("\r\n", "\n").rstrip("\n")
