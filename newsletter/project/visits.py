"""What the public site does for whoever holds a link of a letter; the link's token says who and what for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.domain.addressee import Addressee
from newsletter.domain.token import read_token

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["Visits"]


class Visits:
    """What a visitor may ask and change. A token opens only what it was signed for."""

    def __init__(self, project: Project) -> None:
        """Serve the readers of `project`."""
        self._project = project

    def addressee(self, purpose: str, token: str) -> Addressee | None:
        """Return whom `token` was signed for, for that purpose; None when it was not, or nobody knows it."""
        delivery = read_token([self._project.store.secret], purpose, token)
        return self._project.store.addressees.find(delivery) if delivery else None

    def leave(self, token: str) -> Addressee | None:
        """Let the reader with that unsubscribe token leave; return them as they were, None if it is bad."""
        delivery = read_token([self._project.store.secret], "unsubscribe", token)
        if not delivery:
            return None
        return self._project.store.addressees.leave(delivery, self._project.clock.now())
