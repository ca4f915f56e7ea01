"""A dialogue with one mail server: greeting, TLS, login, then mail after mail.

The final line feed of the terminating dot is held back until everything before it is with the kernel:
whatever fails earlier is provably not sent, whatever fails later is unknown (RFC 1047).
"""

from __future__ import annotations

import contextlib
import ssl
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.domain.outcome import Outcome, OutcomeKind
from newsletter.providers.smtp.replies import Stage, read_refusal
from newsletter.providers.smtp.wire import Reply, Wire, WireBroken

__all__ = ["Login", "Refused", "Server", "Session", "Stale"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """User name and password; never printed."""

    username: str
    password: str

    def __repr__(self) -> str:
        return f"Login(username={self.username!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where to go and how: `security` is `starttls`, `tls` or `none`."""

    host: str
    port: int
    security: str
    timeout_s: float
    login: Login | None = None


class Refused(Exception):
    """The server refused us before any mail; `outcome` says what that means."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.detail)
        self.outcome = outcome


class Stale(Exception):
    """The connection ended before anything of this mail; another connection may carry it."""


class Session:
    """An open dialogue that can carry mail."""

    def __init__(self, server: Server) -> None:
        """Connect, greet, secure and log in. Raises WireBroken or Refused."""
        self._wire = Wire(server.host, server.port, server.timeout_s)
        self._extensions: dict[str, str] = {}
        self.is_open = True
        try:
            self._begin(server)
        except (WireBroken, Refused):
            self.close()
            raise

    def deliver(self, sender: str, email: str, data: bytes) -> Outcome:
        """Hand over one mail; `data` is dot-stuffed and ends in `CRLF.CRLF`.

        Raises Stale when the connection turned out dead before this mail, WireBroken when it broke before
        the last byte left.
        """
        is_8bit = not data.isascii()
        if is_8bit and "8BITMIME" not in self._extensions:
            return Outcome(kind=OutcomeKind.REJECTED, detail="the server takes no 8-bit mail")
        lines = (
            f"MAIL FROM:<{sender}>{self._parameters(len(data), is_8bit=is_8bit)}",
            f"RCPT TO:<{email}>",
            "DATA",
        )
        at_once = "PIPELINING" in self._extensions
        refusal = self._envelope_at_once(lines) if at_once else self._envelope(lines)
        return self._hand_over(data) if refusal is None else refusal

    def is_alive(self) -> bool:
        """Say whether the server still listens, after a pause."""
        if not self.is_open or self._wire.has_spoken():
            return False
        try:
            return self._wire.command("RSET").code == 250
        except WireBroken:
            return False

    def close(self, *, politely: bool = False) -> None:
        """Close the connection, with a QUIT when `politely`."""
        if self.is_open and politely:
            with contextlib.suppress(WireBroken):  # closing anyway
                self._wire.send(b"QUIT\r\n")
        self.is_open = False
        self._wire.close()

    # --- opening --------------------------------------------------------------------------------------

    def _begin(self, server: Server) -> None:
        context = ssl.create_default_context() if server.security != "none" else None
        if server.security == "tls" and context is not None:
            self._wire.secure(context, server.host)
        _demand(Stage.GREETING, self._wire.reply(), 220)
        self._greet(may_fall_back=server.security != "starttls" and server.login is None)
        if server.security == "starttls" and context is not None:
            self._start_tls(context, server.host)
        if server.login is not None:
            self._log_in(server.login)

    def _greet(self, *, may_fall_back: bool) -> None:
        reply = self._wire.command(f"EHLO {self._wire.own_name}")
        if may_fall_back and reply.code in (500, 502, 504):  # RFC 5321 3.2: a server from before 1995
            _demand(Stage.EHLO, self._wire.command(f"HELO {self._wire.own_name}"), 250)
            self._extensions = {}
            return
        _demand(Stage.EHLO, reply, 250)
        words = (line.partition(" ") for line in reply.lines[1:])
        self._extensions = {keyword.upper(): rest for keyword, _, rest in words}

    def _start_tls(self, context: ssl.SSLContext, host: str) -> None:
        if "STARTTLS" not in self._extensions:
            raise Refused(_halt("the server offers no STARTTLS; mail never goes on in the clear"))
        _demand(Stage.STARTTLS, self._wire.command("STARTTLS"), 220)
        self._wire.secure(context, host)
        self._greet(may_fall_back=False)

    def _log_in(self, login: Login) -> None:
        offered = self._extensions.get("AUTH", "").upper().split()
        if "PLAIN" in offered:  # RFC 4616
            secret = f"\0{login.username}\0{login.password}"
            reply = self._wire.command(f"AUTH PLAIN {_base64(secret)}")
        elif "LOGIN" in offered:
            reply = self._wire.command("AUTH LOGIN")
            for answer in (login.username, login.password):
                if reply.code == 334:
                    reply = self._wire.command(_base64(answer))
        else:
            raise Refused(_halt("the server offers no login we know (PLAIN or LOGIN)"))
        _demand(Stage.AUTH, reply, 235)

    # --- one mail -------------------------------------------------------------------------------------

    def _envelope(self, lines: Sequence[str]) -> Outcome | None:
        """Say the envelope, waiting for each reply; return what a refusal means, None when all went well."""
        mail, rcpt, data = lines
        refusal = self._judge_mail(self._reply_to_mail(mail))
        for stage, line in ((Stage.RCPT, rcpt), (Stage.DATA, data)):
            if refusal is not None:
                return refusal
            reply = self._wire.command(line)
            refusal = None if _is_agreement(stage, reply) else self._refuse(stage, reply)
        return refusal

    def _envelope_at_once(self, lines: Sequence[str]) -> Outcome | None:
        """Do the same in one round trip: DATA comes last, as what follows it depends on its reply (RFC 2920).

        A server may ask for the mail (354) although it refused the reader: it then gets an empty one, which
        it has to refuse (RFC 2920 3.1), so that the dialogue can go on.
        """
        mail = self._reply_to_mail("\r\n".join(lines))
        if mail.code == 250:
            rcpt = self._wire.reply()
            if rcpt.code == 421:
                return self._refuse(Stage.RCPT, rcpt)
            data = self._wire.reply()
        else:
            refusal = self._judge_mail(mail, politely=False)
            assert refusal is not None, "it is no agreement"
            return refusal
        if _is_agreement(Stage.RCPT, rcpt):
            return None if _is_agreement(Stage.DATA, data) else self._refuse(Stage.DATA, data)
        if data.code == 354:
            self._end_in_vain()
            return read_refusal(Stage.RCPT, rcpt)
        return self._refuse(Stage.RCPT, rcpt)

    def _end_in_vain(self) -> None:
        try:
            self._wire.send(b".\r\n")
            self._wire.reply()
        except WireBroken:
            self.close()

    def _reply_to_mail(self, line: str) -> Reply:
        try:
            self._wire.send(line.encode("ascii") + b"\r\n")
            return self._wire.reply()
        except WireBroken as error:
            raise Stale(str(error)) from error

    def _judge_mail(self, reply: Reply, *, politely: bool = True) -> Outcome | None:
        if reply.code == 421:
            raise Stale(f"{Stage.MAIL}: {reply.text}")
        if reply.code == 250:
            return None
        # A server that will not begin wants a pause.
        self.close(politely=politely)
        return read_refusal(Stage.MAIL, reply)

    def _parameters(self, size: int, *, is_8bit: bool) -> str:
        declared = f" SIZE={size}" if "SIZE" in self._extensions else ""
        return declared + (" BODY=8BITMIME" if is_8bit else "")

    def _refuse(self, stage: Stage, reply: Reply) -> Outcome:
        """Return what the refusal means, and make the dialogue ready for the next mail."""
        if reply.code == 421:
            self.close()
        elif stage is not Stage.END:
            try:
                if self._wire.command("RSET").code != 250:
                    self.close(politely=True)
            except WireBroken:
                self.close()
        return read_refusal(stage, reply)

    def _hand_over(self, data: bytes) -> Outcome:
        self._wire.send(memoryview(data)[:-1])
        if self._wire.has_spoken():
            return self._interrupted()
        try:
            self._wire.send(data[-1:])
            reply = self._wire.reply()
        except WireBroken as error:
            self.close()
            return Outcome(kind=OutcomeKind.UNKNOWN, detail=f"after the last byte: {error}")
        if reply.code // 100 == 2:
            return Outcome(
                kind=OutcomeKind.ACCEPTED, detail=reply.text, provider_id=reply.text, status=reply.code
            )
        if reply.code // 100 == 3:
            self.close()
            return Outcome(kind=OutcomeKind.UNKNOWN, detail=f"{Stage.END}: {reply.text}", status=reply.code)
        return self._refuse(Stage.END, reply)

    def _interrupted(self) -> Outcome:
        """Return what the server says before the end of the mail; it should not have taken it.

        One that says it has, may: a server that takes the bare CR we have sent for a line end has met the
        final dot.
        """
        reply = self._wire.reply()  # WireBroken: not sent
        self.close()
        if reply.code // 100 == 2:
            detail = f"before the end of the mail: {reply.text}"
            return Outcome(kind=OutcomeKind.UNKNOWN, detail=detail, status=reply.code)
        if reply.code < 400:
            raise WireBroken(f"the server answered before the end of the mail: {reply.text}")
        return read_refusal(Stage.END, reply)


def _is_agreement(stage: Stage, reply: Reply) -> bool:
    return reply.code == 354 if stage is Stage.DATA else reply.code in (250, 251, 252)


def _demand(stage: Stage, reply: Reply, code: int) -> None:
    if reply.code != code:
        raise Refused(read_refusal(stage, reply))


def _halt(detail: str) -> Outcome:
    return Outcome(kind=OutcomeKind.HALT, detail=detail)


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()
