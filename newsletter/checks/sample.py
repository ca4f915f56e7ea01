"""Whole messages to two made-up readers, built as sending builds them, to read the headers of."""

from __future__ import annotations

from email import message_from_bytes, policy

from newsletter.checks.context import CheckContext
from newsletter.domain.mailing import Recipient
from newsletter.render.message import MessageTemplate

__all__ = ["sample_message"]


def sample_message(context: CheckContext, *, reader: int) -> dict[str, str]:
    """Return the header fields of the message to made-up `reader` (Need.MESSAGE); "" for an absent one.

    The first of a field counts; the body is not kept.
    """
    mark = f"{reader}" * 32
    links = {name: url.replace("0" * 32, mark) for name, url in context.sample_links.items()}
    values = {slot.name: slot.fallback or slot.name for slot in context.rendered.slots if not slot.is_link}
    recipient = Recipient(
        position=reader, delivery_id=mark, email=f"reader{reader}@example.org", values={**values, **links}
    )
    raw = MessageTemplate(context.mailing).build(recipient)
    message = message_from_bytes(raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n", policy=policy.default)
    found = {name: "".join(str(message[name]).split()) for name in set(message.keys())}
    return {name: found.get(name, "") for name in {*found, "List-Unsubscribe", "List-Unsubscribe-Post"}}
