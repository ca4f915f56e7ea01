"""Letters that another program sent: they are never mailed from here again."""

from __future__ import annotations

from newsletter.domain.issue import Issue
from newsletter.errors import DeliveryRefused, Problem

__all__ = ["SENT_ELSEWHERE", "refuse_sent_elsewhere"]

SENT_ELSEWHERE = "x-sent"
"""Key of the front matter of such a letter; it names the program."""


def refuse_sent_elsewhere(issue: Issue) -> None:
    """Raise DeliveryRefused when the front matter of `issue` says that another program sent it."""
    program = issue.extra.get(SENT_ELSEWHERE)
    if program:
        raise DeliveryRefused(
            Problem(
                what=f"{program} sent this letter already",
                place=issue.place(SENT_ELSEWHERE),
                why="your readers have it",
                fix=f"to send it once more, take {SENT_ELSEWHERE} out of its front matter",
            )
        )
