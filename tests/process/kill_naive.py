"""A sender that makes the mistakes everybody makes: it marks a reader before, or after, it has mailed them.

It syncs the file with its marks, but not the directory that names it. The sweeps have to find all three.
`main` runs in the current directory with the words `before` or `after`.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kill import Peer
from kill_scenarios import FilePeer

from newsletter.testing.received import ReceivedMail

__all__ = ["NaiveScenario", "main"]

_PEER = "journal"  # as peers call what they write down
_READERS = ("r0@brief.example", "r1@brief.example")


def main() -> int:
    """Mail everybody who is not marked."""
    for email in _READERS:
        if email not in _lines(Path("marks")):
            for file in ("marks", _PEER) if sys.argv[1] == "before" else (_PEER, "marks"):
                _append(file, email)
    return 0


def _append(name: str, line: str) -> None:
    file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(file, f"{line}\n".encode())
    os.fsync(file)
    os.close(file)


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").split() if path.exists() else []


@dataclass(frozen=True, kw_only=True)
class NaiveScenario:
    """That sender; `marks` is when: `before` or `after`."""

    marks: str
    name: str = "naive"
    entry: str = "kill_naive:main"
    batch: int = 1
    concurrency: int = 1
    is_conclusive: bool = True
    left: frozenset[str] = frozenset()
    ends: frozenset[int] = frozenset({0})

    def prepare(self, project: Path) -> None:
        """Need nothing."""

    def open_peer(self, project: Path) -> Peer:
        """Read what was mailed."""
        return FilePeer(read=lambda: Counter(_lines(project / _PEER)))

    def send(self) -> Sequence[str]:
        """Mail."""
        return (self.marks,)

    def resume(self, project: Path) -> Sequence[str]:
        """Mail again."""
        del project
        return self.send()

    def states(self, project: Path) -> Mapping[str, str]:
        """Return that who is marked is accepted, and who is not is pending."""
        marked = _lines(project / "marks")
        return {email: "accepted" if email in marked else "pending" for email in _READERS}

    def everybody(self) -> frozenset[str]:
        """Return every reader."""
        return frozenset(_READERS)

    def wrong_letters(self, project: Path, mails: Sequence[ReceivedMail]) -> Sequence[str]:
        """Find nothing wrong."""
        del project, mails
        return ()
