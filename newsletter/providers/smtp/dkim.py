"""DKIM: a signature over a message that readers' servers check against a key in the DNS (RFC 6376)."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from hashlib import sha256

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa

from newsletter.errors import ConfigError, Problem

__all__ = ["Signer", "open_signer", "read_private_key"]

_SIGNED = (
    "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type",
    "Content-Transfer-Encoding", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post",
)  # fmt: skip
"""RFC 6376 5.4.1; RFC 8058 4 asks for both List-Unsubscribe fields. Those that are absent are left out."""

_SHORTEST_BITS = 1024
"""RFC 8301 3.2: shorter keys are not accepted by anybody."""

_FIELD_END = re.compile(rb"\r\n(?![ \t])")


class Signer:
    """Signs for one domain with one key; `relaxed/relaxed`, so that a server on the way may fold lines."""

    def __init__(self, domain: str, selector: str, algorithm: str, sign: Callable[[bytes], bytes]) -> None:
        """Sign as `domain` with the key published at `selector`; `sign` makes the raw signature."""
        self._tags = f"v=1; a={algorithm}; c=relaxed/relaxed;\r\n d={domain}; s={selector};"
        self._sign = sign

    def sign(self, message: bytes) -> bytes:
        """Return `message` (RFC 5322) with CRLF line ends and a DKIM-Signature on top.

        From stands twice in the list of signed fields, so that nobody can add another (RFC 6376 8.15).
        """
        message = b"\r\n".join((*message.splitlines(), b""))  # of bytes: at CR, LF and CRLF only
        head, _, body = message.partition(b"\r\n\r\n")
        fields = {name.strip().lower(): line for line in _fields(head) for name in (line.partition(b":")[0],)}
        names = [name for name in _SIGNED if name.lower().encode() in fields]
        digest = b64encode(sha256(_relaxed_body(body)).digest()).decode()
        rows = ":\r\n  ".join(_rows([*names, "From"]))
        unsigned = f"DKIM-Signature: {self._tags}\r\n h={rows};\r\n bh={digest};\r\n b="
        signed = b"".join(_relaxed_field(fields[name.lower().encode()]) + b"\r\n" for name in names)
        signature = b64encode(self._sign(signed + _relaxed_field(unsigned.encode()))).decode()
        return (unsigned + "\r\n  ".join(_pieces(signature)) + "\r\n").encode() + message


def open_signer(domain: str, selector: str, key: str) -> Signer:
    """Return a signer with the private `key`: PEM, or the base64 of PKCS#8 on one line (RSA or Ed25519).

    Raises ConfigError for what is no such key, and for an RSA key that is too short.
    """
    found = read_private_key(key)
    if isinstance(found, ed25519.Ed25519PrivateKey):  # RFC 8463 3: what is signed is the hash
        return Signer(domain, selector, "ed25519-sha256", lambda data: found.sign(sha256(data).digest()))
    return Signer(
        domain,
        selector,
        "rsa-sha256",
        lambda data: found.sign(data, padding.PKCS1v15(), hashes.SHA256()),
    )


def read_private_key(key: str) -> rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey:
    """Return the private `key` as `open_signer` takes it. Raises ConfigError as that does."""
    found = _load(key)
    if isinstance(found, ed25519.Ed25519PrivateKey):
        return found
    if not isinstance(found, rsa.RSAPrivateKey):
        raise _wrong("the DKIM key is neither RSA nor Ed25519")
    if found.key_size < _SHORTEST_BITS:
        raise _wrong(f"the DKIM key has {found.key_size} bits, and mail servers accept no fewer than 1024")
    return found


def _load(key: str) -> object:
    try:
        if "-----BEGIN" in key:
            return serialization.load_pem_private_key(key.replace("\\n", "\n").encode(), None)
        return serialization.load_der_private_key(b64decode(key, validate=True), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _wrong("the DKIM key cannot be read") from error


def _wrong(what: str) -> ConfigError:
    return ConfigError(
        Problem(
            what=what,
            why="[provider.smtp] dkim_key names a private key in PEM, without a password",
            fix="make one: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048",
        )
    )


def _fields(head: bytes) -> list[bytes]:
    return _FIELD_END.split(head)


def _relaxed_field(field: bytes) -> bytes:
    """Return a header field in the form that is signed (RFC 6376 3.4.2), without its end."""
    name, _, value = field.partition(b":")
    unfolded = value.replace(b"\r\n", b"").replace(b"\t", b" ")
    return name.strip().lower() + b":" + _single_spaces(unfolded).strip(b" ")


def _relaxed_body(body: bytes) -> bytes:
    """Return the body in the form that is signed (RFC 6376 3.4.4)."""
    lines = [_single_spaces(line).rstrip(b" ") for line in body.replace(b"\t", b" ").split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"\r\n".join((*lines, b"")) if lines else b""


def _single_spaces(data: bytes) -> bytes:
    """Return `data` with each run of spaces as one; few lines have any, so this beats a pattern over all."""
    while b"  " in data:
        data = data.replace(b"  ", b" ")
    return data


def _rows(names: list[str], width: int = 4) -> list[str]:
    return [":".join(names[at : at + width]) for at in range(0, len(names), width)]


def _pieces(text: str, width: int = 72) -> list[str]:
    return [text[at : at + width] for at in range(0, len(text), width)]
