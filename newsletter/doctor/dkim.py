"""The DKIM key at one name: there, whole, long enough, and the one that mail is signed with (RFC 6376)."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.doctor.ailment import fine
from newsletter.doctor.ailments import dkim as ailments
from newsletter.doctor.misplaced import find_misplaced
from newsletter.doctor.patient import DkimPlace, Patient
from newsletter.domain.diagnosis import Diagnosis
from newsletter.domain.dns_answer import Ask, RecordType
from newsletter.domain.dns_record import DnsRecord
from newsletter.domain.mail_records.dkim_key import DkimKey, is_dkim, parse_dkim

__all__ = ["look_at_dkim", "look_for_selectors"]

_SHORTEST_BITS = 1024
_WANTED_BITS = 2048


def look_for_selectors(patient: Patient) -> Iterator[Diagnosis]:
    """Yield that nobody knows where the key stands, when that is so."""
    if not patient.keys:
        subject = f"DKIM of {patient.domain}"
        yield ailments.DKIM_UNNAMED.found(subject, "the key is not looked at, as no selector is named")


def look_at_dkim(place: DkimPlace, patient: Patient, ask: Ask) -> Iterator[Diagnosis]:
    """Yield what is wrong with the key at `place`, or that nothing is. Raises CannotAsk."""
    subject = f"DKIM key {place.selector} of {place.domain}"
    texts = ask(place.name, RecordType.TXT).records
    keys = [parse_dkim(text) for text in texts if is_dkim(text)]
    if not keys:
        if not any(record.name == place.name for record in patient.needed):  # else told there
            yield _missing(subject, place, texts, ask)
        return
    if len(keys) > 1:
        evidence = [key.text for key in keys]
        yield ailments.DKIM_TWO.found(subject, f"{len(keys)} keys stand at {place.name}", evidence=evidence)
        return
    found = list(_faults(subject, place, keys[0]))
    yield from found or [fine(subject, f"{keys[0].bits} bits, {keys[0].algorithm}", keys[0].text)]


def _missing(subject: str, place: DkimPlace, texts: tuple[str, ...], ask: Ask) -> Diagnosis:
    what = f"there is no key at {place.name}"
    seen = [f"{place.name} TXT: {text}" for text in texts or ("nothing",)]
    records = [_own(place)] if place.own_record else []
    fix = "publish the record shown at the end, which belongs to the key you sign with" if records else None
    misplaced = find_misplaced(place.name, RecordType.TXT, place.domain, ask, is_dkim)
    if misplaced is not None:
        where, text = misplaced
        what = f"the key stands at {where}, where nobody looks for it"
        fix = f"move it to {place.name}; some domain managers append the domain by themselves"
        seen.append(f"{where} TXT: {text}")
        records = records or [DnsRecord(name=place.name, type=RecordType.TXT, value=text)]
    return ailments.DKIM_MISSING.found(subject, what, fix=fix, evidence=seen, records=records)


def _faults(subject: str, place: DkimPlace, key: DkimKey) -> Iterator[Diagnosis]:
    records = [_own(place, key.text)] if place.own_record else []
    if key.is_revoked:
        yield ailments.DKIM_REVOKED.found(subject, "it was withdrawn (p= is empty)", evidence=[key.text])
        return
    if key.problems or key.bits is None:
        what = f"it cannot be used: {'; '.join(key.problems)}"
        yield ailments.DKIM_BROKEN.found(subject, what, evidence=[key.text], records=records)
        return
    if place.own_record and parse_dkim(place.own_record).fingerprint != key.fingerprint:
        what = "it is not the key that mail is signed with"
        yield ailments.DKIM_OTHER.found(subject, what, evidence=[key.text], records=records)
    if key.algorithm == "rsa" and key.bits < _WANTED_BITS:
        ailment = ailments.DKIM_SHORT if key.bits < _SHORTEST_BITS else ailments.DKIM_WEAK
        yield ailment.found(subject, f"it has {key.bits} bits", evidence=[key.text])
    if key.is_testing:
        yield ailments.DKIM_TESTING.found(subject, "it says that it is only being tried", evidence=[key.text])


def _own(place: DkimPlace, *replaces: str) -> DnsRecord:
    assert place.own_record is not None, "only asked where mail is signed here"
    return DnsRecord(name=place.name, type=RecordType.TXT, value=place.own_record, replaces=replaces)
