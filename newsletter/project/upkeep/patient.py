"""What the doctor looks at, taken from the configuration and from what the provider says it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.config.schema import Config
from newsletter.doctor.patient import DkimPlace, Patient, domain_of
from newsletter.domain.domain_setup import DomainSetup
from newsletter.errors import CannotAsk, ConfigError
from newsletter.project.waiting import within
from newsletter.protocols import Housing
from newsletter.providers.network import is_loopback

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["make_patient"]

_DKIM = "._domainkey."
_LONGEST_S = 20.0
"""Longest wait for what the provider says it needs, in seconds."""


def make_patient(project: Project, provider: str | None = None) -> Patient | None:
    """Return what is looked at, None without a sender. Asks the provider; raises ConfigError for its name."""
    config = project.config
    sender = config.sender.from_
    if sender is None:
        return None
    name = provider or config.provider.name
    setup, problems = _setup(project, name)
    own = _own_places(config, name, domain_of(sender.email), problems)
    signing = domain_of(f"@{config.sender.domain}") if config.sender.domain else domain_of(sender.email)
    named = [DkimPlace(selector=one, domain=signing) for one in config.checks.dkim_selectors]
    asked = [_place(record.name) for record in setup.records if _DKIM in record.name]
    places = {place.name: place for place in (*named, *asked, *own)}
    bounce_domain = setup.bounce_domain
    if name == "smtp":
        bounce_domain = domain_of(config.provider.smtp.bounce_address or sender.email)
    host = config.provider.smtp.host.lower() if name == "smtp" else ""
    domains = (domain_of(sender.email), signing, bounce_domain or "")
    return Patient(
        sender=sender.email,
        reply_to=(config.sender.reply_to or sender).email,
        provider=name,
        keys=tuple(places.values()),
        bounce_domain=bounce_domain,
        is_bounce_own=setup.is_bounce_own,
        mail_host=host if any(_is_of(host, domain) for domain in domains) else None,
        needed=setup.records,
        wished=setup.wished,
        needed_problem="; ".join(problems) or None,
    )


def _setup(project: Project, name: str) -> tuple[DomainSetup, list[str]]:
    """Return what the provider asks for, and why that is not known."""
    try:
        provider = project.sending.provider(name)
        if not isinstance(provider, Housing):
            return DomainSetup(), []
        return within(provider.domain_setup, longest_s=_LONGEST_S, whom=name), []
    except (ConfigError, CannotAsk) as error:
        return DomainSetup(), [problem.what for problem in error.problems]


def _own_places(config: Config, name: str, domain: str, problems: list[str]) -> list[DkimPlace]:
    """Return where the key stands that mail is signed with here; adds to `problems` why it is not known."""
    smtp = config.provider.smtp
    if name != "smtp" or smtp.dkim_selector is None:
        return []
    record = None
    try:
        if smtp.dkim_key is not None:
            from newsletter.domain.mail_records.dkim_key import key_record  # cryptography is slow to import
            from newsletter.providers.smtp.dkim import read_private_key

            record = key_record(read_private_key(smtp.dkim_key.reveal()))
    except ConfigError as error:
        problems += [problem.what for problem in error.problems]
    return [DkimPlace(selector=smtp.dkim_selector, domain=domain, own_record=record)]


def _is_of(host: str, domain: str) -> bool:
    """Say whether `host` is a server at `domain` or at one above it, and so one's own.

    Others relay mail through servers that readers' servers never see, so those say nothing.
    """
    labels = domain.split(".")
    above = (".".join(labels[start:]) for start in range(len(labels) - 1))
    return bool(host) and not is_loopback(host) and any(f".{host}".endswith(f".{one}") for one in above)


def _place(name: str) -> DkimPlace:
    selector, _, domain = name.partition(_DKIM)
    return DkimPlace(selector=selector, domain=domain)
