"""Everything one address said yes and no to, with the words of the time and what each event proves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.audience.consent import commit, hash_event
from newsletter.audience.consent_proof import proof_of
from newsletter.audience.consent_roll import RollEntry
from newsletter.domain.address import AddressError, address_key
from newsletter.domain.consent import ConsentEvent, PersonalPart, Wording
from newsletter.domain.person_hash import person_hash
from newsletter.errors import Problem, UsageError
from newsletter.store.imports.consent import statement_of

if TYPE_CHECKING:
    from newsletter.project import Project
    from newsletter.store.opening import Store

__all__ = ["ShownConsent", "consent_history"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownConsent:
    """One event about somebody: as it was written, the words as they were, and what it proves.

    `personal` is None once it was wiped. `is_sound` says that nothing in it was changed since it was written;
    whether the whole chain is whole is another question (`Consent.faults`).
    """

    event: ConsentEvent
    personal: PersonalPart | None
    wording: Wording | None
    proof: str
    is_sound: bool


def consent_history(project: Project, email: str) -> list[ShownConsent]:
    """Return every event about the address `email`, oldest first; also of one that was forgotten.

    Raises UsageError for what is no address, StoreError.
    """
    try:
        key = address_key(email)
    except AddressError as error:
        raise UsageError(Problem(what=f'"{email}" is not an address', why=str(error))) from error
    store = project.list_store
    hashed = person_hash(store.person_key, key)
    own = [_shown(store, event, personal) for event, personal in store.consent.history(hashed)]
    imports = [
        _of_import(store, key, event, personal, entry)
        for event, personal, entry in store.consent.imports_of(hashed)
    ]
    undone = [_shown(store, event, personal) for event, personal in store.consent.undone_imports(hashed)]
    return sorted([*own, *imports, *undone], key=lambda one: one.event.id)


def _shown(store: Store, event: ConsentEvent, personal: PersonalPart | None) -> ShownConsent:
    wording = store.consent.wording(event.wording_digest) if event.wording_digest else None
    is_sound = (
        event.hash == hash_event(event)
        and (personal is None or commit(personal) == event.commitment)
        and (wording.digest if wording else None) == event.wording_digest
    )
    return ShownConsent(
        event=event, personal=personal, wording=wording, proof=proof_of(event.kind), is_sound=is_sound
    )


def _of_import(
    store: Store, key: str, event: ConsentEvent, personal: PersonalPart | None, entry: RollEntry
) -> ShownConsent:
    shown = _shown(store, event, personal)
    found = store.subscribers.lookup([key]).get(key)
    agrees = found is not None and statement_of(found).hex() == entry.statement
    proof = shown.proof + ("; the source and date the list has now are those of the file" if agrees else "")
    is_sound = shown.is_sound and store.consent.roll_of(event.id) == event.roll
    return ShownConsent(event=event, personal=shown.personal, wording=None, proof=proof, is_sound=is_sound)
