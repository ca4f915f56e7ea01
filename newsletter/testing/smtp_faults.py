"""A mail server on bare sockets that fails at any stage of the dialogue, by name.

What it takes is recorded before it answers, so that its record is exact about the ambiguous moment.
"""

from __future__ import annotations

import socket
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Final, Self

from newsletter.testing.local_server import LocalServer, reset
from newsletter.testing.received import Journal, ReceivedMail
from newsletter.testing.smtp_stub import record_mail, recorded_mails

__all__ = ["SMTP_FAULTS", "FaultySmtp", "SmtpFault", "Then"]


class Then(StrEnum):
    """What the server does after its answer."""

    GO_ON = "go on"
    CLOSE = "close"
    RESET = "reset"
    HANG = "hang"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpFault:
    """How one stage of one mail is treated.

    `stage` is `greeting`, `EHLO`, `AUTH`, `MAIL`, `RCPT`, `DATA`, `body` (halfway) or `end`.
    `reply` is said instead of the usual answer; None: nothing, "" : the usual one.
    `accepts`: a mail that is whole is recorded.
    """

    stage: str
    reply: str | None = None
    then: Then = Then.GO_ON
    accepts: bool = False
    is_bytewise: bool = False


def _each(stage: str, *codes: int) -> dict[str, SmtpFault]:
    return {
        f"{stage}-{code}": SmtpFault(
            stage=stage, reply=f"{code} refused", then=Then.CLOSE if code == 421 else Then.GO_ON
        )
        for code in codes
    }


def _breaks(stage: str, *, accepts: bool = False) -> dict[str, SmtpFault]:
    name = "accepted" if accepts else stage
    return {
        f"{name}-{then}": SmtpFault(stage=stage, then=then, accepts=accepts)
        for then in (Then.CLOSE, Then.RESET, Then.HANG)
    }


SMTP_FAULTS: Final[Mapping[str, SmtpFault]] = {
    **_each("greeting", 421, 450, 554),
    **_breaks("greeting"),
    "greeting-garbage": SmtpFault(stage="greeting", reply="HTTP/1.1 400 Bad Request"),
    **_each("EHLO", 421, 451, 550),
    **_breaks("EHLO"),
    **_each("AUTH", 421, 454, 535),
    **_breaks("AUTH"),
    **_each("MAIL", 421, 451, 452, 530, 550, 552, 553),
    **_breaks("MAIL"),
    **_each("RCPT", 421, 450, 451, 452, 530, 550, 552, 553),
    "RCPT-sender": SmtpFault(stage="RCPT", reply="550 5.1.8 sender's domain refused"),
    **_breaks("RCPT"),
    **_each("DATA", 421, 451, 503, 554),
    **_breaks("DATA"),
    "DATA-250": SmtpFault(stage="DATA", reply="250 what now"),
    **_breaks("body"),
    "body-451": SmtpFault(stage="body", reply="451 not now", then=Then.CLOSE),
    "body-552": SmtpFault(stage="body", reply="552 too much", then=Then.CLOSE),
    "body-421": SmtpFault(stage="body", reply="421 shutting down", then=Then.CLOSE),
    **_each("end", 421, 450, 451, 452, 550, 552, 554),
    **_breaks("end"),
    **_breaks("end", accepts=True),
    "accepted-half-reply": SmtpFault(stage="end", reply="25", then=Then.CLOSE, accepts=True),
    "accepted-garbage": SmtpFault(stage="end", reply="OK!", accepts=True),
    "accepted-354": SmtpFault(stage="end", reply="354 go on", accepts=True),
    "accepted-two-codes": SmtpFault(stage="end", reply="250-fine\r\n451 or not", accepts=True),
    "odd-bytewise": SmtpFault(stage="end", reply="", accepts=True, is_bytewise=True),
    "odd-multiline": SmtpFault(stage="end", reply="250-one\r\n250-two\r\n250 three", accepts=True),
    "odd-close-after": SmtpFault(stage="end", reply="", then=Then.CLOSE, accepts=True),
    "odd-reset-after": SmtpFault(stage="end", reply="", then=Then.RESET, accepts=True),
    "odd-bare-code": SmtpFault(stage="end", reply="250", accepts=True),
}


