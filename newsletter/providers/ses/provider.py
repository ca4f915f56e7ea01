"""The SES account: region, keys and what it can carry."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from newsletter.config.schema import Config, SesConfig
from newsletter.delivery.rate import parse_rate
from newsletter.domain.diagnosis import Diagnosis
from newsletter.domain.domain_setup import DomainSetup
from newsletter.domain.listed_address import ListedAddress
from newsletter.domain.mailing import Mailing
from newsletter.domain.outcome import Outcome, OutcomeKind
from newsletter.errors import ConfigError, Problem
from newsletter.protocols import Capabilities
from newsletter.providers.hosts import host_problems
from newsletter.providers.keys import reveal_key
from newsletter.providers.messages import ascii_address_problem
from newsletter.providers.ses.answers import read_account, read_answer
from newsletter.providers.ses.client import SesClient
from newsletter.providers.ses.doctor import examine
from newsletter.providers.ses.domain_setup import read_domain_setup
from newsletter.providers.ses.pace import Pace
from newsletter.providers.ses.request import SesTemplate
from newsletter.providers.ses.shipment import SesShipment
from newsletter.providers.ses.sigv4 import Credentials
from newsletter.providers.ses.suppressions import read_list
from newsletter.providers.wire import Answer, AnswerLost, NeverLeft

__all__ = ["SesProvider"]

_SECTION = "[provider.ses]"
_MOST_MAILS = 50
_LONGEST_BATCH_S = 5.0
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-[1-9]")
_SET_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


class SesProvider:
    """Takes mail out through the API v2 of Amazon SES."""

    name = "ses"

    def __init__(
        self,
        config: Config,
        *,
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Read `[provider.ses]` and the rate. Raises ConfigError for what cannot work.

        `now` is the time of day, in seconds since 1970; `monotonic` never goes back.
        """
        self._settings = config.provider.ses
        sender = config.sender
        own = sender.from_.email.rpartition("@")[2] if sender.from_ else None
        self._sender_domain = sender.domain or own
        self._now = now
        self._monotonic = monotonic
        self._sleep = sleep
        rate = parse_rate(config.provider.rate) if config.provider.rate else None
        self._seconds_each = rate.per_s / rate.messages if rate else 0.0
        self.capabilities = Capabilities(batch_size=_batch_size(self._seconds_each), concurrency=1)
        ConfigError.raise_if(_check(self._settings))

    def prepare(self, mailing: Mailing) -> SesShipment:
        """Encode what all readers share. Raises ConfigError without keys or a usable sender."""
        sender = mailing.sender.email
        problem = ascii_address_problem(sender)
        if problem:
            raise ConfigError(Problem(what=f"mail cannot be sent from {sender}", why=problem))
        client = self._client()
        pace = Pace(self._seconds_each, self._monotonic, self._sleep)

        def carry(body: bytes) -> Outcome:
            pace.wait()
            answer = _ask(lambda: client.send_email(body))
            if isinstance(answer, Outcome):
                return answer
            return read_answer(answer.status, answer.headers, answer.body, sender, client.now())

        template = SesTemplate(mailing, self._settings.configuration_set)
        return SesShipment(template, carry, client.close, self._settings.connections)

    def probe(self) -> Outcome:
        """Ask what the account may do. Raises ConfigError without keys."""
        client = self._client()
        try:
            answer = _ask(client.get_account)
            if isinstance(answer, Outcome):
                return answer
            return read_account(answer.status, answer.headers, answer.body, client.now())
        finally:
            client.close()

    def diagnose(self) -> Sequence[Diagnosis]:
        """Look at account, quota, sender and events. Raises ConfigError without keys."""
        client = self._client()
        per_second = 1 / self._seconds_each if self._seconds_each else None
        try:
            return examine(client, self._settings, self._sender_domain, per_second)
        finally:
            client.close()

    def domain_setup(self) -> DomainSetup:
        """Return what SES wants published. Raises ConfigError without keys, CannotAsk."""
        client = self._client()
        try:
            domain = self._sender_domain
            return read_domain_setup(client, domain, self._settings.region) if domain else DomainSetup()
        finally:
            client.close()

    def suppressions(self, since: datetime | None) -> Iterator[ListedAddress]:
        """Yield whom SES does not mail, on its list since `since`. Raises DeliveryRefused."""
        client = self._client()
        try:
            yield from read_list(client, since)
        finally:
            client.close()

    def describe(self) -> str:
        """Return the region and address mail goes to."""
        return f"Amazon SES, region {self._settings.region} ({self._url()})"

    def _url(self) -> str:
        settings = self._settings
        top = "amazonaws.com.cn" if settings.region.startswith("cn-") else "amazonaws.com"
        return (settings.host or f"https://email.{settings.region}.{top}").rstrip("/")

    def _client(self) -> SesClient:
        settings = self._settings
        missing = [
            Problem(
                what=f"{_SECTION} has no {name}",
                fix=f'write {name} = "env:{variable}" and export {variable}=…',
            )
            for name, variable, secret in (
                ("access_key", "AWS_ACCESS_KEY_ID", settings.access_key),
                ("secret_key", "AWS_SECRET_ACCESS_KEY", settings.secret_key),
            )
            if secret is None
        ]
        ConfigError.raise_if(missing)
        assert settings.access_key is not None
        assert settings.secret_key is not None
        token = settings.session_token
        credentials = Credentials(
            access_key=reveal_key(_SECTION, "access_key", settings.access_key, "AWS"),
            secret_key=reveal_key(_SECTION, "secret_key", settings.secret_key, "AWS"),
            session_token=reveal_key(_SECTION, "session_token", token, "AWS") if token else None,
        )
        return SesClient(self._url(), credentials, settings.region, settings.timeout_s, self._now)


def _batch_size(seconds_each: float) -> int:
    """Return how many mails are under way together, when each takes `seconds_each` of the rate.

    One request carries one mail, and the connections work side by side inside a batch. A crash leaves a
    batch unknown as a whole, and pausing waits for it, so it may not take long.
    """
    if seconds_each * _MOST_MAILS <= _LONGEST_BATCH_S:
        return _MOST_MAILS
    return max(1, int(_LONGEST_BATCH_S / seconds_each))


def _ask(call: Callable[[], Answer]) -> Answer | Outcome:
    try:
        return call()
    except NeverLeft as error:
        return Outcome(kind=OutcomeKind.NOT_SENT, detail=str(error))
    except AnswerLost as error:
        return Outcome(kind=OutcomeKind.UNKNOWN, detail=str(error))


def _check(settings: SesConfig) -> list[Problem]:
    problems = host_problems(_SECTION, settings.host, "https://email.eu-west-1.amazonaws.com")
    if not _REGION.fullmatch(settings.region):
        said = f'region is "{settings.region}"' if settings.region else "has no region"
        problems.append(Problem(what=f"{_SECTION} {said}", fix='write region = "eu-west-1"'))
    name = settings.configuration_set
    if name is not None and not _SET_NAME.fullmatch(name):
        problems.append(
            Problem(
                what=f'{_SECTION} configuration_set is "{name}"',
                why="such a name has at most 64 letters, digits, - and _",
                fix="copy the name from the SES console, without the ARN before it",
            )
        )
    if not settings.timeout_s > 0:
        problems.append(Problem(what=f"{_SECTION} timeout_s must be more than 0"))
    if settings.connections < 1:
        problems.append(Problem(what=f"{_SECTION} connections must be at least 1"))
    return problems
