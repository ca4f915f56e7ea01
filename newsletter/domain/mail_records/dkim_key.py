"""DKIM keys as the DNS publishes them (RFC 6376, section 3.6.1; RFC 8301; RFC 8463)."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from newsletter.domain.mail_records.tags import read_tags

__all__ = ["DkimKey", "is_dkim", "key_record", "parse_dkim"]

_ED25519_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimKey:
    """A key record: `algorithm` is `rsa` or `ed25519`, `bits` its length (None when it cannot be read).

    `fingerprint` is the SHA-256 (hex) of the key itself, whichever way it is written. `problems` in words.
    """

    text: str
    algorithm: str
    bits: int | None = None
    fingerprint: str | None = None
    is_revoked: bool = False
    is_testing: bool = False
    problems: tuple[str, ...] = ()


def is_dkim(text: str) -> bool:
    """Say whether a TXT record is meant to be a key: it may leave out all tags but `p`."""
    tags = read_tags(text).tags
    return "p" in tags or tags.get("v", "").lower() == "dkim1"


def parse_dkim(text: str) -> DkimKey:
    """Read a key record, as wrong as it may be."""
    found = read_tags(text)
    tags = found.tags
    algorithm = tags.get("k", "rsa").lower()
    problems = [*found.problems, *_tag_problems(tags, found.first)]
    written = "".join(tags.get("p", "").split())
    bits = fingerprint = None
    if written and algorithm in ("rsa", "ed25519"):
        try:
            bits, fingerprint = _read(algorithm, written)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            problems.append(f"p is no key for {algorithm}")
    return DkimKey(
        text=text,
        algorithm=algorithm,
        bits=bits,
        fingerprint=fingerprint,
        is_revoked="p" in tags and not written,
        is_testing="y" in _listed(tags.get("t", "")),
        problems=tuple(problems),
    )


def key_record(private_key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> str:
    """Return the text to publish so that signatures of `private_key` can be checked."""
    public = private_key.public_key()
    if isinstance(public, ed25519.Ed25519PublicKey):
        return f"v=DKIM1; k=ed25519; p={b64encode(public.public_bytes_raw()).decode()}"
    return f"v=DKIM1; k=rsa; p={b64encode(_spki(public)).decode()}"


def _tag_problems(tags: Mapping[str, str], first: str) -> list[str]:
    problems = []
    if "v" in tags and (tags["v"] != "DKIM1" or first != "v"):
        problems.append('v must be "DKIM1" and stand first')
    if "p" not in tags:
        problems.append("p, the key itself, is missing")
    if tags.get("k", "rsa").lower() not in ("rsa", "ed25519"):
        problems.append(f"k={tags['k'][:40]} is neither rsa nor ed25519")
    if "sha256" not in _listed(tags.get("h", "sha256")):
        problems.append("h does not allow sha256, which mail is signed with")
    if not {"*", "email"} & set(_listed(tags.get("s", "*"))):
        problems.append("s does not allow email")
    return problems


def _listed(value: str) -> list[str]:
    return [one.strip().lower() for one in value.split(":")]


def _read(algorithm: str, written: str) -> tuple[int, str]:
    """Return the length in bits and the fingerprint. Raises ValueError, UnsupportedAlgorithm."""
    data = b64decode(written, validate=True)
    if algorithm == "ed25519":
        if len(data) != _ED25519_BYTES:
            raise ValueError("an Ed25519 key has 32 bytes")
        return 8 * _ED25519_BYTES, sha256(data).hexdigest()
    key = serialization.load_der_public_key(data)
    if not isinstance(key, rsa.RSAPublicKey):
        raise TypeError("it is no RSA key")
    return key.key_size, sha256(_spki(key)).hexdigest()


def _spki(key: rsa.RSAPublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
