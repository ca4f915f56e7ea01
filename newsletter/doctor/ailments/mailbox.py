"""What can be wrong with the mailbox answers come to."""

from __future__ import annotations

from newsletter.doctor.ailment import Ailment
from newsletter.domain.diagnosis import Health

__all__ = ["MAILBOX_CLOSED", "MAILBOX_UNFETCHED", "MAILS_PARKED"]

MAILBOX_CLOSED = Ailment(
    code="mailbox-closed",
    health=Health.PROBLEM,
    title="The mailbox answers come to cannot be opened.",
    why="What readers answer does not reach the inbox; it stays in the mailbox.",
    advice="look at [replies] mailbox and password",
    key=("replies", "mailbox"),
)
MAILBOX_UNFETCHED = Ailment(
    code="mailbox-unfetched",
    health=Health.WARNING,
    title="Mails wait in the mailbox for more than a day.",
    why="Readers who answered, or asked to leave, hear nothing.",
    advice="take them in, and let it be done by itself: newsletter replies fetch --watch",
    key=("replies", "mailbox"),
)
MAILS_PARKED = Ailment(
    code="mails-parked",
    health=Health.WARNING,
    title="Mails that came in could not be read.",
    why="They are kept; somebody may have answered, and nobody knows.",
    advice="look at them: newsletter replies list --parked",
)
