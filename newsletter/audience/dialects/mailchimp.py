"""Mailchimp: a ZIP file with one CSV file for each kind of contact.

Names of the files and columns as in the exports that Ghost's importer is tested with:
https://github.com/TryGhost/migrate/tree/main/packages/mg-mailchimp-members/src/test/fixtures
What the kinds mean: https://mailchimp.com/help/about-your-contacts/
A non-subscribed contact bought something and never asked for mail: pending, so that nothing is sent. When
the file has another name, only a time of confirmation tells a subscribed one from those.
"""

from newsletter.audience.dialects.dialect import ColumnUse, Dialect, TagStyle
from newsletter.domain.subscriber import SubscriberStatus

__all__ = ["MAILCHIMP"]

_NOT_TAKEN = (
    *("memberrating", "optinip", "confirmip", "latitude", "longitude", "gmtoff", "dstoff", "timezone", "cc"),
    *("region", "lastchanged", "leid", "euid", "notes", "unsubcampaigntitle", "unsubcampaignid"),
    *("unsubreason", "unsubreasonother", "cleancampaigntitle", "cleancampaignid"),
)

MAILCHIMP = Dialect(
    name="mailchimp",
    title="Mailchimp",
    marks=(frozenset({"emailaddress", "memberrating"}), frozenset({"emailaddress", "leid", "euid"})),
    columns={
        "emailaddress": ColumnUse.EMAIL,
        "optintime": ColumnUse.JOINED,
        "confirmtime": ColumnUse.CONFIRMED,
        "unsubtime": ColumnUse.UNSUBSCRIBED,
        "cleantime": ColumnUse.BOUNCED,
        "tags": ColumnUse.TAGS,
        **dict.fromkeys(_NOT_TAKEN, ColumnUse.IGNORED),
    },
    files={
        "subscribed": SubscriberStatus.ACTIVE,
        "unsubscribed": SubscriberStatus.UNSUBSCRIBED,
        "cleaned": SubscriberStatus.SUSPENDED,
        "nonsubscribed": SubscriberStatus.PENDING,
    },
    unconfirmed=SubscriberStatus.PENDING,
    tags=TagStyle.COMMAS,
)
