"""What the exports of other list programs call things; one file for each program."""

from newsletter.audience.dialects.buttondown import BUTTONDOWN
from newsletter.audience.dialects.dialect import ColumnUse, Dialect, TagStyle, plain
from newsletter.audience.dialects.ghost import GHOST
from newsletter.audience.dialects.laposta import LAPOSTA
from newsletter.audience.dialects.listmonk import LISTMONK
from newsletter.audience.dialects.mailchimp import MAILCHIMP
from newsletter.audience.dialects.mailerlite import MAILERLITE
from newsletter.audience.dialects.substack import SUBSTACK

__all__ = ["DIALECTS", "ColumnUse", "Dialect", "TagStyle", "plain"]

DIALECTS = (MAILCHIMP, LISTMONK, GHOST, BUTTONDOWN, SUBSTACK, LAPOSTA, MAILERLITE)
"""Every dialect, in the order in which a header is compared with them."""
