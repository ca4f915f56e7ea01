"""Encryption of mail to a domain (MTA-STS, TLS-RPT) and its logo (BIMI); none of them has to be there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from newsletter.doctor.ailment import fine
from newsletter.doctor.ailments import paths as ailments
from newsletter.doctor.patient import Patient
from newsletter.domain.diagnosis import Diagnosis
from newsletter.domain.dns_answer import Ask, RecordType
from newsletter.domain.mail_records.dmarc_walk import find_dmarc
from newsletter.domain.mail_records.transport import (
    Bimi,
    parse_bimi,
    parse_policy,
    sts_problems,
    tls_problems,
)
from newsletter.domain.page_seen import PageSeen

__all__ = ["Fetch", "look_at_bimi", "look_at_sts", "look_at_tls_reports"]

Fetch = Callable[[str], PageSeen]
"""Returns what is at an https address, without following redirects. Raises CannotAsk."""

_UNUSED = "not used, and not needed"


def look_at_sts(patient: Patient, ask: Ask, fetch: Fetch | None) -> Iterator[Diagnosis]:
    """Yield how MTA-STS stands; its policy is looked at when there is a `fetch`. Raises CannotAsk."""
    domain = patient.reply_domain
    subject = f"MTA-STS of {domain}"
    texts = _texts(f"_mta-sts.{domain}", "v=sts", ask)
    if not texts:
        yield fine(subject, _UNUSED)
        return
    if len(texts) > 1:
        yield ailments.STS_TWO.found(subject, f"there are {len(texts)} records", evidence=texts)
        return
    problems = sts_problems(texts[0])
    if problems:
        what = f"the record has a slip: {'; '.join(problems)}"
        yield ailments.STS_BROKEN.found(subject, what, evidence=texts)
    elif fetch is None:
        yield fine(subject, "the record is sound; --network looks at the policy too", *texts)
    else:
        yield _policy(subject, domain, ask, fetch)


def look_at_tls_reports(patient: Patient, ask: Ask) -> Iterator[Diagnosis]:
    """Yield how TLS-RPT stands. Raises CannotAsk."""
    domain = patient.reply_domain
    subject = f"TLS-RPT of {domain}"
    texts = _texts(f"_smtp._tls.{domain}", "v=tlsrpt", ask)
    problems = tls_problems(texts[0]) if len(texts) == 1 else []
    if not texts:
        yield fine(subject, _UNUSED)
    elif problems or len(texts) > 1:
        what = (
            f"the record has a slip: {'; '.join(problems)}" if problems else f"there are {len(texts)} records"
        )
        yield ailments.TLS_BROKEN.found(subject, what, evidence=texts)
    else:
        yield fine(subject, "the record is sound", *texts)


def look_at_bimi(patient: Patient, ask: Ask, fetch: Fetch | None) -> Iterator[Diagnosis]:
    """Yield how BIMI stands; its files are looked at when there is a `fetch`. Raises CannotAsk."""
    subject = f"BIMI of {patient.domain}"
    texts = _texts(f"default._bimi.{patient.domain}", "v=bimi", ask)
    if not texts:
        yield fine(subject, _UNUSED)
        return
    bimi = parse_bimi(texts[0])
    if bimi.problems or len(texts) > 1:
        said = "; ".join(bimi.problems)
        what = f"the record has a slip: {said}" if said else f"there are {len(texts)} records"
        yield ailments.BIMI_BROKEN.found(subject, what, evidence=texts)
        return
    dmarc = find_dmarc(patient.domain, ask).dmarc
    faults = list(_files(subject, bimi, fetch)) if fetch else []
    if bimi.logo and (dmarc is None or dmarc.policy not in ("quarantine", "reject")):
        faults.append(
            ailments.BIMI_POLICY.found(subject, "DMARC is not strict enough for it", evidence=texts)
        )
    yield from faults or [fine(subject, "the record is sound", *texts)]


def _policy(subject: str, domain: str, ask: Ask, fetch: Fetch) -> Diagnosis:
    url = f"https://mta-sts.{domain}/.well-known/mta-sts.txt"
    page = fetch(url)
    if page.fault or page.status != 200:
        what = f"the policy cannot be fetched: {page.fault or f'the server answers {page.status}'}"
        return ailments.STS_POLICY.found(subject, what, evidence=[url])
    policy = parse_policy(page.text)
    if policy.problems:
        what = f"the policy has a slip: {'; '.join(policy.problems)}"
        return ailments.STS_POLICY.found(subject, what, evidence=page.text.splitlines()[:20])
    missing = [one for one in ask(domain, RecordType.MX).records if not policy.names(one)]
    if missing and policy.mode != "none":
        what = f"the policy does not name {', '.join(missing[:5])}"
        return ailments.STS_SERVERS.found(subject, what, evidence=page.text.splitlines()[:20])
    return fine(subject, f"the policy is sound (mode: {policy.mode})", url)


def _files(subject: str, bimi: Bimi, fetch: Fetch) -> Iterator[Diagnosis]:
    for url, kind, mark in ((bimi.logo, "logo", "<svg"), (bimi.evidence, "certificate", "BEGIN CERTIFICATE")):
        if not url:
            continue
        page = fetch(url)
        fault = page.fault or (f"the server answers {page.status}" if page.status != 200 else None)
        if not fault and not url.lower().endswith("svgz") and mark not in page.text:
            fault = "it is something else"
        if fault:
            yield ailments.BIMI_FILE.found(subject, f"the {kind} cannot be used: {fault}", evidence=[url])


def _texts(name: str, start: str, ask: Ask) -> tuple[str, ...]:
    """Return the records at `name` that are meant to be of this kind."""
    records = ask(name, RecordType.TXT).records
    return tuple(text for text in records if "".join(text.lower().split()).startswith(start))
