"""The SendGrid account: address, key and what it can carry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from python_http_client.exceptions import HTTPError
from sendgrid.base_interface import region_host_dict

from newsletter.config.schema import Config
from newsletter.domain.address import Mailbox
from newsletter.domain.campaign import Fence
from newsletter.domain.diagnosis import Diagnosis
from newsletter.domain.domain_setup import DomainSetup
from newsletter.domain.listed_address import ListedAddress
from newsletter.domain.mailing import Mailing
from newsletter.domain.outcome import Outcome, OutcomeKind
from newsletter.errors import ConfigError, Problem
from newsletter.protocols import Capabilities
from newsletter.providers.hosts import host_problems
from newsletter.providers.keys import reveal_key
from newsletter.providers.sendgrid.answers import read_scopes
from newsletter.providers.sendgrid.body import BodyTemplate
from newsletter.providers.sendgrid.client import KeepAliveClient, open_client
from newsletter.providers.sendgrid.doctor import examine
from newsletter.providers.sendgrid.domain_setup import read_domain_setup
from newsletter.providers.sendgrid.fences import NOTICE, Fences
from newsletter.providers.sendgrid.shipment import SendgridShipment
from newsletter.providers.sendgrid.suppressions import read_lists
from newsletter.providers.wire import AnswerLost, NeverLeft

__all__ = ["SendgridProvider"]

_SECTION = "[provider.sendgrid]"
_SHORTEST_LEAD = 15
_LONGEST_LEAD = 70 * 60


class SendgridProvider:
    """Takes mail out through SendGrid's v3 API."""

    name = "sendgrid"

    def __init__(self, config: Config) -> None:
        """Read `[provider.sendgrid]` and `[privacy]`. Raises ConfigError for a wrong region or host."""
        self._settings = config.provider.sendgrid
        self._privacy = config.privacy
        base_url = (config.site.base_url or config.newsletter.base_url).rstrip("/")
        self._hook = f"{base_url}/hooks/{self.name}" if base_url else None
        self._sender_domain = config.sender.domain or _domain_of(config.sender.from_)
        problems = [
            *_check_region(self._settings.region),
            *host_problems(_SECTION, self._settings.host, "https://api.sendgrid.com"),
        ]
        if not self._settings.timeout_s > 0:
            problems.append(Problem(what=f"{_SECTION} timeout_s must be more than 0"))
        problems += _check_lead(self._settings.fence_lead_minutes)
        ConfigError.raise_if(problems)
        # mail/send: at most 1,000 personalizations a request.
        self.capabilities = Capabilities(
            batch_size=1000, concurrency=4, can_recall=self._settings.fence, is_atomic=True
        )

    def prepare(self, mailing: Mailing) -> SendgridShipment:
        """Serialise what all readers share. Raises ConfigError without a key or with a wrong header."""
        settings = self._settings
        lead = timedelta(minutes=settings.fence_lead_minutes) if settings.fence else None
        return SendgridShipment(BodyTemplate(mailing, self._privacy), self._client(), lead)

    def probe(self) -> Outcome:
        """Ask SendGrid what the key may do. Raises ConfigError without a key."""
        client = self._client()
        try:
            answer = client.scopes.get()
            return read_scopes(answer.status_code, answer.headers, answer.body)
        except HTTPError as error:
            return read_scopes(error.status_code, error.headers, error.body)
        except NeverLeft as error:
            return Outcome(kind=OutcomeKind.NOT_SENT, detail=str(error))
        except AnswerLost as error:
            return Outcome(kind=OutcomeKind.UNKNOWN, detail=str(error))
        finally:
            client.close()

    def forget(self, fences: Sequence[Fence]) -> int:
        """Delete the cancellations of `fences` whose time is over at SendGrid; return how many."""
        client = self._client()
        try:
            return Fences(client, NOTICE).take_down(fences)
        finally:
            client.close()

    def diagnose(self) -> Sequence[Diagnosis]:
        """Look at key, sender, credits and webhook. Raises ConfigError without a key."""
        client = self._client()
        try:
            return examine(client, self._settings, self._sender_domain, self._hook)
        finally:
            client.close()

    def domain_setup(self) -> DomainSetup:
        """Return what SendGrid wants published. Raises ConfigError without a key, CannotAsk."""
        client = self._client()
        try:
            return read_domain_setup(client, self._sender_domain)
        finally:
            client.close()

    def suppressions(self, since: datetime | None) -> Iterator[ListedAddress]:
        """Yield whom SendGrid does not mail, on the lists since `since`. Raises DeliveryRefused."""
        client = self._client()
        try:
            yield from read_lists(client, since)
        finally:
            client.close()

    def describe(self) -> str:
        """Return the region and address mail goes to."""
        settings = self._settings
        where = f"SendGrid, region {settings.region} ({settings.host or region_host_dict[settings.region]})"
        if not settings.fence:
            return where
        return f"{where}; mail waits there for {settings.fence_lead_minutes} minutes (fence)"

    def _client(self) -> KeepAliveClient:
        settings = self._settings
        if settings.api_key is None:
            raise ConfigError(
                Problem(
                    what=f"{_SECTION} has no api_key",
                    fix='write api_key = "env:SENDGRID_API_KEY" and export SENDGRID_API_KEY=…',
                )
            )
        key = reveal_key(_SECTION, "api_key", settings.api_key, "SendGrid")
        return open_client(key, settings.region, settings.host, settings.timeout_s)


def _domain_of(mailbox: Mailbox | None) -> str | None:
    return mailbox.email.rpartition("@")[2] if mailbox else None


def _check_lead(minutes: int) -> list[Problem]:
    if _SHORTEST_LEAD <= minutes <= _LONGEST_LEAD:
        return []
    return [
        Problem(
            what=f"{_SECTION} fence_lead_minutes is {minutes}",
            why="SendGrid cancels for certain until ten minutes before, and holds mail for 72 hours",
            fix=f"write a number from {_SHORTEST_LEAD} to {_LONGEST_LEAD:,}; 20 is usual",
        )
    ]


def _check_region(region: str) -> list[Problem]:
    if region in region_host_dict:
        return []
    known = '" or "'.join(sorted(region_host_dict))
    return [Problem(what=f'{_SECTION} region is "{region}"', fix=f'write "{known}"')]
