"""What the public site does for whoever holds a link of ours; the link's token says who and what for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.audience.opt_in import Confirmation, ConfirmationKind
from newsletter.domain.addressee import Addressee
from newsletter.domain.consent import Origin
from newsletter.domain.person_token import PersonClaim, read_person_token
from newsletter.domain.signing_keys import LEAVING, SigningKeys
from newsletter.domain.subscriber import SubscriberStatus
from newsletter.domain.token import read_token
from newsletter.project.people.consent import CONFIRM_PURPOSE

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["Visits"]

_HERE = (SubscriberStatus.ACTIVE, SubscriberStatus.PAUSED)


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

    def is_ours(self, purpose: str, token: str) -> bool:
        """Say whether we signed `token` for that purpose, also when no such letter is known any more."""
        return self._delivery(purpose, token) is not None

    def leave(self, token: str, origin: Origin) -> Addressee | None:
        """Let the reader with that unsubscribe token leave; return them as they were, None if it is bad.

        Both the address the letter went to and the one the reader has now are never mailed again. It is
        committed when this returns, so that no later intent of a running campaign includes them.
        """
        who = self.addressee(LEAVING, token)
        if who is not None and not who.has_left:
            self._project.consent.withdraw_delivery(who.delivery_id, origin)
            if who.subscriber_id is not None and who.current_key != who.key:
                self._project.consent.withdraw(who.subscriber_id, origin)
        return who

    def asked(self, token: str) -> Confirmation:
        """Return what a confirmation with that token would come to; it changes nothing."""
        claim = self.person(CONFIRM_PURPOSE, token)
        if claim is None:
            return Confirmation(kind=ConfirmationKind.INVALID)
        who = self._store.addressees.reader(claim.subscriber_id)
        kind = ConfirmationKind.CONFIRMED
        if who is not None and who.status in _HERE:
            kind = ConfirmationKind.ALREADY
        elif who is None or not claim.holds_at(self._project.clock.now()):
            kind = ConfirmationKind.EXPIRED
        return Confirmation(kind=kind, lang=who.lang if who else None)

    def person(self, purpose: str, token: str) -> PersonClaim | None:
        """Return what a token without a letter says, None when it was not signed for that purpose."""
        keys = self._store.signing_keys.read().good_for(purpose, self._project.clock.now())
        return read_person_token(keys, purpose, token)

    def rotate_keys(self) -> SigningKeys:
        """Sign links with a new key from now on; the links that are out work as `SigningKeys` says."""
        return self._store.signing_keys.rotate(self._project.clock.now())

    def _delivery(self, purpose: str, token: str) -> str | None:
        keys = self._store.signing_keys.read().good_for(purpose, self._project.clock.now())
        return read_token(keys, purpose, token)
