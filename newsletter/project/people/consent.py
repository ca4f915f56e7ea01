"""Consent of a project: asked, given, withdrawn, shown and verified."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from newsletter.audience.consent import ChainFault
from newsletter.audience.opt_in import Confirmation, ConfirmationKind, SignUp
from newsletter.domain.address import AddressError, address_key, normalise_address
from newsletter.domain.consent import ConsentEvent, ConsentKind, NewConsent, Origin, PersonalPart, Wording
from newsletter.domain.person_hash import person_hash
from newsletter.domain.person_token import read_person_token
from newsletter.domain.subscriber import FieldValue, Subscriber, SubscriberStatus
from newsletter.errors import Problem, UsageError
from newsletter.project.people.wordings import read_wording

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["CONFIRM_PURPOSE", "Consent"]

CONFIRM_PURPOSE = "confirm"
"""The purpose of the token in a mail that asks to confirm (`domain.person_token`)."""


class Consent:
    """What can be done with consent."""

    def __init__(self, project: Project) -> None:
        """Work on the list of `project`."""
        self._project = project
        self._config = project.config

    def wording(self, name: str, lang: str) -> Wording:
        """Return a text as people see it: "subscribe" stands on a form, "confirm" is the mail.

        Raises ContentError.
        """
        return read_wording(self._config, name, lang)

    # --- by people themselves -------------------------------------------------------------------------

    def request(
        self,
        email: str,
        *,
        lang: str,
        origin: Origin,
        fields: Mapping[str, FieldValue] | None = None,
        tags: Iterable[str] = (),
    ) -> None:
        """Take a request for the letter; a mail then asks to confirm it (`Project.post`).

        It comes to the same for everybody, also for an address that is on the list, that left, or that is
        none: nobody learns from it who is on the list. What to show is for whoever asks to decide before.
        At most one mail goes to an address in 24 hours, and three in 7 days. Raises StoreError.
        """
        try:
            normalised = normalise_address(email)
        except AddressError:
            return
        key = address_key(normalised)
        hashed = person_hash(self._project.store.person_key, key)
        self._project.store.opt_in.request(
            SignUp(
                email=normalised,
                key=key,
                email_hmac=hashed,
                lang=lang,
                purpose=self._purpose,
                wording=self.wording("subscribe", lang),
                personal=_personal(origin, email=normalised, details={"tags": ", ".join(sorted(set(tags)))}),
                delivery_id=secrets.token_hex(16),
                nonce=secrets.token_hex(8),
                at=self._project.clock.now(),
                fields=dict(fields or {}),
                tags=frozenset(tags),
            )
        )

    def confirm(self, token: str, origin: Origin) -> Confirmation:
        """Take a click on *confirm*. A second one is "already", which is no error. Raises StoreError."""
        now = self._project.clock.now()
        keys = self._project.store.signing_keys.read().good_for(CONFIRM_PURPOSE, now)
        claim = read_person_token(keys, CONFIRM_PURPOSE, token)
        if claim is None:
            return Confirmation(kind=ConfirmationKind.INVALID)
        key = self._project.store.opt_in.key_of_subscriber(claim.subscriber_id)
        new = self._new(ConsentKind.CONFIRMED, origin, email=key, details={"request": claim.nonce})
        answer = self._project.store.opt_in.confirm(claim, new)
        if answer.returned and answer.email_hmac is not None:
            self._project.store.erased.note_return(answer.email_hmac, new.at)
        return answer

    def withdraw(self, subscriber_id: int, origin: Origin) -> bool:
        """Stop mailing a subscriber at their own wish; False when that was so already. Raises StoreError."""
        key = self._project.store.opt_in.key_of_subscriber(subscriber_id)
        return key is not None and self._withdraw(key, origin)

    def withdraw_delivery(self, delivery_id: str, origin: Origin) -> bool:
        """Stop mailing whom a delivery went to (`domain.token` read its id), as `withdraw` does."""
        key = self._project.store.opt_in.key_of_delivery(delivery_id)
        return key is not None and "@" in key and self._withdraw(key, origin)

    def withdraw_email(self, email: str, origin: Origin) -> bool:
        """Stop mailing an address, on the list or not, as `withdraw` does. Raises UsageError."""
        return self._withdraw(self._key(email), origin)

    def refuse(self, key: str, origin: Origin) -> bool:
        """Never mail an address (its key) again for whatever reason, at its owner's wish; StoreError.

        No request on the site makes a mail to it any more, nor does a confirmation that is out.
        """
        new = self._new(ConsentKind.WITHDRAWN, origin, email=key, details={"wish": "never any mail"})
        return self._project.store.opt_in.refuse(key, new)

    def add(
        self, email: str, *, source: str, lang: str | None = None, tags: Iterable[str] = ()
    ) -> Subscriber:
        """Put somebody on the list by hand; `source` says how the author knows that they want it.

        Raises UsageError for what is no address, who is on the list, left or was forgotten; StoreError.
        """
        key = self._key(email)
        now = self._project.clock.now()
        new = Subscriber(
            id=0,
            email=normalise_address(email),
            key=key,
            status=SubscriberStatus.ACTIVE,
            lang=lang,
            tags=frozenset(tag.strip() for tag in tags if tag.strip()),
            joined=now,
            source=source,
        )
        event = self._new(ConsentKind.ADDED, Origin(source=source), email=new.email)
        return self._project.store.opt_in.add(new, event)

    # --- looking --------------------------------------------------------------------------------------

    def faults(self) -> list[ChainFault]:
        """Return where the chain of consent is broken, in order; nothing when it is whole."""
        return self._project.list_store.consent.faults()

    def head(self) -> ConsentEvent | None:
        """Return the newest event, whose hash stands for the whole chain."""
        return self._project.list_store.consent.head()

    # --- inside ---------------------------------------------------------------------------------------

    @property
    def _purpose(self) -> str:
        return self._config.newsletter.name

    def _withdraw(self, key: str, origin: Origin) -> bool:
        new = self._new(ConsentKind.WITHDRAWN, origin, email=key)
        return self._project.store.opt_in.withdraw(key, new)

    def _new(
        self,
        kind: ConsentKind,
        origin: Origin,
        *,
        email: str | None,
        details: Mapping[str, str] | None = None,
    ) -> NewConsent:
        return NewConsent(
            kind=kind,
            at=self._project.clock.now(),
            purpose=self._purpose,
            personal=_personal(origin, email=email, details=details or {}),
        )

    def _key(self, email: str) -> str:
        try:
            return address_key(email)
        except AddressError as error:
            raise UsageError(Problem(what=f'"{email}" is not an address', why=str(error))) from error


def _personal(origin: Origin, *, email: str | None, details: Mapping[str, str]) -> PersonalPart:
    return PersonalPart(
        salt=secrets.token_hex(16),
        email=email,
        source=_short(origin.source),
        ip=_short(origin.ip),
        user_agent=_short(origin.user_agent),
        details={name: value for name, value in details.items() if value},
    )


def _short(text: str | None) -> str | None:
    """Return what a browser may send of itself: no control characters, and not a book."""
    if text is None:
        return None
    return (
        "".join(char if char.isprintable() else " " for char in text)[:500]
        .encode("utf-8", "replace")
        .decode()
    )
