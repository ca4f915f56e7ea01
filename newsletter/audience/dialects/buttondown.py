"""Buttondown: one CSV file with subscribers of every type.

Types by https://github.com/buttondown/openapi/blob/main/enums.json (SubscriberType) and columns by
https://docs.buttondown.com/api-subscribers-introduction. `paused` pauses paying, not mail. Whoever was
removed, or taken for spam by Buttondown, is not mailed there: unsubscribed. `metadata` is a JSON object.
"""

from newsletter.audience.dialects.dialect import ColumnUse, Dialect, TagStyle
from newsletter.domain.subscriber import SubscriberStatus

__all__ = ["BUTTONDOWN"]

_MAILED = ("regular", "premium", "trialed", "unpaid", "gifted", "churning", "churned", "paused", "pastdue")
_TYPES = {
    **dict.fromkeys(_MAILED, SubscriberStatus.ACTIVE),
    "unactivated": SubscriberStatus.PENDING,
    "unsubscribed": SubscriberStatus.UNSUBSCRIBED,
    "removed": SubscriberStatus.UNSUBSCRIBED,
    "spammy": SubscriberStatus.UNSUBSCRIBED,
    "blocked": SubscriberStatus.UNSUBSCRIBED,
    "undeliverable": SubscriberStatus.SUSPENDED,
    "complained": SubscriberStatus.COMPLAINED,
}
_NOT_TAKEN = ("id", "secondaryid", "notes", "referrerurl", "referralcode", "ipaddress", "avatarurl")

BUTTONDOWN = Dialect(
    name="buttondown",
    title="Buttondown",
    marks=(
        frozenset({"email", "subscribertype", "metadata"}),
        frozenset({"emailaddress", "type", "creationdate"}),
        frozenset({"email", "type", "creationdate", "metadata"}),
    ),
    columns={
        "email": ColumnUse.EMAIL,
        "emailaddress": ColumnUse.EMAIL,
        "type": ColumnUse.STATUS,
        "subscribertype": ColumnUse.STATUS,
        "creationdate": ColumnUse.JOINED,
        "unsubscriptiondate": ColumnUse.UNSUBSCRIBED,
        "undeliverabilitydate": ColumnUse.BOUNCED,
        "source": ColumnUse.SOURCE,
        "tags": ColumnUse.TAGS,
        "metadata": ColumnUse.MEMBERS,
        **dict.fromkeys(_NOT_TAKEN, ColumnUse.IGNORED),
    },
    statuses={"type": _TYPES, "subscribertype": _TYPES},
    tags=TagStyle.COMMAS,
)