class FaultySmtp:
    """The server on a free port of 127.0.0.1; a context manager.

    `arrange` sets the faults of the next mails: each is met once, by the first mail that reaches its stage.
    `per_connection` mails are taken on a connection, then the server answers 421. `at_once` connections are
    let in at a time, any other is told 421. `asks_in_vain`: it asks for the mail after refusing its reader,
    and then refuses that as well. `is_bytewise`: every answer arrives in pieces of one byte.
    """

    def __init__(
        self,
        journal: Path,
        *,
        extensions: Sequence[str] = ("8BITMIME", "SIZE 1000000"),
        per_connection: int = 0,
        at_once: int = 0,
        asks_in_vain: bool = False,
        is_bytewise: bool = False,
    ) -> None:
        """Record what is taken in `journal`; offer `extensions` (none: EHLO is not known)."""
        self._journal = Journal(journal)
        self.extensions = tuple(extensions)
        self.per_connection = per_connection
        self.at_once = at_once
        self.asks_in_vain = asks_in_vain
        self.is_bytewise = is_bytewise
        self.dialogues = 0
        self.most_dialogues = 0
        self.envelopes: list[str] = []
        self.logins: list[str] = []
        self.verbs: Counter[str] = Counter()
        self._arranged: deque[SmtpFault] = deque()
        self._lock = Lock()
        self.server = LocalServer(lambda wire: _Dialogue(self, wire).run())

    @property
    def port(self) -> int:
        """Return the port."""
        return self.server.port

    def __enter__(self) -> Self:
        """Start serving."""
        self.server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving."""
        self.server.stop()

    def arrange(self, *names: str) -> None:
        """Let the next mails meet the faults `names`, in order."""
        with self._lock:
            self._arranged.extend(SMTP_FAULTS[name] for name in names)

    def mails(self) -> tuple[ReceivedMail, ...]:
        """Return every mail taken so far, from the journal."""
        return recorded_mails(self._journal)

    def meet(self, stage: str) -> SmtpFault | None:
        """Return the fault for `stage` when it is the next one."""
        with self._lock:
            self.verbs[stage] += 1
            if self._arranged and self._arranged[0].stage == stage:
                return self._arranged.popleft()
        return None

    def let_in(self) -> bool:
        """Count a connection in, unless there are enough."""
        with self._lock:
            if 0 < self.at_once <= self.dialogues:
                return False
            self.dialogues += 1
            self.most_dialogues = max(self.most_dialogues, self.dialogues)
            return True

    def let_out(self) -> None:
        """Count a connection out."""
        with self._lock:
            self.dialogues -= 1

    def record(self, emails: Sequence[str], message: bytes) -> None:
        """Record a mail."""
        record_mail(self._journal, emails, message)


class _Ended(Exception):
    """The server ends this connection."""


class _Dialogue:
    """One connection."""

    def __init__(self, owner: FaultySmtp, wire: socket.socket) -> None:
        self._owner = owner
        self._wire = wire
        self._input = wire.makefile("rb")
        self._email = ""
        self._has_sender = False
        self._taken = 0

    def run(self) -> None:
        with self._input:
            if not self._owner.let_in():
                self._say("421 too many connections")
                return
            try:
                self._meet("greeting", "220 stub.example ESMTP")
                while line := self._input.readline():
                    self._obey(line.decode().strip())
            except _Ended:
                return
            finally:
                self._owner.let_out()

    def _obey(self, line: str) -> None:
        verb, _, rest = line.partition(" ")
        match verb.upper():
            case "EHLO":
                self._greet()
            case "AUTH":
                self._owner.logins.append(rest)
                self._meet("AUTH", "235 welcome")
            case "MAIL" if self._owner.per_connection and self._taken >= self._owner.per_connection:
                self._say("421 enough for one connection")
                raise _Ended
            case "MAIL":
                self._owner.envelopes.append(rest)
                self._email = ""
                self._has_sender = self._meet("MAIL", "250 OK")
            case "RCPT" if self._has_sender:
                if self._meet("RCPT", "250 OK"):
                    self._email = rest.partition("<")[2].rpartition(">")[0]
            case "DATA":
                self._begin_data()
            case "QUIT":
                raise _Ended
            case "RCPT":
                self._say("503 5.5.1 not now")
            case _:
                self._say("250 OK")

    def _greet(self) -> None:
        offered = self._owner.extensions
        lines = ["stub.example", *offered] if offered else []
        said = "\r\n".join(f"250-{one}" for one in lines[:-1]) + f"\r\n250 {lines[-1]}" if lines else ""
        self._meet("EHLO", said or "502 unknown")

    def _begin_data(self) -> None:
        if self._email:
            if self._meet("DATA", "354 go on"):
                self._data()
        elif self._owner.asks_in_vain:
            self._say("354 go on, for nobody")
            self._data()
        else:
            self._say("503 5.5.1 not now")

    def _data(self) -> None:
        lines: list[bytes] = []
        is_first = True
        while (line := self._input.readline()) != b".\r\n":
            if not line:
                raise _Ended
            lines.append(line[1:] if line.startswith(b".") else line)
            if is_first:
                is_first = False
                self._meet("body", "")
        if not self._email:
            self._say("554 5.5.1 no valid recipients")
            return
        fault = self._owner.meet("end")
        if fault is None or fault.accepts:
            self._owner.record([self._email], b"".join(lines))
            self._taken += 1
        self._play(fault, "250 2.0.0 OK queued")

    def _meet(self, stage: str, usual: str) -> bool:
        """Answer at `stage`; return whether all went as usual."""
        fault = self._owner.meet(stage)
        self._play(fault, usual)
        return fault is None

    def _play(self, fault: SmtpFault | None, usual: str) -> None:
        reply = usual if fault is None or fault.reply == "" else fault.reply
        if reply:
            end = b"" if reply == "25" else b"\r\n"
            self._say_bytes(reply.encode() + end, is_bytewise=fault is not None and fault.is_bytewise)
        if fault is None or fault.then is Then.GO_ON:
            return
        if fault.then is Then.HANG:
            self._owner.server.stopping.wait(30)
        if fault.then is Then.RESET:
            reset(self._wire)
        raise _Ended

    def _say(self, reply: str) -> None:
        self._say_bytes(reply.encode() + b"\r\n", is_bytewise=False)

    def _say_bytes(self, data: bytes, *, is_bytewise: bool) -> None:
        is_bytewise = is_bytewise or self._owner.is_bytewise
        for piece in (data[at : at + 1] for at in range(len(data))) if is_bytewise else (data,):
            self._wire.sendall(piece)
