"""An address that a provider keeps on one of its lists of whom not to mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsletter.domain.subscriber import SuppressionReason

__all__ = ["ListedAddress"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAddress:
    """One entry. `reason` is why we never mail it either; None for what may pass, such as a full mailbox."""

    email: str
    since: datetime
    list_name: str
    reason: SuppressionReason | None = None
