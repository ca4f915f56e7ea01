"""A mail server as a provider: its address, security and login."""

from __future__ import annotations

from collections.abc import Callable

from newsletter.config.schema import Config
from newsletter.domain.mailing import Mailing, Recipient
from newsletter.domain.outcome import Outcome
from newsletter.errors import ConfigError, Problem
from newsletter.protocols import Capabilities
from newsletter.providers.smtp.login import Login
from newsletter.providers.smtp.opening import Server
from newsletter.providers.smtp.payload import envelope_problem
from newsletter.providers.smtp.pool import Pool
from newsletter.providers.smtp.settings import settings_problems
from newsletter.providers.smtp.shipment import SmtpShipment
from newsletter.providers.smtp.tokens import Tokens
from newsletter.render.message import MessageTemplate

__all__ = ["SmtpProvider"]

_BATCH = 64
_MAILS_EACH = 8  # that wait for each connection, or are on it


class SmtpProvider:
    """Takes mail out through any mail server."""

    name = "smtp"

    def __init__(self, config: Config) -> None:
        """Read `[provider.smtp]`. Raises ConfigError for what cannot work or would leak a password."""
        self._settings = config.provider.smtp
        ConfigError.raise_if(settings_problems(self._settings))
        command = self._settings.token_command
        self._tokens = Tokens(command, config.root) if command else None
        self._pool = Pool(self._settings.connections, self._settings.messages_per_connection or 0)
        # One batch more than keeps every connection busy, so that none waits while the next is written or a
        # last one is slow. A crash leaves at most these batches unknown.
        concurrency = 1 + -(-self._settings.connections * _MAILS_EACH // _BATCH)
        self.capabilities = Capabilities(batch_size=_BATCH, concurrency=concurrency)

    def prepare(self, mailing: Mailing) -> SmtpShipment:
        """Encode what all readers share. Raises ConfigError without a password or a usable sender."""
        sender = mailing.sender.email
        problem = envelope_problem(sender)
        if not sender.isascii():
            problem = "letters outside ASCII before the @ need SMTPUTF8 (RFC 6531) of every reader's server"
        if problem:
            raise ConfigError(Problem(what=f"mail cannot be sent from {sender}", why=problem))
        write = self._writer(MessageTemplate(mailing).build, sender)
        bounces = self._settings.bounce_address or sender
        return SmtpShipment(self._pool, self._server(), bounces, write)

    def probe(self) -> Outcome:
        """Connect, greet and log in. Raises ConfigError without a password."""
        server = self._server()
        self._pool.enter()
        try:
            return self._pool.probe(server)
        finally:
            self._pool.leave()

    def describe(self) -> str:
        """Return the server and how the way to it is secured."""
        settings = self._settings
        user = f" as {settings.username}" if settings.username else ""
        return f"mail server {settings.host}:{settings.port} ({settings.security}){user}"

    def _writer(self, build: Callable[[Recipient], bytes], sender: str) -> Callable[[Recipient], bytes]:
        """Return what writes a reader's message, signed when there is a key. Raises ConfigError."""
        settings = self._settings
        if settings.dkim_key is None or settings.dkim_selector is None:
            return build
        from newsletter.providers.smtp.dkim import open_signer  # cryptography is slow to import

        domain = sender.rpartition("@")[2].lower()
        signer = open_signer(domain, settings.dkim_selector, settings.dkim_key.reveal())
        return lambda recipient: signer.sign(build(recipient))

    def _server(self) -> Server:
        settings = self._settings
        return Server(
            host=settings.host,
            port=settings.port,
            security=settings.security,
            timeout_s=settings.timeout_s,
            login=self._login(),
        )

    def _login(self) -> Login | None:
        settings, name = self._settings, self._settings.username
        if name is not None and self._tokens is not None:
            return Login(username=name, secret=self._tokens.current(), is_token=True, tokens=self._tokens)
        secret = settings.token or settings.password
        if name is None or secret is None:
            return None
        return Login(username=name, secret=secret.reveal(), is_token=settings.token is not None)
