"""The server at Postmark: token, stream and what it can carry."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from newsletter.config.schema import Config, PostmarkConfig
from newsletter.domain.diagnosis import Diagnosis
from newsletter.domain.dns_answer import RecordType
from newsletter.domain.dns_record import DnsRecord
from newsletter.domain.domain_setup import DomainSetup
from newsletter.domain.listed_address import ListedAddress
from newsletter.domain.mailing import Mailing
from newsletter.domain.outcome import Outcome, OutcomeKind
from newsletter.errors import ConfigError, Problem
from newsletter.protocols import Capabilities
from newsletter.providers.hosts import host_problems
from newsletter.providers.keys import reveal_key
from newsletter.providers.messages import ascii_address_problem
from newsletter.providers.postmark.answers import read_stream
from newsletter.providers.postmark.body import PostmarkTemplate
from newsletter.providers.postmark.client import PostmarkClient
from newsletter.providers.postmark.doctor import examine
from newsletter.providers.postmark.shipment import PostmarkShipment
from newsletter.providers.postmark.suppressions import read_stream_list
from newsletter.providers.wire import AnswerLost, NeverLeft

__all__ = ["PostmarkProvider"]

_SECTION = "[provider.postmark]"
_HOST = "https://api.postmarkapp.com"
_STREAM = re.compile(r"[a-z][a-z0-9-]{0,29}")

_RETURN_HOST = "pm.mtasv.net"
"""Where a return path of one's own points to, in Postmark's guide to custom Return-Path domains."""


class PostmarkProvider:
    """Takes mail out through Postmark's API."""

    name = "postmark"
    # POST /email/batch: at most 500 messages a request.
    capabilities = Capabilities(batch_size=500, concurrency=2)

    def __init__(self, config: Config) -> None:
        """Read `[provider.postmark]` and `[privacy]`. Raises ConfigError for a wrong host or stream."""
        self._settings = config.provider.postmark
        self._privacy = config.privacy
        self._sender = config.sender.from_
        ConfigError.raise_if(_check(self._settings))

    def prepare(self, mailing: Mailing) -> PostmarkShipment:
        """Serialise what all readers share. Raises ConfigError without a token or a usable sender."""
        sender = mailing.sender.email
        problem = ascii_address_problem(sender)
        if problem:
            raise ConfigError(Problem(what=f"mail cannot be sent from {sender}", why=problem))
        template = PostmarkTemplate(mailing, self._privacy, self._settings.stream)
        return PostmarkShipment(template, self._client())

    def probe(self) -> Outcome:
        """Ask Postmark for the stream. Raises ConfigError without a token."""
        client = self._client()
        try:
            answer = client.get_stream()
            return read_stream(answer.status, answer.headers, answer.body)
        except NeverLeft as error:
            return Outcome(kind=OutcomeKind.NOT_SENT, detail=str(error))
        except AnswerLost as error:
            return Outcome(kind=OutcomeKind.UNKNOWN, detail=str(error))
        finally:
            client.close()

    def diagnose(self) -> Sequence[Diagnosis]:
        """Look at token, stream, leaving and events. Raises ConfigError without a token."""
        client = self._client()
        try:
            return list(examine(client, self._settings))
        finally:
            client.close()

    def domain_setup(self) -> DomainSetup:
        """Return the return path Postmark names by itself; only an account's token could ask for the rest."""
        if self._sender is None:
            return DomainSetup()
        own = f"pm-bounces.{self._sender.email.rpartition('@')[2].lower()}"
        return DomainSetup(wished=(DnsRecord(name=own, type=RecordType.CNAME, value=_RETURN_HOST),))

    def suppressions(self, since: datetime | None) -> Iterator[ListedAddress]:
        """Yield whom Postmark does not mail through the stream. Raises DeliveryRefused."""
        client = self._client()
        try:
            yield from read_stream_list(client, since)
        finally:
            client.close()

    def describe(self) -> str:
        """Return the stream and address mail goes to."""
        return f"Postmark, stream {self._settings.stream} ({self._url()})"

    def _url(self) -> str:
        return (self._settings.host or _HOST).rstrip("/")

    def _client(self) -> PostmarkClient:
        settings = self._settings
        if settings.server_token is None:
            raise ConfigError(
                Problem(
                    what=f"{_SECTION} has no server_token",
                    fix='write server_token = "env:POSTMARK_SERVER_TOKEN" and export POSTMARK_SERVER_TOKEN=…',
                )
            )
        token = reveal_key(_SECTION, "server_token", settings.server_token, "Postmark", kind="token")
        return PostmarkClient(self._url(), token, settings.stream, settings.timeout_s)


def _check(settings: PostmarkConfig) -> list[Problem]:
    problems = host_problems(_SECTION, settings.host, _HOST)
    if not _STREAM.fullmatch(settings.stream):
        problems.append(
            Problem(
                what=f'{_SECTION} stream is "{settings.stream}"',
                why="the id of a stream has at most 30 lower-case letters, digits and hyphens",
                fix='copy the id from the settings of the stream, such as "broadcast"',
            )
        )
    if not settings.timeout_s > 0:
        problems.append(Problem(what=f"{_SECTION} timeout_s must be more than 0"))
    return problems
