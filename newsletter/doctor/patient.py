"""What is looked at: the domains, keys and servers behind a newsletter, taken from its configuration."""

from __future__ import annotations

from dataclasses import dataclass, field

from newsletter.domain.dns_record import DnsRecord

__all__ = ["DkimPlace", "Patient", "domain_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimPlace:
    """Where a DKIM key should stand; `own_record` is the text to publish when mail is signed here with it."""

    selector: str
    domain: str
    own_record: str | None = None

    @property
    def name(self) -> str:
        """Return the name in the DNS (RFC 6376, 3.6.2.1)."""
        return f"{self.selector}._domainkey.{self.domain}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """What mail of one newsletter depends on.

    `sender` and `reply_to` are addresses, `bounce_domain` is that of the return path (None: not known here),
    `is_bounce_own` whether its records are yours to change. `mail_host` is the mail server of one's own that
    readers' servers see, `needed` what the provider says must be published, `needed_problem` why it could not
    be asked, `wished` what it could use as well.
    """

    sender: str
    reply_to: str
    provider: str
    keys: tuple[DkimPlace, ...] = ()
    bounce_domain: str | None = None
    is_bounce_own: bool = True
    mail_host: str | None = None
    needed: tuple[DnsRecord, ...] = field(default=())
    needed_problem: str | None = None
    wished: tuple[DnsRecord, ...] = ()

    @property
    def domain(self) -> str:
        """Return the domain readers see the letter come from."""
        return domain_of(self.sender)

    @property
    def reply_domain(self) -> str:
        """Return the domain answers go to."""
        return domain_of(self.reply_to)


def domain_of(email: str) -> str:
    """Return the domain of an address in small letters, in ASCII (RFC 5891) where that can be written."""
    domain = email.rpartition("@")[2].lower().rstrip(".")
    if domain.isascii():
        return domain
    import idna  # only few need it

    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return domain
