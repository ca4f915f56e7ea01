"""Where in a row what is: the columns of a list file, known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from newsletter.audience.dialects import ColumnUse, Dialect, TagStyle
from newsletter.domain.subscriber import SubscriberStatus

__all__ = ["REFUSED_COLUMNS", "Columns", "Member", "StatusColumn"]

REFUSED_COLUMNS = ("refused_line", "refused_reason")
"""What a file of refused rows has beside the columns of the list; an import passes over them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusColumn:
    """A column with a status, in words of its own; other words are those every list may use."""

    index: int
    words: Mapping[str, SubscriberStatus] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A field that is a member of a JSON object in column `index`, under one of the plain `names`."""

    index: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Positions of columns, by what they are.

    `members` stand as more columns behind those of the header, and `fields` may point there. `file_status`
    is that of rows which say none, `unconfirmed_status` that of those which nothing says they confirmed
    either. `shown` says for each column of the header what is made of it.
    """

    email: int
    built_in: Mapping[str, int]
    fields: Mapping[str, int]
    ignored: tuple[str, ...]
    statuses: tuple[StatusColumn, ...] = ()
    members: tuple[Member, ...] = ()
    tags: TagStyle = TagStyle.WORDS
    file_status: SubscriberStatus | None = None
    unconfirmed_status: SubscriberStatus | None = None
    dialect: Dialect | None = None
    shown: tuple[tuple[str, str], ...] = ()

    @property
    def tells_status(self) -> bool:
        """Say whether anything tells where people stand, such as that they left."""
        left = {str(ColumnUse.UNSUBSCRIBED), str(ColumnUse.BOUNCED)} & self.built_in.keys()
        return bool(self.statuses or left) or self.file_status is not None
