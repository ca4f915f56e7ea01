"""MailerLite: one CSV file with the status of every subscriber.

Statuses (active, unsubscribed, unconfirmed, bounced, junk) and dates as in its API:
https://github.com/mailerlite/mailerlite-nodejs/blob/main/src/modules/subscribers/README.md
Junk is who marked a letter as spam.
"""

from newsletter.audience.dialects.dialect import ColumnUse, Dialect, TagStyle
from newsletter.domain.subscriber import SubscriberStatus

__all__ = ["MAILERLITE"]

_NOT_TAKEN = ("id", "sent", "opens", "opened", "openrate", "clicks", "clicked", "clickrate", "location")
_MORE_NOT_TAKEN = ("ipaddress", "optinip", "updatedat", "createdat", "signupip", "confirmationip")

MAILERLITE = Dialect(
    name="mailerlite",
    title="MailerLite",
    marks=(
        frozenset({"subscriber", "status"}),
        frozenset({"email", "status", "subscribedat", "optedinat"}),
        frozenset({"email", "status", "opens", "clicks"}),
    ),
    columns={
        "subscriber": ColumnUse.EMAIL,
        "email": ColumnUse.EMAIL,
        "status": ColumnUse.STATUS,
        "subscribed": ColumnUse.JOINED,
        "subscribedat": ColumnUse.JOINED,
        "subscribedate": ColumnUse.JOINED,
        "optedinat": ColumnUse.CONFIRMED,
        "unsubscribed": ColumnUse.UNSUBSCRIBED,
        "unsubscribedat": ColumnUse.UNSUBSCRIBED,
        "groups": ColumnUse.TAGS,
        "source": ColumnUse.SOURCE,
        **dict.fromkeys((*_NOT_TAKEN, *_MORE_NOT_TAKEN), ColumnUse.IGNORED),
    },
    statuses={
        "status": {
            "active": SubscriberStatus.ACTIVE,
            "unsubscribed": SubscriberStatus.UNSUBSCRIBED,
            "unconfirmed": SubscriberStatus.PENDING,
            "bounced": SubscriberStatus.SUSPENDED,
            "junk": SubscriberStatus.COMPLAINED,
        }
    },
    tags=TagStyle.COMMAS,
)
