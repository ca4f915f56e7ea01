"""What a provider wants published at the sender's domain."""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.domain.dns_record import DnsRecord

__all__ = ["DomainSetup"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainSetup:
    """The `records` a provider asks for, those it could use as well, and the domain of its return path.

    `bounce_domain` is None where it does not say; `is_bounce_own` is False when that domain is its own.
    """

    records: tuple[DnsRecord, ...] = ()
    wished: tuple[DnsRecord, ...] = ()
    bounce_domain: str | None = None
    is_bounce_own: bool = True
