"""DMARC of the sender's domain: the record, whether own mail meets it, and where reports go (RFC 9989)."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.doctor.ailment import fine
from newsletter.doctor.ailments import dmarc as ailments
from newsletter.doctor.misplaced import find_misplaced
from newsletter.doctor.patient import Patient
from newsletter.domain.diagnosis import Diagnosis
from newsletter.domain.dns_answer import Ask, RecordType
from newsletter.domain.dns_record import DnsRecord
from newsletter.domain.mail_records.dmarc import Dmarc, is_dmarc
from newsletter.domain.mail_records.dmarc_walk import DmarcFound, find_dmarc

__all__ = ["look_at_dmarc"]


def look_at_dmarc(patient: Patient, ask: Ask) -> Iterator[Diagnosis]:
    """Yield what is wrong with DMARC, or that nothing is. Raises CannotAsk."""
    subject = f"DMARC of {patient.domain}"
    found = find_dmarc(patient.domain, ask)
    if len(found.own) > 1:
        what = f"there are {len(found.own)} records, and may be one"
        yield ailments.DMARC_TWO.found(subject, what, evidence=found.own)
        return
    if found.dmarc is None:
        yield _missing(subject, patient, ask)
        return
    faults = [
        *_record(subject, found.dmarc),
        *_aligned(subject, patient, found, ask),
        *_reports(subject, found, ask),
    ]
    yield from faults
    if not faults:
        yield fine(
            subject, f"p={found.dmarc.policy}, and own mail meets it", f"{found.name}: {found.dmarc.text}"
        )


def _missing(subject: str, patient: Patient, ask: Ask) -> Diagnosis:
    name = f"_dmarc.{patient.domain}"
    seen = [f"{name} TXT: nothing, and nothing above it"]
    misplaced = find_misplaced(name, RecordType.TXT, patient.domain, ask, is_dmarc)
    if misplaced is None:
        records = [_suggestion(patient)]
        return ailments.DMARC_MISSING.found(subject, "there is no record", evidence=seen, records=records)
    place, text = misplaced
    return ailments.DMARC_MISSING.found(
        subject,
        f"the record stands at {place}, where nobody looks for it",
        fix=f"move it to {name}; some domain managers append the domain by themselves",
        evidence=[*seen, f"{place} TXT: {text}"],
        records=[DnsRecord(name=name, type=RecordType.TXT, value=text)],
    )


def _record(subject: str, dmarc: Dmarc) -> Iterator[Diagnosis]:
    if dmarc.problems:
        what = f"the record does not count: {'; '.join(dmarc.problems)}"
        yield ailments.DMARC_SYNTAX.found(subject, what, evidence=[dmarc.text])
    if dmarc.slips:
        what = f"a part of the record has a slip: {'; '.join(dmarc.slips)}"
        yield ailments.DMARC_SLIP.found(subject, what, evidence=[dmarc.text])
    if dmarc.policy == "none":
        yield ailments.DMARC_WATCHES.found(subject, "the record only watches", evidence=[dmarc.text])
    if not dmarc.reports:
        yield ailments.DMARC_UNREPORTED.found(subject, "it asks for no reports", evidence=[dmarc.text])


def _aligned(subject: str, patient: Patient, found: DmarcFound, ask: Ask) -> Iterator[Diagnosis]:
    """Yield what keeps own mail from meeting the record (RFC 9989, 4.4: one of the two has to)."""
    dmarc = found.dmarc
    assert dmarc is not None, "only asked with a record"
    signers = tuple(dict.fromkeys(place.domain for place in patient.keys))
    is_signed = any(
        _belongs(one, patient.domain, found, ask, is_strict=dmarc.is_dkim_strict) for one in signers
    )
    bounce = patient.bounce_domain
    is_returned = bounce is not None and _belongs(
        bounce, patient.domain, found, ask, is_strict=dmarc.is_spf_strict
    )
    evidence = [f"{found.name}: {dmarc.text}"]
    signed_by = f"mail is signed by {', '.join(signers)}"
    if signers and not is_signed:
        if is_returned:
            yield ailments.DMARC_DKIM_UNALIGNED.found(subject, signed_by, evidence=evidence)
        else:
            yield ailments.DMARC_UNALIGNED.found(
                subject, f"{signed_by}, and the letter comes from {patient.domain}", evidence=evidence
            )
    elif bounce is not None and not is_returned:
        what = f"the return path is of {bounce}"
        yield ailments.DMARC_SPF_UNALIGNED.found(subject, what, evidence=evidence)


def _belongs(domain: str, sender: str, found: DmarcFound, ask: Ask, *, is_strict: bool) -> bool:
    if domain == sender or is_strict:
        return domain == sender
    return find_dmarc(domain, ask).organisation == found.organisation


def _reports(subject: str, found: DmarcFound, ask: Ask) -> Iterator[Diagnosis]:
    """Yield the domains that get reports without having said that they take them (RFC 9990)."""
    assert found.dmarc is not None, "only asked with a record"
    assert found.name is not None, "a record has a place"
    own = found.name.removeprefix("_dmarc.")
    for domain in found.dmarc.report_domains:
        if domain == own or find_dmarc(domain, ask).organisation == found.organisation:
            continue
        name = f"{own}._report._dmarc.{domain}"
        if any(is_dmarc(text) for text in ask(name, RecordType.TXT).records):
            continue
        record = DnsRecord(name=name, type=RecordType.TXT, value="v=DMARC1")
        yield ailments.DMARC_REPORTS_REFUSED.found(
            subject,
            f"{domain} does not say that it takes reports about {own}",
            evidence=[f"{name} TXT: nothing"],
            records=[record],
        )


def _suggestion(patient: Patient) -> DnsRecord:
    """Return a first record; reports go to the address for answers when that is at the domain itself."""
    address = patient.reply_to if patient.reply_domain == patient.domain else None
    reports = f"; rua=mailto:{address}" if address and address.isascii() else ""
    value = f"v=DMARC1; p=none{reports}"
    return DnsRecord(name=f"_dmarc.{patient.domain}", type=RecordType.TXT, value=value)
