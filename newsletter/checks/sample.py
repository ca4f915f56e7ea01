"""Whole messages to two made-up readers, built as sending builds them, to read the headers of."""

from __future__ import annotations

from collections.abc import Mapping
from email import message_from_bytes, policy

from newsletter.domain.links import ReaderLinks
from newsletter.domain.mailing import Mailing, Recipient
from newsletter.domain.rendered import RenderedIssue
from newsletter.render.message import MessageTemplate

__all__ = ["sample_headers", "sample_message", "sample_text"]


def sample_headers(mailing: Mailing, links: ReaderLinks) -> tuple[Mapping[str, str], ...]:
    """Return the header fields of two messages, names in lower case, values without white space.

    Each reader gets `links` of their own. Of a repeated field the first counts.
    """
    template = MessageTemplate(mailing)
    return tuple(_headers(template, mailing, links, digit) for digit in ("1", "2"))


def sample_message(mailing: Mailing, links: Mapping[str, str]) -> bytes:
    """Return the whole mail to one made-up reader, who gets `links`."""
    return MessageTemplate(mailing).build(_recipient(mailing, links, "1"))


def sample_text(rendered: RenderedIssue, links: Mapping[str, str]) -> str:
    """Return the plain text as one made-up reader gets it, with `links` and every field at its fallback."""
    fields = {slot.name: slot.fallback or slot.name for slot in rendered.slots if not slot.is_link}
    return rendered.text.fill({**fields, **links})


def _recipient(mailing: Mailing, links: Mapping[str, str], digit: str) -> Recipient:
    fields = {slot.name: slot.fallback or slot.name for slot in mailing.rendered.slots if not slot.is_link}
    return Recipient(
        position=0,
        delivery_id=digit * 32,
        email=f"reader{digit}@example.org",
        values={**fields, **links},
    )


def _headers(template: MessageTemplate, mailing: Mailing, links: ReaderLinks, digit: str) -> dict[str, str]:
    recipient = _recipient(mailing, links.of(digit * 32), digit)
    head, blank, _ = template.build(recipient).partition(b"\r\n\r\n")
    message = message_from_bytes(head + blank, policy=policy.default)
    return {name.lower(): "".join(str(message[name]).split()) for name in message.keys()}  # noqa: SIM118 (a repeated field comes twice)
