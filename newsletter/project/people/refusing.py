"""Whoever never wants a mail from us again, by the link in a mail to one person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.domain.address import address_key
from newsletter.domain.consent import Origin
from newsletter.domain.signing_keys import NEVER
from newsletter.domain.subscriber import SuppressionReason

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["Refuser", "Refusing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuser:
    """Who holds such a link: the key and language of their address; `is_done` says that they refused before.

    The key is None when nobody knows any more whose link it is.
    """

    key: str | None = None
    lang: str | None = None
    is_done: bool = False


class Refusing:
    """Takes refusals: no letter, and no mail that asks or answers anything, whoever fills in the address."""

    def __init__(self, project: Project) -> None:
        """Work on the list of `project`."""
        self._project = project

    def who(self, token: str) -> Refuser | None:
        """Return whose link that is; None when it was not signed for this. It changes nothing."""
        claim = self._project.visits.person(NEVER, token)
        if claim is None:
            return None
        store = self._project.store
        reader = store.addressees.reader(claim.subscriber_id)
        email = reader.email if reader else store.service_mails.address(claim.nonce)
        if email is None:
            return Refuser()
        found = store.subscribers.suppression(email)
        return Refuser(
            key=address_key(email),
            lang=reader.lang if reader else None,
            is_done=found is not None and found.reason is SuppressionReason.MANUAL,
        )

    def refuse(self, token: str, origin: Origin) -> Refuser | None:
        """Never mail whose link that is again; return them as they were. Raises StoreError."""
        who = self.who(token)
        if who is not None and who.key is not None and not who.is_done:
            self._project.consent.refuse(who.key, origin)
        return who
