"""What each event of consent proves, in plain words, and what it does not."""

from __future__ import annotations

from newsletter.domain.consent import ConsentKind

__all__ = ["proof_of"]

_PROOFS = {
    ConsentKind.REQUESTED: "a form was filled in with this address; it does not show by whom",
    ConsentKind.CONFIRMED: "a link was used that only went to this mailbox",
    ConsentKind.CHANGED: "a link was used that only went to this mailbox",
    ConsentKind.WITHDRAWN: "mailing stopped with it; a withdrawal needs no proof",
    ConsentKind.ADDED: "the word of who added it, in the source; keep what it names",
    ConsentKind.IMPORTED: "the address is on the sealed roll of this import; keep what shows its source",
    ConsentKind.IMPORT_UNDONE: "the import was taken back",
    ConsentKind.EXPIRED: "nobody confirmed in time, so the request was erased",
    ConsentKind.FORGOTTEN: "everything but a keyed hash was erased",
}


def proof_of(kind: ConsentKind) -> str:
    """Return what an event of `kind` shows."""
    return _PROOFS[kind]
