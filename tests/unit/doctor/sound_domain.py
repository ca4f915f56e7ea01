"""A domain at which everything is as it should be, and the newsletter that mails from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from cryptography.hazmat.primitives.asymmetric import rsa

from newsletter.doctor.domain_name_system import dns_exams
from newsletter.doctor.patient import DkimPlace, Patient
from newsletter.doctor.round import go_round
from newsletter.domain.diagnosis import Diagnosis, Health
from newsletter.domain.dns_answer import RecordType
from newsletter.domain.dns_record import DnsRecord
from newsletter.domain.mail_records.dkim_key import key_record
from newsletter.domain.page_seen import PageSeen
from newsletter.probes.name_desk import NameDesk
from newsletter.probes.names import NameServers
from newsletter.testing.dns_server import DnsServer, DnsTrouble

Records = dict[tuple[str, str], Sequence[str] | DnsTrouble]


@cache
def own_record(bits: int = 2048) -> str:
    """Return the record of a key made for the tests."""
    return key_record(rsa.generate_private_key(65537, bits))


def patient(**changes: object) -> Patient:
    sound = Patient(
        sender="renata@brief.example",
        reply_to="renata@brief.example",
        provider="smtp",
        keys=(DkimPlace(selector="brief2026", domain="brief.example", own_record=own_record()),),
        bounce_domain="bounce.brief.example",
        mail_host="mail.brief.example",
        needed=(DnsRecord(name="em1.brief.example", type=RecordType.CNAME, value="u1.wl.mail.example"),),
    )
    return replace(sound, **changes)  # type: ignore[arg-type]


def zone() -> Records:
    return {
        ("brief.example", "TXT"): ["site-verification=1", "v=spf1 mx include:mail.example ~all"],
        ("mail.example", "TXT"): ["v=spf1 ip4:203.0.113.0/24 exists:%{i}.spf.mail.example -all"],
        ("bounce.brief.example", "TXT"): ["v=spf1 a:mail.brief.example -all"],
        ("brief2026._domainkey.brief.example", "TXT"): [own_record()],
        ("_dmarc.brief.example", "TXT"): [
            "v=DMARC1; p=reject; rua=mailto:dmarc@brief.example,mailto:brief@reports.example"
        ],
        ("brief.example._report._dmarc.reports.example", "TXT"): ["v=DMARC1"],
        ("brief.example", "MX"): ["10 mail.brief.example.", "20 mail2.brief.example."],
        ("mail.brief.example", "A"): ["203.0.113.5"],
        ("mail.brief.example", "AAAA"): ["2001:db8::5"],
        ("mail2.brief.example", "A"): ["203.0.113.6"],
        ("5.113.0.203.in-addr.arpa", "PTR"): ["Mail.brief.example."],
        ("5.0.0.0." + "0.0.0.0." * 5 + "8.b.d.0.1.0.0.2.ip6.arpa", "PTR"): ["mail.brief.example."],
        ("_mta-sts.brief.example", "TXT"): ["v=STSv1; id=20261124"],
        ("_smtp._tls.brief.example", "TXT"): ["v=TLSRPTv1; rua=mailto:tls@brief.example"],
        ("default._bimi.brief.example", "TXT"): ["v=BIMI1; l=https://brief.example/logo.svg"],
        ("em1.brief.example", "CNAME"): ["u1.wl.mail.example."],
    }


PAGES = {
    "https://mta-sts.brief.example/.well-known/mta-sts.txt": (
        "version: STSv1\r\nmode: enforce\r\nmx: *.brief.example\r\nmax_age: 604800\r\n"
    ),
    "https://brief.example/logo.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
}


def look(
    server: DnsServer, records: Records, who: Patient | None = None, pages: dict[str, str] | None = None
) -> list[Diagnosis]:
    """Return what is found at a domain with `records`, asking `server`."""
    server.zone = {(".", "NS"): ["a.root-servers.example."], **records}
    names = NameDesk(NameServers(server.address, patience_s=20, stage_s=600), total_s=600)
    known = PAGES if pages is None else pages

    def fetch(url: str) -> PageSeen:
        return PageSeen(url=url, status=200 if url in known else 404, text=known.get(url, ""))

    return go_round(dns_exams(who or patient(), names.ask, fetch), longest_s=600)


def faults(found: list[Diagnosis]) -> list[str | None]:
    return sorted((one.code for one in found if one.health is not Health.FINE), key=str)
