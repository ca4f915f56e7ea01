"""The domain a letter comes from, and where it is written."""

from __future__ import annotations

from newsletter.checks.context import CheckContext
from newsletter.config.places import config_place
from newsletter.source import Place

__all__ = ["sender_domain", "sender_place"]


def sender_domain(context: CheckContext) -> str:
    """Return the domain of the sender in small letters; "" when there is no sender (Need.ISSUE)."""
    sender = context.issue.sender
    return sender.email.rpartition("@")[2].lower() if sender else ""


def sender_place(context: CheckContext) -> Place:
    """Return where the sender is named: in the issue, or in the configuration (Need.ISSUE)."""
    return context.issue.places.get("from") or config_place(context.config, "sender", "from")
