"""One `SendEmail` request per reader: the raw message, who gets it, and the tags that come back in events.

Raw messages and not `SendBulkEmail`: that call fills a template of its own at AWS, so what leaves would not
be the bytes that were rendered and checked, its replacement data has no escaping per context, and one lost
answer leaves fifty readers unknown instead of one.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Final

from newsletter.domain.mailing import Mailing, Recipient
from newsletter.domain.outcome import Outcome
from newsletter.providers.messages import ascii_address_problem, write_messages
from newsletter.render.message import MessageTemplate

__all__ = [
    "ATTEMPT_TAG",
    "DELIVERY_TAG",
    "MAX_MESSAGE_BYTES",
    "SesMail",
    "SesPayload",
    "SesTemplate",
    "attempt_of",
    "tag_value",
]

MAX_MESSAGE_BYTES: Final = 40_000_000
"""The largest message, encoded (SES quotas, "Message quotas")."""
DELIVERY_TAG: Final = "nl_d"
ATTEMPT_TAG: Final = "nl_a"


@dataclass(frozen=True, slots=True)
class SesMail:
    """One request body for one reader."""

    position: int
    body: bytes


@dataclass(frozen=True)
class SesPayload:
    """The requests of a batch; those in `refused` cannot be carried and have none."""

    mails: tuple[SesMail, ...]
    refused: Mapping[int, Outcome]

    @cached_property
    def digest(self) -> str:
        """Return the SHA-256 (hex) of all bodies."""
        sha = sha256()
        for mail in self.mails:
            sha.update(b"%d\0" % len(mail.body))
            sha.update(mail.body)
        return sha.hexdigest()


class SesTemplate:
    """The requests of one mailing; keeps no reader, safe to use from several threads."""

    def __init__(self, mailing: Mailing, configuration_set: str | None) -> None:
        """Encode what all readers share. Raises ValueError for a header that may not be given."""
        self._message = MessageTemplate(mailing)
        named = {"ConfigurationSetName": configuration_set} if configuration_set else {}
        self._end = (
            b'"}}'
            + b"".join(
                f",{json.dumps(key)}:{json.dumps(value)}".encode("ascii") for key, value in named.items()
            )
            + b"}"
        )

    def build(self, recipients: Sequence[Recipient], attempt_key: str) -> SesPayload:
        """Write every request; readers SES could not carry are refused in the payload."""
        written, refused = write_messages(
            recipients, self._message.build, lambda one: ascii_address_problem(one.email)
        )
        mails = (SesMail(one.position, self._body(one, message, attempt_key)) for one, message in written)
        return SesPayload(tuple(mails), refused)

    def _body(self, recipient: Recipient, message: bytes, attempt_key: str) -> bytes:
        tags = [
            {"Name": DELIVERY_TAG, "Value": recipient.delivery_id},
            {"Name": ATTEMPT_TAG, "Value": tag_value(attempt_key)},
        ]
        start = json.dumps(
            {"Destination": {"ToAddresses": [recipient.email]}, "EmailTags": tags}, separators=(",", ":")
        )
        return b"".join(
            (start[:-1].encode("ascii"), b',"Content":{"Raw":{"Data":"', b64encode(message), self._end)
        )


def tag_value(attempt_key: str) -> str:
    """Return an attempt key as a tag may hold it: letters, digits, `_` and `-`, so dots become `_`."""
    return attempt_key.replace(".", "_")


def attempt_of(tag: str) -> str:
    """Return the attempt key that `tag_value` made `tag` of; keys hold no `_` themselves."""
    return tag.replace("_", ".")
