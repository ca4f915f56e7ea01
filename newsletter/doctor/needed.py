"""What the provider says must be published, compared with what is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from newsletter.doctor.ailment import fine, unasked
from newsletter.doctor.ailments import paths as ailments
from newsletter.doctor.patient import Patient
from newsletter.doctor.spf import together
from newsletter.domain.diagnosis import Diagnosis
from newsletter.domain.dns_answer import Ask, RecordType
from newsletter.domain.dns_record import DnsRecord
from newsletter.domain.mail_records.spf import is_spf, parse_spf

__all__ = ["look_at_needed"]


def look_at_needed(patient: Patient, ask: Ask) -> Iterator[Diagnosis]:
    """Yield a diagnosis for each record the provider needs. Raises CannotAsk."""
    if patient.needed_problem:
        subject = f"Records for {patient.provider}"
        yield unasked(subject, patient.needed_problem, "see: newsletter doctor provider")
    for record in patient.needed:
        yield _compared(record, patient.provider, ask)
    for record in patient.wished:
        if not ask(record.name, record.type).records:
            subject, what = f"{patient.provider}: {record.name}", f"there is no {record.type} record"
            evidence = [f"{record.name} {record.type}: nothing"]
            yield ailments.PROVIDER_RECORD_WISHED.found(subject, what, evidence=evidence, records=[record])
        else:
            yield fine(f"{patient.provider}: {record.name}", f"there is a {record.type} record")


def _compared(record: DnsRecord, provider: str, ask: Ask) -> Diagnosis:
    subject = f"{provider}: {record.name}"
    seen = ask(record.name, record.type).records
    if record.type is RecordType.TXT and is_spf(record.value):
        seen = tuple(text for text in seen if is_spf(text))
        record = replace(record, value=together((*seen, record.value)) if seen else record.value)
    if _is_met(record, seen):
        return fine(subject, f"{record.type} is as {provider} needs it")
    evidence = [f"{record.name} {record.type}: {text}" for text in seen]
    if seen:
        what = f"{record.type} is not what {provider} needs"
        record = replace(record, replaces=seen)
        return ailments.PROVIDER_RECORD_OTHER.found(subject, what, evidence=evidence, records=[record])
    what = f"{provider} needs a {record.type} record"
    evidence = [f"{record.name} {record.type}: nothing"]
    return ailments.PROVIDER_RECORD_MISSING.found(subject, what, evidence=evidence, records=[record])


def _is_met(record: DnsRecord, seen: tuple[str, ...]) -> bool:
    if record.type is RecordType.TXT and is_spf(record.value):  # others may send for the domain, too
        terms = {term.text for term in parse_spf(record.value).terms if term.name != "all"}
        return len(seen) == 1 and terms <= {term.text for term in parse_spf(seen[0]).terms}
    return _wanted(record) in (_plain(text) for text in seen)


def _wanted(record: DnsRecord) -> str:
    """Return the value as an answer has it: an MX without its preference."""
    value = record.value.rpartition(" ")[2] if record.type is RecordType.MX else record.value
    return _plain(value)


def _plain(text: str) -> str:
    return " ".join(text.lower().split()).rstrip(".")
