"""What has to be done now and then beside sending: events, mail that comes in, what is kept too long."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from newsletter.project.people.retention import retain
from newsletter.project.replies.fetching import Fetching

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["CHORE_EVERY_S", "Chore", "do_chore"]


class Chore(StrEnum):
    """One thing to be done now and then, by whichever worker comes first."""

    EVENTS = "events"  # what providers told and nobody has read yet
    REPLIES = "replies"  # new mail in the mailbox of [replies]
    RETENTION = "retention"  # what is kept longer than it may be


CHORE_EVERY_S = {Chore.EVENTS: 60, Chore.REPLIES: 300, Chore.RETENTION: 86_400}
"""How often each is done, in seconds."""


def do_chore(project: Project, chore: Chore) -> str | None:
    """Do one chore and return what came of it in a few words; None: there was nothing to do.

    Each may be done twice, or by two at once, without harm. Raises NewsletterError.
    """
    if chore is Chore.EVENTS:
        taken = project.webhooks.apply()
        return f"{taken.new} events read" if taken.new else None
    if chore is Chore.REPLIES:
        if not project.config.replies.mailbox:
            return None
        fetched = Fetching(project).fetch()
        return f"{fetched.new} mails taken in" if fetched.new else None
    kept = retain(project)
    removed = kept.requests + kept.mails + kept.details + kept.people + kept.raw_mails
    return f"{removed} things removed that were kept long enough" if removed else None
