"""A mail to one person that no campaign sends, such as the one that asks them to confirm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from newsletter.domain.delivery import BatchState

__all__ = ["CONFIRM_WITHIN", "RIGHTS_PURPOSE", "RIGHTS_WITHIN", "ServiceKind", "ServiceMail"]

CONFIRM_WITHIN = timedelta(days=7)
"""How long a request waits to be confirmed; after that it is erased."""

RIGHTS_WITHIN = timedelta(days=1)
"""How long a link to one's own data works."""

RIGHTS_PURPOSE = "rights"
"""The purpose of the token in it (`domain.person_token`)."""


class ServiceKind(StrEnum):
    """What the mail is for."""

    CONFIRM = "confirm"
    RIGHTS = "rights"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceMail:
    """One mail as the queue has it; its state is that of a batch of one (`domain.delivery`).

    `nonce` (16 hex digits) is what its link is made with. `attempt` is how often it was tried.
    """

    id: int
    kind: ServiceKind
    state: BatchState
    subscriber_id: int | None
    email: str
    lang: str
    delivery_id: str
    nonce: str
    created_at: datetime
    attempt: int = 0
    attempt_key: str | None = None
    body_digest: str | None = None
    started_at: datetime | None = None
    detail: str | None = None

    @property
    def expires(self) -> datetime:
        """Return until when its link holds."""
        return self.created_at + (RIGHTS_WITHIN if self.kind is ServiceKind.RIGHTS else CONFIRM_WITHIN)
