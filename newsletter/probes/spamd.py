"""SpamAssassin's daemon, asked over its own protocol, after proof that it looks at all.

Source: spamd/PROTOCOL in SpamAssassin's sources. The proof is GTUBE, a text that every filter must find.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from time import monotonic

from newsletter.domain.spam_verdict import SpamHit, SpamVerdict
from newsletter.errors import CannotAsk, Problem

__all__ = ["Spamd"]

_PATIENCE_S = 30.0
_MOST_BYTES = 1_000_000
_PROOF_SCORE = 900.0
"""GTUBE scores 1000; other rules may take a little off."""

# In two parts, so that no filter stops this file itself.
_GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*" + "GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
_PROOF = (
    "From: a@letter.example\r\nTo: b@reader.example\r\nSubject: proof\r\n"
    f"Message-ID: <proof@letter.example>\r\nDate: Mon, 2 Jan 2023 10:00:00 +0000\r\n\r\n{_GTUBE}\r\n"
).encode()
_VERDICT = re.compile(rb"^Spam:\s*\w+\s*;\s*(-?\d+(?:\.\d+)?)\s*/", re.IGNORECASE | re.MULTILINE)
_HIT = re.compile(r"\s?(-?\d+(?:\.\d+)?)\s+([A-Z][A-Z0-9_]+)\s+(.*)")
_RULER = "---- ----------------------"


@dataclass(slots=True)
class Spamd:
    """The daemon at `host` and `port`; `tell` is told that it is asked."""

    host: str
    port: int
    tell: Callable[[str], None]
    patience_s: float = _PATIENCE_S
    _proven: bool = field(default=False, init=False)

    @classmethod
    def at(cls, server: str, tell: Callable[[str], None]) -> Spamd:
        """Return the one at `server`, such as `127.0.0.1:783`."""
        host, _, port = server.rpartition(":")
        return cls(host.removeprefix("[").removesuffix("]"), int(port), tell)

    def judge(self, message: bytes) -> SpamVerdict:
        """Return its verdict. Raises CannotAsk when it is not there, breaks off, or does not see GTUBE."""
        self.tell("asking the spam filter")
        if not self._proven:
            proof = self._ask(_PROOF)
            if proof.score < _PROOF_SCORE:
                raise self._cannot(f"gives {proof.score:g} points to a text that every filter must find")
            self._proven = True
        return self._ask(message)

    def _ask(self, message: bytes) -> SpamVerdict:
        try:
            answer = self._talk(message)
        except OSError as error:
            raise self._cannot(f"does not answer: {_said(error)}") from error
        head, blank, report = answer.partition(b"\r\n\r\n")
        found = _VERDICT.search(head)
        if (
            not blank
            or found is None
            or not head.startswith(b"SPAMD/")
            or b" 0 " not in head.split(b"\r\n")[0]
        ):
            raise self._cannot("gives no verdict")
        return SpamVerdict(score=float(found[1]), hits=_hits(report.decode("utf-8", "replace")))

    def _talk(self, message: bytes) -> bytes:
        """Return all it says; raises TimeoutError when that takes too long."""
        deadline = monotonic() + self.patience_s
        request = f"REPORT SPAMC/1.5\r\nContent-length: {len(message)}\r\n\r\n".encode() + message
        with socket.create_connection((self.host, self.port), timeout=self.patience_s) as wire:
            wire.sendall(request)
            wire.shutdown(socket.SHUT_WR)
            answer = bytearray()
            while len(answer) < _MOST_BYTES:
                wire.settimeout(max(0.01, deadline - monotonic()))
                more = wire.recv(65_536)
                if not more:
                    break
                answer += more
                if monotonic() > deadline:
                    raise TimeoutError("timed out")
            return bytes(answer)

    def _cannot(self, what: str) -> CannotAsk:
        return CannotAsk(
            Problem(
                what=f"the spam filter at {self.host}:{self.port} {what}",
                fix="start spamd (on Debian: sudo apt install spamd), or name another in [checks] spamd",
            )
        )


def _hits(report: str) -> tuple[SpamHit, ...]:
    """Return the rules in the table that ends a report, heaviest first."""
    table = report.rpartition(_RULER)[2]
    hits: list[SpamHit] = []
    for line in table.splitlines():
        match = _HIT.match(line)
        if match:
            hits.append(SpamHit(score=float(match[1]), rule=match[2], meaning=match[3].strip()[:200]))
        elif hits and line.strip():  # a description that goes on
            longer = f"{hits[-1].meaning} {line.strip()}"[:200]
            hits[-1] = replace(hits[-1], meaning=longer)
    return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.rule)))


def _said(error: OSError) -> str:
    return " ".join((error.strerror or str(error)).split()).lower()
