"""Laposta: one CSV file of a list, with the state of every relation.

States (active, unconfirmed, unsubscribed, cleaned) and dates as in its API, https://api.laposta.nl/doc/,
in English and in Dutch; the columns of the list itself are fields, under the names the author gave them.
"""

from newsletter.audience.dialects.dialect import ColumnUse, Dialect
from newsletter.domain.subscriber import SubscriberStatus

__all__ = ["LAPOSTA"]

_STATES = {
    "active": SubscriberStatus.ACTIVE,
    "actief": SubscriberStatus.ACTIVE,
    "unconfirmed": SubscriberStatus.PENDING,
    "onbevestigd": SubscriberStatus.PENDING,
    "unsubscribed": SubscriberStatus.UNSUBSCRIBED,
    "uitgeschreven": SubscriberStatus.UNSUBSCRIBED,
    "cleaned": SubscriberStatus.SUSPENDED,
    "opgeschoond": SubscriberStatus.SUSPENDED,
}
_NOT_TAKEN = ("memberid", "listid", "ip", "ipadres", "sourceurl", "modified", "gewijzigd")

LAPOSTA = Dialect(
    name="laposta",
    title="Laposta",
    marks=(
        frozenset({"memberid", "listid", "email", "state"}),
        frozenset({"emailadres", "status", "inschrijfdatum"}),
    ),
    columns={
        "email": ColumnUse.EMAIL,
        "emailadres": ColumnUse.EMAIL,
        "state": ColumnUse.STATUS,
        "status": ColumnUse.STATUS,
        "signupdate": ColumnUse.JOINED,
        "inschrijfdatum": ColumnUse.JOINED,
        "confirmdate": ColumnUse.CONFIRMED,
        "unsubscribedate": ColumnUse.UNSUBSCRIBED,
        "uitschrijfdatum": ColumnUse.UNSUBSCRIBED,
        **dict.fromkeys(_NOT_TAKEN, ColumnUse.IGNORED),
    },
    statuses={"state": _STATES, "status": _STATES},
)
