"""What the public site does for whoever holds a link of a letter; the link's token says who and what for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.domain.addressee import Addressee
from newsletter.domain.signing_keys import LEAVING, SigningKeys
from newsletter.domain.token import read_token

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["Visits"]


class Visits:
    """What a visitor may ask and change. A token opens only what it was signed for."""

    def __init__(self, project: Project) -> None:
        """Serve the readers of `project`."""
        self._project = project
        self._store = project.store

    def addressee(self, purpose: str, token: str) -> Addressee | None:
        """Return whom `token` was signed for, for that purpose; None when it was not, or nobody knows it."""
        delivery = self._delivery(purpose, token)
        return self._store.addressees.find(delivery) if delivery else None

    def leave(self, token: str) -> Addressee | None:
        """Let the reader with that unsubscribe token leave; return them as they were, None if it is bad."""
        delivery = self._delivery(LEAVING, token)
        return self._store.addressees.leave(delivery, self._project.clock.now()) if delivery else None

    def rotate_keys(self) -> SigningKeys:
        """Sign links with a new key from now on; the links that are out work as `SigningKeys` says."""
        return self._store.signing_keys.rotate(self._project.clock.now())

    def _delivery(self, purpose: str, token: str) -> str | None:
        keys = self._store.signing_keys.read().good_for(purpose, self._project.clock.now())
        return read_token(keys, purpose, token)
