"""Ghost: the CSV file of members, who may be members without wanting mail.

Columns by the test of its export, `serializes json to CSV and adds standard members fields`:
https://github.com/TryGhost/Ghost/blob/main/ghost/core/test/unit/server/services/members/exporter/
"""

from newsletter.audience.dialects.dialect import ColumnUse, Dialect, TagStyle
from newsletter.domain.subscriber import SubscriberStatus

__all__ = ["GHOST"]

_NOT_TAKEN = ("id", "note", "complimentaryplan", "stripecustomerid", "tiers", "products", "giftid")

GHOST = Dialect(
    name="ghost",
    title="Ghost",
    marks=(frozenset({"email", "subscribedtoemails"}),),
    columns={
        "email": ColumnUse.EMAIL,
        "subscribedtoemails": ColumnUse.STATUS,
        "createdat": ColumnUse.JOINED,
        "deletedat": ColumnUse.UNSUBSCRIBED,
        "labels": ColumnUse.TAGS,
        **dict.fromkeys(_NOT_TAKEN, ColumnUse.IGNORED),
    },
    statuses={
        "subscribedtoemails": {"true": SubscriberStatus.ACTIVE, "false": SubscriberStatus.UNSUBSCRIBED},
    },
    tags=TagStyle.COMMAS,
)
