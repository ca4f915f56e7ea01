"""One mailing on its way into files: each exactly once, whatever happens halfway.

A message is written under a temporary name, forced to disk and then linked to `DELIVERY.eml`; linking fails
when the name is taken, so a repeat finds the first one and leaves it. The directory is forced to disk before
anything is called accepted.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from threading import get_ident

from newsletter.domain.campaign import Attempt, Fence
from newsletter.domain.mailing import Recipient
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.protocols import Payload
from newsletter.providers.messages import write_messages
from newsletter.providers.submissions import join_outcomes

__all__ = ["OutboxPayload", "OutboxShipment"]

_DELIVERY = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TEMPORARY = re.compile(r"\.([A-Za-z0-9_-]{1,64})\.\d+\.\d+\.tmp")
# File systems without hard links say one of these; a rename is as good, because names are never reused.
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK)
_ACCEPTED = Outcome(kind=OutcomeKind.ACCEPTED, detail="written")


@dataclass(frozen=True, slots=True)
class _Letter:
    position: int
    delivery_id: str
    message: bytes


@dataclass(frozen=True)
class OutboxPayload:
    """The messages of a batch; those in `refused` have none."""

    letters: tuple[_Letter, ...]
    refused: Mapping[int, Outcome]

    @cached_property
    def digest(self) -> str:
        """Return the SHA-256 (hex) of all messages with their names."""
        sha = sha256()
        for letter in self.letters:
            sha.update(f"{letter.delivery_id}\0{len(letter.message)}\0".encode())
            sha.update(letter.message)
        return sha.hexdigest()


class OutboxShipment:
    """Writes one file per delivery into a directory."""

    def __init__(self, directory: Path, write: Callable[[Recipient], bytes]) -> None:
        """Write into `directory`, made when needed; `write` returns a reader's message (RFC 5322)."""
        self._directory = directory
        self._write = write

    def fence(self, now: datetime) -> None:  # the protocol's signature
        """Return None: the files themselves tell what was written."""

    def build(  # the protocol's signature
        self,
        recipients: Sequence[Recipient],
        attempt_key: str,  # noqa: ARG002
        fence: Fence | None = None,  # noqa: ARG002
    ) -> OutboxPayload:
        """Write every message in memory."""
        written, refused = write_messages(recipients, self._write, _name_problem)
        letters = (_Letter(one.position, one.delivery_id, message) for one, message in written)
        return OutboxPayload(tuple(letters), refused)

    def submit(self, payload: Payload) -> Submission:
        """Put every message in its file; one already there is left as it is and counts as accepted.

        A full disk or a directory that cannot be written to halts, since going on makes no sense.
        """
        assert isinstance(payload, OutboxPayload), "a payload goes to the shipment that built it"
        outcomes = dict(payload.refused)
        halt: Outcome | None = None
        try:
            _make_directory(self._directory)
        except OSError as error:
            return Submission(outcome=self._halt(error))
        for number, letter in enumerate(payload.letters):
            try:
                self._place(letter)
            except OSError as error:
                halt = self._halt(error)
                outcomes |= {rest.position: halt for rest in payload.letters[number:]}
                break
            outcomes[letter.position] = _ACCEPTED
        return join_outcomes(self._force(outcomes), halt)

    def evidence(self, recipients: Sequence[Recipient], attempt: Attempt) -> Submission | None:  # noqa: ARG002  # the protocol's signature
        """Say of each recipient whether the file is there; remove what a crash left half written."""
        ids = {recipient.delivery_id for recipient in recipients}
        try:
            names = {entry.name for entry in os.scandir(self._directory)}
        except FileNotFoundError:
            names = set()
        except OSError:
            return None  # the directory cannot be read now
        for name in names:
            match = _TEMPORARY.fullmatch(name)
            if match and match[1] in ids:
                with contextlib.suppress(OSError):
                    (self._directory / name).unlink()
        absent = Outcome(kind=OutcomeKind.NOT_SENT, detail="the file was never made", retry_after_s=0.0)
        outcomes = {
            one.position: _ACCEPTED if f"{one.delivery_id}.eml" in names else absent for one in recipients
        }
        return join_outcomes(self._force(outcomes))

    def close(self) -> None:
        """Release nothing: files are closed as they are written."""

    def _place(self, letter: _Letter) -> None:
        """Give the message its file, unless it has one. Raises OSError, leaving no file then."""
        final = self._directory / f"{letter.delivery_id}.eml"
        if final.exists():
            return
        temporary = self._directory / f".{letter.delivery_id}.{os.getpid()}.{get_ident()}.tmp"
        try:
            with open(temporary, "wb", opener=_for_owner) as file:
                file.write(letter.message)
                file.flush()
                os.fsync(file.fileno())
            _link(temporary, final)
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)

    def _force(self, outcomes: dict[int, Outcome]) -> dict[int, Outcome]:
        """Force the directory to disk; without that what was written is unknown, not accepted."""
        if not any(outcome.kind is OutcomeKind.ACCEPTED for outcome in outcomes.values()):
            return outcomes
        try:
            _force_directory(self._directory)
        except OSError as error:
            unknown = Outcome(kind=OutcomeKind.UNKNOWN, detail=f"the disk did not confirm: {error.strerror}")
            return {
                position: unknown if outcome.kind is OutcomeKind.ACCEPTED else outcome
                for position, outcome in outcomes.items()
            }
        return outcomes

    def _halt(self, error: OSError) -> Outcome:
        return Outcome(
            kind=OutcomeKind.HALT, detail=f"cannot write to {self._directory}: {error.strerror or error}"
        )


def _name_problem(recipient: Recipient) -> str | None:
    return None if _DELIVERY.fullmatch(recipient.delivery_id) else "the delivery id cannot be a file name"


def _for_owner(path: str, flags: int) -> int:
    """Open a mail for its owner only: it holds a name, an address and links that act."""
    return os.open(path, flags, 0o600)


def _link(temporary: Path, final: Path) -> None:
    try:
        final.hardlink_to(temporary)
    except FileExistsError:
        pass  # another attempt was first; its bytes are the same
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        temporary.rename(final)


def _make_directory(directory: Path) -> None:
    """Make `directory` and what is above it, each entry forced to disk."""
    if directory.is_dir():
        return
    _make_directory(directory.parent)
    directory.mkdir(mode=0o700, exist_ok=True)
    _force_directory(directory.parent)


def _force_directory(directory: Path) -> None:
    file = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
