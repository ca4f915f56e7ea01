"""What SendGrid wants published at an authenticated domain.

Source: the OpenAPI file of Twilio SendGrid for domain authentication; `dns` holds a record for each purpose.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from newsletter.domain.dns_answer import RecordType
from newsletter.domain.dns_record import DnsRecord
from newsletter.domain.domain_setup import DomainSetup
from newsletter.errors import CannotAsk, Problem
from newsletter.providers.json_answers import read_json
from newsletter.providers.sendgrid.answers import answer_detail
from newsletter.providers.sendgrid.client import KeepAliveClient
from newsletter.providers.wire import AnswerLost, NeverLeft

__all__ = ["read_domain_setup"]

_TYPES = {"cname": RecordType.CNAME, "mx": RecordType.MX, "txt": RecordType.TXT}


def read_domain_setup(client: KeepAliveClient, domain: str | None) -> DomainSetup:
    """Return what SendGrid asks of `domain`, nothing when it is not authenticated there. Raises CannotAsk."""
    try:
        answer = client.ask("GET", "/v3/whitelabel/domains?limit=200")
    except (NeverLeft, AnswerLost) as error:
        raise _cannot(str(error)) from error
    rows = read_json(answer.body) if answer.status == 200 else None
    if not isinstance(rows, list):
        raise _cannot(answer_detail(answer.status, answer.body))
    known = {str(row.get("domain")).lower(): row for row in rows if isinstance(row, Mapping)}
    labels = (domain or "").lower().split(".")
    for own in (".".join(labels[start:]) for start in range(len(labels) - 1)):
        if own in known:
            below = str(known[own].get("subdomain") or "").lower()
            bounce_domain = f"{below}.{own}" if below else None
            return DomainSetup(records=tuple(_records(known[own].get("dns"))), bounce_domain=bounce_domain)
    return DomainSetup()


def _records(listed: object) -> Iterator[DnsRecord]:
    for one in listed.values() if isinstance(listed, Mapping) else ():
        if not isinstance(one, Mapping):
            continue
        kind = _TYPES.get(str(one.get("type")).lower())
        name, value = one.get("host"), one.get("data")
        if kind is None or not isinstance(name, str) or not isinstance(value, str):
            continue
        if kind is RecordType.MX:
            value = f"10 {value.split()[-1]}" if value.split() else value
        yield DnsRecord(name=name.lower().rstrip("."), type=kind, value=value.rstrip("."))


def _cannot(why: str) -> CannotAsk:
    fix = "give the key Sender Authentication (read), or look in SendGrid's settings"
    return CannotAsk(Problem(what=f"what SendGrid wants published: {why}", fix=fix))
