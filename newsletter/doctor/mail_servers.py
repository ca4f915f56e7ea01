"""The servers that take mail for a domain (RFC 5321, 5.1; RFC 7505), and the name of one's own server."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address, ip_network

from newsletter.doctor.ailment import fine
from newsletter.doctor.ailments import paths as ailments
from newsletter.doctor.patient import Patient
from newsletter.domain.diagnosis import Diagnosis
from newsletter.domain.dns_answer import Ask, DnsAnswer, RecordType
from newsletter.domain.dns_record import DnsRecord

__all__ = ["look_at_mail_host", "look_at_reply_servers", "look_at_sender_servers", "outside_addresses"]

_ADDRESSES = (RecordType.A, RecordType.AAAA)
_NULL = (".",)
_INSIDE = tuple(
    map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"))
)
"""Addresses nobody outside sees (RFC 1918, 6598, 4193)."""


def look_at_reply_servers(patient: Patient, ask: Ask) -> Iterator[Diagnosis]:
    """Yield what keeps answers from arriving, or that nothing does. Raises CannotAsk."""
    domain = patient.reply_domain
    subject = f"Mail to {domain}"
    answer = ask(domain, RecordType.MX)
    servers = answer.records
    if servers == _NULL:
        yield ailments.MX_REFUSES.found(
            subject, "it says that it takes no mail", evidence=[f"{domain} MX: ."]
        )
    elif not servers:
        yield _implicit(subject, domain, answer, ask)
    else:
        yield from _servers(subject, servers, ask)


def look_at_sender_servers(patient: Patient, ask: Ask) -> Iterator[Diagnosis]:
    """Yield that nothing can be returned to the sender's domain, when answers go elsewhere."""
    if patient.domain == patient.reply_domain:
        return
    subject = f"Mail to {patient.domain}"
    servers = ask(patient.domain, RecordType.MX).records
    if servers == _NULL or (not servers and not _has_address(patient.domain, ask)):
        yield ailments.SENDER_NO_MAIL.found(
            subject, "it takes no mail", evidence=[f"{patient.domain} MX: {' '.join(servers) or 'nothing'}"]
        )
    else:
        yield fine(subject, "it takes mail", *(f"{patient.domain} MX: {one}" for one in servers))


def look_at_mail_host(host: str, ask: Ask) -> Iterator[Diagnosis]:
    """Yield what is wrong with the name of one's own mail server, both ways. Raises CannotAsk."""
    subject = f"Mail server {host}"
    wrong = False
    addresses = outside_addresses(host, ask)
    for address in addresses:
        reverse = ip_address(address).reverse_pointer
        names = ask(reverse, RecordType.PTR).records
        if not names:
            wrong = True
            yield ailments.PTR_MISSING.found(
                subject,
                f"{address} has no name",
                evidence=[f"{reverse} PTR: nothing"],
                records=[DnsRecord(name=reverse, type=RecordType.PTR, value=host)],
            )
        elif not any(address in ask(name, kind).records for name in names for kind in _ADDRESSES):
            wrong = True
            yield ailments.PTR_UNCONFIRMED.found(
                subject,
                f"{address} is called {names[0]}, which has another address",
                evidence=[f"{reverse} PTR: {name}" for name in names],
            )
    if addresses and not wrong:
        yield fine(subject, "its name leads to its address and back", *addresses)


def outside_addresses(host: str, ask: Ask) -> list[str]:
    """Return the addresses of `host` that servers of others may see. Raises CannotAsk."""
    found = [host] if _is_address(host) else [text for kind in _ADDRESSES for text in ask(host, kind).records]
    return [one for one in found if not _is_inside(one)]


def _is_inside(address: str) -> bool:
    own = ip_address(address)
    return own.is_loopback or own.is_link_local or any(own in network for network in _INSIDE)


def _implicit(subject: str, domain: str, answer: DnsAnswer, ask: Ask) -> Diagnosis:
    """Judge a domain without MX: its address takes the mail, if there is one (RFC 5321, 5.1)."""
    if answer.has_name and _has_address(domain, ask):
        return fine(subject, "no MX, so its address takes the mail", f"{domain} MX: nothing")
    what = "there is no server for it" if answer.has_name else "there is no such domain"
    return ailments.MX_MISSING.found(subject, what, evidence=[f"{domain} MX: nothing"])


def _servers(subject: str, servers: tuple[str, ...], ask: Ask) -> Iterator[Diagnosis]:
    written = [one for one in servers if _is_address(one)]
    dead = [one for one in servers if one not in written and not _has_address(one, ask)]
    evidence = [f"MX: {one}" for one in servers]
    for one in written:
        yield ailments.MX_ADDRESS.found(subject, f"the MX record names {one}, an address", evidence=evidence)
    if dead and len(dead) + len(written) == len(servers):
        yield ailments.MX_DEAD.found(subject, f"{_all(dead)} no address", evidence=evidence)
    elif dead:
        yield ailments.MX_PART.found(subject, f"{_all(dead)} no address", evidence=evidence)
    elif not written:
        yield fine(subject, f"{servers[0]} takes it", *evidence)


def _all(hosts: list[str]) -> str:
    return f"{', '.join(hosts[:5])} {'has' if len(hosts) == 1 else 'have'}"


def _has_address(host: str, ask: Ask) -> bool:
    return any(ask(host, kind).records for kind in _ADDRESSES)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
