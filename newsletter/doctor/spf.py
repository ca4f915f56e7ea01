"""SPF of one domain, looked at as a server that receives mail does (RFC 7208)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from newsletter.doctor.ailment import fine
from newsletter.doctor.ailments import spf as ailments
from newsletter.doctor.mail_servers import outside_addresses
from newsletter.doctor.patient import Patient
from newsletter.domain.diagnosis import Diagnosis
from newsletter.domain.dns_answer import Ask, RecordType
from newsletter.domain.dns_record import DnsRecord
from newsletter.domain.mail_records.spf import SpfTerm, parse_spf
from newsletter.domain.mail_records.spf_tree import (
    MOST_LOOKUPS,
    MOST_VOIDS,
    SpfFault,
    SpfFaultKind,
    SpfTree,
    follow_spf,
)

__all__ = ["look_at_spf", "together"]

_OF_PROVIDERS = {"sendgrid": "include:sendgrid.net", "ses": "include:amazonses.com"}
"""What providers ask to be put in an SPF record when the return path is not set up by records of its own."""

_OF_MAILBOXES = {
    ".mail.protection.outlook.com": "include:spf.protection.outlook.com",
    ".google.com": "include:_spf.google.com",
    ".googlemail.com": "include:_spf.google.com",
}
"""What whoever keeps the mailboxes of a domain asks, by how its mail servers are called."""

_BY_KIND = {
    SpfFaultKind.SYNTAX: (ailments.SPF_SYNTAX, "the record of {} has a slip: {}"),
    SpfFaultKind.NO_RECORD: (ailments.SPF_TARGET, "the record of {} refers to {}, which has not one record"),
    SpfFaultKind.LOOP: (ailments.SPF_LOOP, "the record of {} refers to {}, which refers back"),
    SpfFaultKind.MANY_SERVERS: (ailments.SPF_SERVERS, "in the record of {} mx:{} is more than ten servers"),
}


def look_at_spf(domain: str, patient: Patient, ask: Ask) -> Iterator[Diagnosis]:
    """Yield what is wrong with the SPF of `domain`, or that nothing is. Raises CannotAsk."""
    subject = f"SPF of {domain}"
    tree = follow_spf(domain, ask, asks_addresses=True)
    if not tree.texts:
        if any(one.name == domain and one.type is not RecordType.MX for one in patient.needed):
            return  # the record of the provider is missing, and told there
        yield _missing(subject, domain, patient, ask)
        return
    if tree.record is None:
        record = DnsRecord(name=domain, type=RecordType.TXT, value=together(tree.texts), replaces=tree.texts)
        what = f"there are {len(tree.texts)} records, and may be one"
        yield ailments.SPF_TWO.found(subject, what, evidence=tree.texts, records=[record])
        return
    found = [
        *(_fault(subject, fault, tree) for fault in tree.faults),
        *_costs(subject, tree),
        *_ends(subject, tree),
    ]
    if not found and patient.mail_host and domain == (patient.bounce_domain or patient.domain):
        found += _left_out(subject, patient.mail_host, tree, ask)
    yield from found
    if not found:
        yield fine(subject, f"one record, {tree.lookups} of {MOST_LOOKUPS} questions", *tree.lines)


def _missing(subject: str, domain: str, patient: Patient, ask: Ask) -> Diagnosis:
    """Return that there is no record, or none that counts: `v=spf1` has to be its very beginning."""
    record = DnsRecord(name=domain, type=RecordType.TXT, value=_suggestion(domain, patient, ask))
    meant = [text for text in ask(domain, RecordType.TXT).records if "v=spf1" in text.lower()]
    if meant:
        what = 'the record does not begin with "v=spf1" and a space, so it does not count'
        records = [replace(record, replaces=tuple(meant))]
        return ailments.SPF_MISSING.found(subject, what, evidence=meant, records=records)
    seen = f"{domain} TXT: nothing that begins with v=spf1"
    return ailments.SPF_MISSING.found(subject, "there is no record", evidence=[seen], records=[record])


def _fault(subject: str, fault: SpfFault, tree: SpfTree) -> Diagnosis:
    ailment, said = _BY_KIND[fault.kind]
    return ailment.found(subject, said.format(fault.domain, fault.what), evidence=tree.lines)


def _costs(subject: str, tree: SpfTree) -> Iterator[Diagnosis]:
    if tree.lookups > MOST_LOOKUPS:
        what = f"working it out takes {tree.lookups} questions, and may take {MOST_LOOKUPS}"
        yield ailments.SPF_LOOKUPS.found(subject, what, evidence=tree.lines)
    if len(tree.voids) > MOST_VOIDS:
        what = (
            f"{len(tree.voids)} names in it do not exist, and {MOST_VOIDS} may: {', '.join(tree.voids[:5])}"
        )
        yield ailments.SPF_VOIDS.found(subject, what, evidence=tree.lines)


def _ends(subject: str, tree: SpfTree) -> Iterator[Diagnosis]:
    assert tree.record is not None, "a tree with one record has it"
    if tree.lets_everybody:
        yield ailments.SPF_EVERYBODY.found(subject, "it lets everybody send", evidence=tree.lines)
    elif tree.record.all_qualifier == "?" or (tree.record.all_qualifier is None and not tree.record.redirect):
        what = "it says nothing about servers that it does not name"
        yield ailments.SPF_OPEN.found(subject, what, evidence=tree.texts)
    if tree.uses_ptr:
        yield ailments.SPF_PTR.found(subject, "it uses ptr", evidence=tree.lines)


def _left_out(subject: str, host: str, tree: SpfTree, ask: Ask) -> Iterator[Diagnosis]:
    """Yield that the record names none of the addresses of one's own mail server."""
    addresses = outside_addresses(host, ask)
    if addresses and all(tree.lets(one) is False for one in addresses):
        what = f"it does not name {host} ({', '.join(addresses)})"
        fix = f"add a:{host} to the record"
        yield ailments.SPF_LEAVES_OUT.found(subject, what, fix=fix, evidence=tree.lines)


def _suggestion(domain: str, patient: Patient, ask: Ask) -> str:
    """Return a record for the provider and for whoever keeps the mailboxes of `domain`."""
    terms = []
    servers = [one for one in ask(domain, RecordType.MX).records if one != "."]
    if servers:
        known = [
            term for end, term in _OF_MAILBOXES.items() if any(one.lower().endswith(end) for one in servers)
        ]
        terms.append(known[0] if known else "mx")
    if patient.provider in _OF_PROVIDERS and not patient.needed:
        terms.append(_OF_PROVIDERS[patient.provider])
    elif patient.mail_host:
        terms.append(f"a:{patient.mail_host}")
    return " ".join(["v=spf1", *terms, "~all"])


def together(texts: tuple[str, ...]) -> str:
    """Return one SPF record that says what `texts` say, in their order."""
    records = [parse_spf(text) for text in texts]
    ends = [record.all_qualifier for record in records if record.all_qualifier]
    terms = [_kept(term) for record in records for term in record.terms if term.name not in ("all", "exp")]
    return " ".join(["v=spf1", *dict.fromkeys(terms), f"{_mildest(ends)}all"])


def _kept(term: SpfTerm) -> str:
    return f"include:{term.target}" if term.name == "redirect" else term.text


def _mildest(ends: list[str]) -> str:
    """Return how the record should end: no more open than ~all, no stricter than any of `ends` is."""
    return "-" if ends and all(end == "-" for end in ends) else "~"
