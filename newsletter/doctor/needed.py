"""What the provider says must be published, compared with what is."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.doctor.ailment import fine, unasked
from newsletter.doctor.ailments import paths as ailments
from newsletter.doctor.patient import Patient
from newsletter.domain.diagnosis import Diagnosis
from newsletter.domain.dns_answer import Ask, RecordType
from newsletter.domain.dns_record import DnsRecord
from newsletter.domain.mail_records.spf import is_spf

__all__ = ["look_at_needed"]


def look_at_needed(patient: Patient, ask: Ask) -> Iterator[Diagnosis]:
    """Yield a diagnosis for each record the provider needs. Raises CannotAsk."""
    if patient.needed_problem:
        subject = f"Records for {patient.provider}"
        yield unasked(subject, patient.needed_problem, "see: newsletter doctor provider")
    for record in patient.needed:
        yield _compared(record, patient.provider, ask)


def _compared(record: DnsRecord, provider: str, ask: Ask) -> Diagnosis:
    subject = f"{provider}: {record.name}"
    seen = ask(record.name, record.type).records
    if record.type is RecordType.TXT and is_spf(record.value):
        seen = tuple(text for text in seen if is_spf(text))
    if _wanted(record) in (_plain(text) for text in seen):
        return fine(subject, f"{record.type} is as {provider} needs it")
    evidence = [f"{record.name} {record.type}: {text}" for text in seen]
    if seen:
        what = f"{record.type} is not what {provider} needs"
        record = DnsRecord(name=record.name, type=record.type, value=record.value, replaces=seen)
        return ailments.PROVIDER_RECORD_OTHER.found(subject, what, evidence=evidence, records=[record])
    what = f"{provider} needs a {record.type} record"
    evidence = [f"{record.name} {record.type}: nothing"]
    return ailments.PROVIDER_RECORD_MISSING.found(subject, what, evidence=evidence, records=[record])


def _wanted(record: DnsRecord) -> str:
    """Return the value as an answer has it: an MX without its preference."""
    value = record.value.rpartition(" ")[2] if record.type is RecordType.MX else record.value
    return _plain(value)


def _plain(text: str) -> str:
    return " ".join(text.lower().split()).rstrip(".")
