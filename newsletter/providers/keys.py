"""Keys and tokens of an API as they go into its requests."""

from __future__ import annotations

from newsletter.config.secrets import Secret
from newsletter.errors import ConfigError, Problem

__all__ = ["reveal_key"]


def reveal_key(section: str, name: str, secret: Secret, issuer: str, *, kind: str = "key") -> str:
    """Return the key that `name` in `section` (`[provider.ses]`) refers to, without space around it.

    `issuer` is where it comes from and `kind` what it is called there, for people. Raises ConfigError when it
    is not there, or holds what no header can carry: anything but printable ASCII, or a space.
    """
    key = secret.reveal().strip()
    if key.isascii() and key.isprintable() and " " not in key:
        return key
    raise ConfigError(
        Problem(
            what=f"{section} {name} holds characters no {kind} has",
            place=secret.place,
            fix=f"copy the {kind} again from {issuer}, without spaces or line breaks",
        )
    )
