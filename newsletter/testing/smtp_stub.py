"""A mail server (aiosmtpd) that records what it takes before it says so.

As a process: `python -m newsletter.testing.smtp_stub --journal FILE` prints its port on the first line and
stops at the end of its input.
"""

from __future__ import annotations

import argparse
import asyncio
import ssl
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from newsletter.testing.received import Journal, ReceivedMail, read_message

__all__ = ["PASSWORD", "USERNAME", "SmtpStub", "record_mail", "recorded_mails"]

USERNAME = "newsletter"
PASSWORD = "pässword"  # noqa: S105  # of a server in a test


def record_mail(journal: Journal, emails: Sequence[str], message: bytes) -> None:
    """Record that `message` was taken for `emails`."""
    for email in emails:
        journal.record({"email": email, "message": message.decode("latin-1")})


def recorded_mails(journal: Journal) -> tuple[ReceivedMail, ...]:
    """Return what `record_mail` recorded."""
    return tuple(
        read_message(str(entry["message"]).encode("latin-1"), str(entry["email"]))
        for entry in journal.entries()
    )


class SmtpStub:
    """The server on a free port of 127.0.0.1; a context manager.

    With `tls` it offers STARTTLS, or speaks TLS from the start when `is_implicit`. With `needs_login` it
    takes USERNAME and PASSWORD. `refused` are addresses answered with 550; `refuse_sender` answers any
    sender so.
    """

    def __init__(
        self,
        journal: Path,
        *,
        tls: ssl.SSLContext | None = None,
        is_implicit: bool = False,
        needs_login: bool = False,
        refused: Sequence[str] = (),
    ) -> None:
        """Record what is taken in `journal`."""
        self._journal = Journal(journal)
        self._tls = tls
        self._is_implicit = is_implicit
        self._needs_login = needs_login
        self.refused = set(refused)
        self.refuse_sender = False
        self.port = 0
        self.connections = 0
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever)

    def __enter__(self) -> Self:
        """Start serving."""
        self._thread.start()
        starting = asyncio.run_coroutine_threadsafe(self._start(), self._loop)
        self._server = starting.result(10)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving."""
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def mails(self) -> tuple[ReceivedMail, ...]:
        """Return every mail taken so far, from the journal."""
        return recorded_mails(self._journal)

    async def handle_MAIL(  # noqa: N802  # aiosmtpd's name for a hook
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse a sender."""
        if self.refuse_sender:
            return "550 5.7.1 you may not send from here"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name for a hook
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        if address in self.refused:
            return "550 5.1.1 no such reader"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802  # aiosmtpd's name for a hook
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Record a mail, then take it."""
        message = envelope.content
        assert isinstance(message, bytes)
        record_mail(self._journal, envelope.rcpt_tos, message)
        return "250 2.0.0 OK queued"

    async def _start(self) -> asyncio.Server:
        def protocol() -> SMTP:
            self.connections += 1
            with warnings.catch_warnings():
                # It warns of a login without TLS, which is what some tests are about.
                warnings.simplefilter("ignore", UserWarning)
                return self._open_server()

        context = self._tls if self._is_implicit else None
        return await self._loop.create_server(protocol, "127.0.0.1", 0, ssl=context)

    def _open_server(self) -> SMTP:
        return SMTP(
            self,
            loop=self._loop,
            hostname="stub.example",
            tls_context=None if self._is_implicit else self._tls,
            require_starttls=self._tls is not None and not self._is_implicit,
            auth_required=self._needs_login,
            auth_require_tls=False,
            authenticator=_authenticate if self._needs_login else None,
        )

    async def _stop(self) -> None:
        self._server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._server.wait_closed()


def _authenticate(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object
) -> AuthResult:
    assert isinstance(data, LoginPassword)
    is_right = (data.login, data.password) == (USERNAME.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=False)


def _main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--journal", type=Path, required=True)
    options = parser.parse_args(arguments)
    with SmtpStub(options.journal) as stub:
        sys.stdout.write(f"{stub.port}\n")
        sys.stdout.flush()
        sys.stdin.buffer.read()


if __name__ == "__main__":
    _main()
