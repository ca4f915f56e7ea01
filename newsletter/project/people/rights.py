"""People's rights by the site: a mail with a link to what is kept of them, and being forgotten by it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from newsletter.domain.address import AddressError, address_key, normalise_address
from newsletter.domain.person_hash import person_hash
from newsletter.domain.service_mail import RIGHTS_PURPOSE, ServiceKind
from newsletter.store.ledger.addressees import Reader
from newsletter.store.people.rights import DataRequest

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["Rights"]


class Rights:
    """What a person may ask about themselves.

    The link of a letter does not do for it: letters are passed on. So a link comes by mail, for a day.
    """

    def __init__(self, project: Project) -> None:
        """Work on the list of `project`."""
        self._project = project

    def ask(self, email: str, lang: str) -> None:
        """Send a link to `email`, if anything is kept of it; it comes to the same for everybody."""
        try:
            normalised = normalise_address(email)
        except AddressError:
            return
        key = address_key(normalised)
        self._project.store.rights.request(
            DataRequest(
                email=normalised,
                key=key,
                email_hmac=person_hash(self._project.store.person_key, key),
                lang=lang,
                delivery_id=secrets.token_hex(16),
                nonce=secrets.token_hex(8),
                at=self._project.clock.now(),
            )
        )

    def who(self, token: str) -> Reader | None:
        """Return whose link that is; None when it is not signed, too old, or nobody knows them any more."""
        claim = self._project.visits.person(RIGHTS_PURPOSE, token)
        if claim is None or not claim.holds_at(self._project.clock.now()):
            return None
        if claim.subscriber_id:
            return self._project.store.addressees.reader(claim.subscriber_id)
        email = self._project.store.service_mails.address(claim.nonce, ServiceKind.RIGHTS)
        return Reader(email, None, None) if email else None

    def data(self, token: str) -> bytes | None:
        """Return everything kept of whose link that is, as one archive (ZIP); None for a bad link."""
        from newsletter.project.people.dossier import make_dossier

        who = self.who(token)
        return make_dossier(self._project, who.email).data if who else None

    def forget(self, token: str, address: str) -> bool:
        """Forget whose link that is, when they wrote out their `address`; False otherwise.

        Raises StoreError.
        """
        who = self.who(token)
        try:
            is_theirs = who is not None and address_key(address.strip()) == address_key(who.email)
        except AddressError:
            return False
        if who is None or not is_theirs:
            return False
        self._project.privacy.forget(who.email)
        return True
