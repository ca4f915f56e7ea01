"""The roll of an import: one digest for everybody in it, and yet a proof for each.

An event for each of a million people would take longer than the import itself. So an import has one event
with the digest of a roll: for everybody who came in, the keyed hash of the address and a digest of what the
file said of them, sorted and cut in pages. Who wants to show that somebody was in it needs their page and
the digests of the others, all of which are kept; a roll that was changed has another digest.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b, sha256

from newsletter.domain.person_hash import person_hasher

__all__ = ["ENTRY_BYTES", "RollEntry", "find_on_page", "make_pages", "roll_digest", "statement_digest"]

_HASH_BYTES = 16
_STATEMENT_BYTES = 8
ENTRY_BYTES = _HASH_BYTES + _STATEMENT_BYTES
_PAGE_BYTES = 4_096 * ENTRY_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class RollEntry:
    """Somebody on a roll: the hash of the address (hex) and the digest (hex) of what the file said."""

    email_hmac: str
    statement: str


def statement_digest(source: str, confirmed: str) -> bytes:
    """Return the digest of what a file said of somebody: where from, and when they said yes (ISO 8601)."""
    return blake2b(f"{source}\0{confirmed}".encode(), digest_size=_STATEMENT_BYTES).digest()


def make_pages(key: bytes, people: Iterable[tuple[str, str, str]]) -> list[bytes]:
    """Return the pages of the roll of `people`: address key, source and confirmation of each."""
    hashed = person_hasher(key)
    statements: dict[tuple[str, str], bytes] = {}
    # By their first byte, so that a million never lie side by side as objects.
    heaps = [bytearray() for _ in range(256)]
    for email_key, source, confirmed in people:
        said = statements.get((source, confirmed))
        if said is None:
            said = statements[source, confirmed] = statement_digest(source, confirmed)
        entry = hashed(email_key) + said
        heaps[entry[0]] += entry
    return list(_cut(_sorted(heap) for heap in heaps))


def _sorted(heap: bytearray) -> bytes:
    return b"".join(sorted(bytes(heap[at : at + ENTRY_BYTES]) for at in range(0, len(heap), ENTRY_BYTES)))


def _cut(heaps: Iterable[bytes]) -> Iterator[bytes]:
    """Yield pages of at most so many entries."""
    left = b""
    for heap in heaps:
        left += heap
        while len(left) > _PAGE_BYTES:
            yield left[:_PAGE_BYTES]
            left = left[_PAGE_BYTES:]
    if left:
        yield left


def roll_digest(pages: Sequence[bytes]) -> str:
    """Return the digest (SHA-256, hex) of a roll: over the digests of its pages, in order."""
    return sha256(b"".join(sha256(page).digest() for page in pages)).hexdigest()


def find_on_page(page: bytes, email_hmac: str) -> RollEntry | None:
    """Return the entry of an address (its hash in hex) on a page; None: it is not there."""
    wanted = bytes.fromhex(email_hmac)
    place = bisect_left(_Hashes(page), wanted)
    entry = page[place * ENTRY_BYTES : (place + 1) * ENTRY_BYTES]
    if not entry.startswith(wanted):
        return None
    return RollEntry(email_hmac=email_hmac, statement=entry[_HASH_BYTES:].hex())


class _Hashes(Sequence[bytes]):
    """The hashes on a page, in order, without cutting it up."""

    def __init__(self, page: bytes) -> None:
        self._page = page

    def __len__(self) -> int:
        return len(self._page) // ENTRY_BYTES

    def __getitem__(self, place: int) -> bytes:  # type: ignore[override]  # no slices are asked for
        return self._page[place * ENTRY_BYTES : place * ENTRY_BYTES + _HASH_BYTES]
