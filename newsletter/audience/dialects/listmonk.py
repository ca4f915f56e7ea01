"""listmonk: `subscribers.csv`, with what else is known in a JSON object.

Columns as its export writes them (`ExportSubscribers` in
https://github.com/knadh/listmonk/blob/master/cmd/subscribers.go); an export of one list may hold the
`subscription_status` on that list too. Times are Go's, `2024-01-15 10:00:00.123456 +0000 UTC`.
Whoever is `blocklisted` must never get anything; `disabled` was switched off by the author: paused.
"""

from newsletter.audience.dialects.dialect import ColumnUse, Dialect
from newsletter.domain.subscriber import SubscriberStatus

__all__ = ["LISTMONK"]

LISTMONK = Dialect(
    name="listmonk",
    title="listmonk",
    marks=(
        frozenset({"uuid", "email", "attributes", "status"}),
        frozenset({"email", "attributes", "subscriptionstatus"}),
    ),
    columns={
        "email": ColumnUse.EMAIL,
        "status": ColumnUse.STATUS,
        "subscriptionstatus": ColumnUse.STATUS,
        "attributes": ColumnUse.MEMBERS,
        "createdat": ColumnUse.JOINED,
        "uuid": ColumnUse.IGNORED,
        "updatedat": ColumnUse.IGNORED,
    },
    statuses={
        "status": {
            "enabled": SubscriberStatus.ACTIVE,
            "disabled": SubscriberStatus.PAUSED,
            "blocklisted": SubscriberStatus.UNSUBSCRIBED,
            "blacklisted": SubscriberStatus.UNSUBSCRIBED,
        },
        "subscriptionstatus": {
            "confirmed": SubscriberStatus.ACTIVE,
            "unconfirmed": SubscriberStatus.PENDING,
            "unsubscribed": SubscriberStatus.UNSUBSCRIBED,
        },
    },
)
