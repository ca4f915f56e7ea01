"""Everything that is looked at in the domain name system."""

from __future__ import annotations

from functools import partial

from newsletter.doctor.dkim import look_at_dkim, look_for_selectors
from newsletter.doctor.dmarc import look_at_dmarc
from newsletter.doctor.mail_servers import look_at_mail_host, look_at_reply_servers, look_at_sender_servers
from newsletter.doctor.needed import look_at_needed
from newsletter.doctor.patient import Patient
from newsletter.doctor.round import Exam
from newsletter.doctor.spf import look_at_spf
from newsletter.doctor.transport import Fetch, look_at_bimi, look_at_sts, look_at_tls_reports
from newsletter.domain.dns_answer import Ask

__all__ = ["dns_exams"]


def dns_exams(patient: Patient, ask: Ask, fetch: Fetch | None = None) -> list[Exam]:
    """Return what to look at for `patient`, asking `ask`; pages only when there is a `fetch`."""
    bounces = [patient.bounce_domain] if patient.bounce_domain and patient.is_bounce_own else []
    domains = dict.fromkeys((patient.domain, *bounces))
    exams = [
        Exam(subject=f"SPF of {domain}", look=partial(look_at_spf, domain, patient, ask))
        for domain in domains
    ]
    exams.append(Exam(subject=f"DKIM of {patient.domain}", look=partial(look_for_selectors, patient)))
    exams += [
        Exam(
            subject=f"DKIM key {place.selector} of {place.domain}",
            look=partial(look_at_dkim, place, patient, ask),
        )
        for place in patient.keys
    ]
    exams += [
        Exam(subject=f"DMARC of {patient.domain}", look=partial(look_at_dmarc, patient, ask)),
        Exam(subject=f"Records for {patient.provider}", look=partial(look_at_needed, patient, ask)),
        Exam(subject=f"Mail to {patient.reply_domain}", look=partial(look_at_reply_servers, patient, ask)),
        Exam(subject=f"Mail to {patient.domain}", look=partial(look_at_sender_servers, patient, ask)),
        Exam(subject=f"MTA-STS of {patient.reply_domain}", look=partial(look_at_sts, patient, ask, fetch)),
        Exam(subject=f"TLS-RPT of {patient.reply_domain}", look=partial(look_at_tls_reports, patient, ask)),
        Exam(subject=f"BIMI of {patient.domain}", look=partial(look_at_bimi, patient, ask, fetch)),
    ]
    if patient.mail_host:
        subject = f"Mail server {patient.mail_host}"
        exams.append(Exam(subject=subject, look=partial(look_at_mail_host, patient.mail_host, ask)))
    return exams
