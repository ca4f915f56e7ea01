"""Substack: `email_list.NAME.csv` in its export, with everybody who is on the list.

Columns as Ghost's importer reads them:
https://github.com/TryGhost/migrate/tree/main/packages/mg-substack-members-csv/test/fixtures
Whoever has `email_disabled` gets no mail there any more, and nobody says why: unsubscribed.
Who pays is no matter of mail, so `active_subscription` says nothing of the status.
"""

from newsletter.audience.dialects.dialect import ColumnUse, Dialect
from newsletter.domain.subscriber import SubscriberStatus

__all__ = ["SUBSTACK"]

_NOT_TAKEN = ("activesubscription", "expiry", "plan", "preferdigests", "digestenabled", "firstpaymentat")

SUBSTACK = Dialect(
    name="substack",
    title="Substack",
    marks=(frozenset({"email", "activesubscription", "emaildisabled"}),),
    columns={
        "email": ColumnUse.EMAIL,
        "emaildisabled": ColumnUse.STATUS,
        "createdat": ColumnUse.JOINED,
        **dict.fromkeys(_NOT_TAKEN, ColumnUse.IGNORED),
    },
    statuses={
        "emaildisabled": {"true": SubscriberStatus.UNSUBSCRIBED, "false": SubscriberStatus.ACTIVE},
    },
)
