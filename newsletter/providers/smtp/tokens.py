"""Access tokens from a program that hands them out, such as the one that looks after an OAuth 2 login."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

from newsletter.errors import ConfigError, Problem

__all__ = ["Tokens"]

_LONGEST_S = 30.0
_SECTION = "[provider.smtp] token_command"


class Tokens:
    """The token in use, and a new one once a server refuses it; safe to use from several threads."""

    def __init__(self, command: Sequence[str], root: Path) -> None:
        """Ask `command`, run in `root` and without a shell; its output is the token. Nothing is run yet."""
        self._command = tuple(command)
        self._root = root
        self._lock = Lock()
        self._token: str | None = None

    def current(self) -> str:
        """Return the token in use; the first time the program is asked. Raises ConfigError."""
        with self._lock:
            if self._token is None:
                self._token = self._ask()
            return self._token

    def renew(self, refused: str) -> str:
        """Return another token than the `refused` one, if there is another. Raises ConfigError.

        When a second connection meets the same refusal, it gets the token the first was given.
        """
        with self._lock:
            if self._token in (None, refused):
                self._token = self._ask()
            assert self._token is not None
            return self._token

    def _ask(self) -> str:
        try:
            done = subprocess.run(  # noqa: S603  # the author's own program, and no shell
                self._command,
                cwd=self._root,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_LONGEST_S,
            )
        except OSError as error:
            raise _no_token(f"{self._command[0]} cannot be run: {error.strerror}") from error
        except ValueError as error:  # a NUL in the command
            raise _no_token(f"it cannot be run: {error}") from error
        except subprocess.TimeoutExpired as error:
            raise _no_token(f"{self._command[0]} has given no token in {_LONGEST_S:.0f} seconds") from error
        if done.returncode:
            raise _no_token(f"{self._command[0]} ended with {done.returncode}{_last_line(done.stderr)}")
        token = done.stdout.decode("ascii", "replace").strip()
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise _no_token(f"what {self._command[0]} printed is no token: one word is expected")
        return token


def _last_line(errors: bytes) -> str:
    lines = errors.decode(errors="replace").split("\n")
    said = next((line.strip() for line in reversed(lines) if line.strip()), "")
    readable = "".join(char for char in said if char.isprintable())[:200]
    return f": {readable}" if readable else ""


def _no_token(what: str) -> ConfigError:
    return ConfigError(
        Problem(
            what=f"{_SECTION}: {what}",
            fix="run it by hand; it has to print an access token and nothing else",
        )
    )
