"""A dialogue with one mail server: mail after mail, and what became of each.

No library can tell "not sent" from "unknown": one exception stands for a connection that broke before the
mail began and for one that broke after its end, and asking again then sends twice or loses. So this client
is our own. The final line feed of the terminating dot is held back until everything before it is with the
kernel: whatever fails earlier is provably not sent, whatever fails later is unknown (RFC 1047).

Where the server offers PIPELINING, the line feed takes the next envelope along (RFC 2920 3.1), so that a mail
costs little more than one round trip.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from newsletter.domain.outcome import Outcome, OutcomeKind
from newsletter.providers.smtp.opening import Server, open_dialogue
from newsletter.providers.smtp.payload import SmtpMail
from newsletter.providers.smtp.replies import Stage, read_refusal
from newsletter.providers.smtp.reply import Reply
from newsletter.providers.smtp.wire import Wire, WireBroken

__all__ = ["Following", "Session", "Stale"]

Following = Callable[[], SmtpMail | None]
"""Gives the mail that this connection is to carry next, if there is one; it is then this connection's."""


class Stale(Exception):
    """The connection ended before anything of this mail; another connection may carry it."""


class Session:
    """An open dialogue that can carry mail; `carried` counts the mails that were begun on it."""

    def __init__(self, wire: Wire, extensions: Mapping[str, str]) -> None:
        """Speak over `wire` with a server that offers `extensions`; `open` makes sessions."""
        self._wire = wire
        self._extensions = extensions
        self._announced: SmtpMail | None = None
        self.is_open = True
        self.carried = 0

    @classmethod
    async def open(cls, server: Server) -> Session:
        """Connect, greet, secure and log in. Raises WireBroken or Refused."""
        return cls(*await open_dialogue(server))

    @property
    def is_usable(self) -> bool:
        """Say whether the dialogue can go on, after a pause: the server may have said goodbye meanwhile."""
        return self.is_open and self._wire.is_quiet

    def problem(self, mail: SmtpMail) -> Outcome | None:
        """Return why this server cannot take `mail` at all, None when it may."""
        limit = self._extensions.get("SIZE", "").strip()
        if mail.needs_utf8 and "SMTPUTF8" not in self._extensions:
            why = (
                "the address has letters outside ASCII before the @, which needs SMTPUTF8 (RFC 6531), "
                "and the server does not offer it"
            )
        elif not mail.data.isascii() and "8BITMIME" not in self._extensions:
            why = "the server takes no 8-bit mail"
        elif limit.isascii() and limit.isdigit() and 0 < int(limit) < len(mail.data):  # RFC 1870 4
            why = f"the mail has {len(mail.data)} bytes, and the server takes no more than {limit}"
        else:
            return None
        return Outcome(kind=OutcomeKind.REJECTED, detail=why)

    async def deliver(self, mail: SmtpMail, following: Following) -> Outcome:
        """Hand over one mail, for which there is no `problem`.

        `following` is asked once, when the mail is about to end; what it gives is announced to the server
        already and has to be delivered next, as long as the session is open.
        Raises Stale when the connection turned out dead before this mail, WireBroken when it broke before
        the last byte left.
        """
        self.carried += 1
        if "PIPELINING" not in self._extensions:
            refusal = await self._envelope(mail)
            return await self._hand_over(mail) if refusal is None else refusal
        refusal = await self._envelope_at_once(mail)
        return await self._hand_over(mail, following) if refusal is None else refusal

    def close(self, *, politely: bool = False) -> None:
        """Close the connection, with a QUIT when `politely`."""
        if self.is_open and politely:
            self._wire.send_if_possible(b"QUIT\r\n")
        self.is_open = False
        self._wire.close()

    # --- the envelope ---------------------------------------------------------------------------------

    async def _envelope(self, mail: SmtpMail) -> Outcome | None:
        """Say the envelope, waiting for each reply; return what a refusal means, None when all went well."""
        sender, *others = self._lines(mail)
        await self._say_first(sender.encode())
        refusal = self._judge_sender(await self._first_reply())
        for stage, line in zip((Stage.RCPT, Stage.DATA), others, strict=True):
            if refusal is not None:
                return refusal
            reply = await self._wire.command(line.removesuffix("\r\n"))
            refusal = None if _is_agreement(stage, reply) else await self._refuse(stage, reply)
        return refusal

    async def _envelope_at_once(self, mail: SmtpMail) -> Outcome | None:
        """Do the same in one round trip: DATA comes last, as what follows it depends on its reply (RFC 2920).

        A server may ask for the mail (354) although it refused the reader: it then gets an empty one, which
        it has to refuse (RFC 2920 3.1), so that the dialogue can go on.
        """
        if self._announced is not mail:
            await self._say_first("".join(self._lines(mail)).encode())
        self._announced = None
        refusal = self._judge_sender(await self._first_reply(), politely=False)
        if refusal is not None:
            return refusal
        rcpt = await self._wire.reply()
        if rcpt.code == 421:
            return await self._refuse(Stage.RCPT, rcpt)
        data = await self._wire.reply()
        if _is_agreement(Stage.RCPT, rcpt):
            return None if _is_agreement(Stage.DATA, data) else await self._refuse(Stage.DATA, data)
        if data.code == 354:
            await self._end_in_vain()
            return read_refusal(Stage.RCPT, rcpt)
        return await self._refuse(Stage.RCPT, rcpt)

    def _lines(self, mail: SmtpMail) -> tuple[str, str, str]:
        parameters = f" SIZE={len(mail.data)}" if "SIZE" in self._extensions else ""
        if not mail.data.isascii():
            parameters += " BODY=8BITMIME"
        if mail.needs_utf8:
            parameters += " SMTPUTF8"
        return f"MAIL FROM:<{mail.sender}>{parameters}\r\n", f"RCPT TO:<{mail.email}>\r\n", "DATA\r\n"

    async def _say_first(self, envelope: bytes) -> None:
        try:
            await self._wire.send(envelope)
        except WireBroken as error:
            raise Stale(str(error)) from error

    async def _first_reply(self) -> Reply:
        try:
            return await self._wire.reply()
        except WireBroken as error:
            raise Stale(str(error)) from error

    def _judge_sender(self, reply: Reply, *, politely: bool = True) -> Outcome | None:
        if reply.code == 421:
            raise Stale(f"{Stage.MAIL}: {reply.text}")
        if reply.code == 250:
            return None
        # A server that will not begin wants a pause.
        self.close(politely=politely)
        return read_refusal(Stage.MAIL, reply)

    async def _end_in_vain(self) -> None:
        try:
            await self._wire.send(b".\r\n")
            await self._wire.reply()
        except WireBroken:
            self.close()

    async def _refuse(self, stage: Stage, reply: Reply) -> Outcome:
        """Return what the refusal means, and make the dialogue ready for the next mail."""
        if reply.code == 421:
            self.close()
        elif stage is not Stage.END:
            try:
                if (await self._wire.command("RSET")).code != 250:
                    self.close(politely=True)
            except WireBroken:
                self.close()
        return read_refusal(stage, reply)

    # --- the mail -------------------------------------------------------------------------------------

    async def _hand_over(self, mail: SmtpMail, following: Following | None = None) -> Outcome:
        view = memoryview(mail.data)
        if not await self._wire.send_listening(view[:-1]):
            return await self._interrupted()
        last = mail.data[-1:]
        self._announced = following() if following is not None else None
        if self._announced is not None:
            last += "".join(self._lines(self._announced)).encode()
        try:
            await self._wire.send(last)
            reply = await self._wire.reply()
        except WireBroken as error:
            self.close()
            return Outcome(kind=OutcomeKind.UNKNOWN, detail=f"after the last byte: {error}")
        if reply.code // 100 == 2:
            said = reply.text
            return Outcome(kind=OutcomeKind.ACCEPTED, detail=said, provider_id=said, status=reply.code)
        if reply.code // 100 == 3:
            self.close()
            return Outcome(kind=OutcomeKind.UNKNOWN, detail=f"{Stage.END}: {reply.text}", status=reply.code)
        return await self._refuse(Stage.END, reply)

    async def _interrupted(self) -> Outcome:
        """Return what the server says before the end of the mail; it should not have taken it.

        One that says it has, may: a server that takes the bare CR we have sent for a line end has met the
        final dot.
        """
        reply = await self._wire.reply()  # WireBroken: not sent
        self.close()
        if reply.code // 100 == 2:
            detail = f"before the end of the mail: {reply.text}"
            return Outcome(kind=OutcomeKind.UNKNOWN, detail=detail, status=reply.code)
        if reply.code < 400:
            raise WireBroken(f"the server answered before the end of the mail: {reply.text}")
        return read_refusal(Stage.END, reply)


def _is_agreement(stage: Stage, reply: Reply) -> bool:
    return reply.code == 354 if stage is Stage.DATA else reply.code in (250, 251, 252)
