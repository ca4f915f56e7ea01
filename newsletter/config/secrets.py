"""Secrets: only ever a reference in a file, and never in a log, a repr or JSON."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from newsletter.errors import ConfigError, Problem
from newsletter.source import Place

__all__ = ["Secret"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A reference to a secret: `env:NAME` or `keyring:service/user`."""

    reference: str
    place: Place | None = None

    @classmethod
    def parse(cls, text: str, place: Place | None = None) -> Secret:
        """Read a reference. Raises ConfigError for a literal, without repeating it."""
        scheme, colon, rest = text.partition(":")
        if not colon or not rest or scheme not in ("env", "keyring"):
            raise ConfigError(
                Problem(
                    what="a secret stands here in plain text",
                    place=place,
                    why="files end up in version control",
                    fix='put it in the environment and write "env:NAME", or use "keyring:service/user"',
                )
            )
        return cls(reference=text, place=place)

    def reveal(self, environment: Mapping[str, str] | None = None) -> str:
        """Return the secret itself. Raises ConfigError when it is not there."""
        scheme, _, rest = self.reference.partition(":")
        if scheme == "env":
            value = (os.environ if environment is None else environment).get(rest)
            if value:
                return value
            raise ConfigError(
                Problem(
                    what=f"the environment variable {rest} is not set",
                    place=self.place,
                    fix=f"export {rest}=…",
                )
            )
        return self._from_keyring(rest)

    def _from_keyring(self, rest: str) -> str:
        service, _, user = rest.partition("/")
        try:
            import keyring  # an extra, and slow to import
        except ImportError as error:
            raise ConfigError(
                Problem(
                    what="the package keyring is not installed",
                    place=self.place,
                    fix="pip install 'newsletter-as-code[keyring]'",
                )
            ) from error
        value = keyring.get_password(service, user)
        if value:
            return str(value)
        raise ConfigError(
            Problem(
                what=f"the keyring has no password for {service}/{user}",
                place=self.place,
                fix=f"keyring set {service} {user}",
            )
        )
