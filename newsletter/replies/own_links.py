"""Signed links of our letters, found in whatever is left of a letter in the mail that answers it.

Mail programs wrap lines, gateways write links anew, and some leave quoted-printable undecoded. A token holds
letters that nearly all of them leave alone, so it is looked for as it is in a few readings of the text; its
signature says whether it is one. Time grows with the length of the text and no faster.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from urllib.parse import unquote

from newsletter.domain.message_id import read_message_id
from newsletter.domain.token import read_token

__all__ = ["linked_deliveries", "returned_deliveries"]

_PURPOSES = ("unsubscribe", "preferences")
_TOKEN = re.compile(r"(?<=[0-9a-f]{32})\.[A-Za-z0-9_-]{22}")
_MESSAGE_ID = re.compile(r"(?<=[0-9a-f]{32})\.[0-9a-f]{20}(?=@)")
_MOST = 200  # candidates of one mail; a long thread quotes a few dozen letters
_LONGEST = 4_000_000
_DASHED_HEX = re.compile(r"-([0-9A-F]{2})")


def linked_deliveries(secrets: Sequence[bytes], texts: Iterable[str]) -> tuple[str, ...]:
    """Return the deliveries whose own links stand in `texts`, in order, each once."""
    found: dict[str, None] = {}
    tried: set[str] = set()
    for text in texts:
        for token in _candidates(text[:_LONGEST]):
            if token in tried:
                continue
            if len(tried) == _MOST:
                return tuple(found)
            tried.add(token)
            for purpose in _PURPOSES:
                delivery = read_token(secrets, purpose, token)
                if delivery is not None:
                    found[delivery] = None
    return tuple(found)


def returned_deliveries(secrets: Sequence[bytes], texts: Iterable[str]) -> tuple[str, ...]:
    """Return the deliveries whose signed Message-ID stands in `texts`, in order, each once."""
    found: dict[str, None] = {}
    for text in texts:
        lowered = text[:_LONGEST].lower()
        for match in islice(_MESSAGE_ID.finditer(lowered), _MOST):
            delivery = read_message_id(secrets, lowered[match.start() - 32 : match.end()])
            if delivery is not None:
                found[delivery] = None
    return tuple(found)


def _candidates(text: str) -> Iterator[str]:
    """Yield what looks like a token in any reading of `text`, the plainest reading first."""
    seen: set[str] = set()
    for read in _READINGS:
        reading = read(text)
        if reading in seen:
            continue
        seen.add(reading)
        for match in _TOKEN.finditer(reading):
            yield reading[match.start() - 32 : match.end()]


def _joined(text: str) -> str:
    """Return `text` with its lines joined, as if a link had been broken at each end."""
    return "".join([line.lstrip(">| \t").rstrip(" \t=") for line in text.splitlines()])


def _unquoted(text: str) -> str:
    """Return `text` without percent-encoding, twice: a link in a link is encoded again."""
    return unquote(unquote(text)) if "%" in text else text


def _proofpoint(text: str) -> str:
    """Return `text` as Proofpoint's URL Defense 2 had it: `-5F` is an underscore, `-2D` a hyphen."""
    return _DASHED_HEX.sub(lambda found: chr(int(found[1], 16)), text) if "urldefense" in text else text


_READINGS: tuple[Callable[[str], str], ...] = (
    str,
    _joined,
    _unquoted,
    lambda text: _unquoted(_joined(text)),
    _proofpoint,
    lambda text: _proofpoint(_joined(text)),
)
