"""Taking over, before a letter, whom the provider does not mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.cli._console import say, ticker

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["sync_before"]


def sync_before(project: Project) -> None:
    """Do it where `[send] sync` asks for it and the provider has lists, and say who is news.

    Raises as `project.syncing.sync` does.
    """
    if not project.config.send.sync:
        return
    from newsletter.project.sending.syncing import has_lists, sync

    if not has_lists(project):
        return

    with ticker() as tell:
        tell("reading the provider's lists")
        synced = sync(project, is_applied=True)
    for reason, number in sorted(synced.stopped.items()):
        say(f"The provider does not mail {number} more, who are never mailed again: {reason}")
