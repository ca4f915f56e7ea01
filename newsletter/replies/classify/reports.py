"""Mail with a report for machines in it: complaints, bounces, delays, and that a letter was displayed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from newsletter.domain.inbound import BounceFacts, Evidence, InboundKind, SubKind
from newsletter.domain.read_mail import ReadMail
from newsletter.replies.bounce.fields import field_groups
from newsletter.replies.bounce.gate import is_daemon, report_type
from newsletter.replies.complaint import complaint

__all__ = ["Reported", "report_evidence"]

_DISPLAYED = re.compile(
    r"(?:gelezen|read|gelesen|lu|leído|return receipt \(displayed\)|leesbevestiging)\s?[:-]", re.IGNORECASE
)
_WAS_READ = re.compile(
    r"(?:uw|je|your|ihre|votre|su) (?:bericht|message|nachricht|mensaje)\b[^\0]{0,300}"
    r"(?:is gelezen op|was read on|wurde gelesen am|a été lu le|se leyó el|was displayed on)",
    re.IGNORECASE,
)
_AGGREGATE = re.compile(r"report domain:\s?\S{1,255}\s+submitter:", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """Evidence that decides, and the closer kind where the report tells it."""

    evidence: Evidence
    sub_kind: SubKind | None = None


def report_evidence(mail: ReadMail, facts: tuple[BounceFacts, ...]) -> Iterator[Reported]:
    """Yield what reports in `mail` prove, the deciding one first; `facts` are what it says as a bounce."""
    yield from _complaint(mail)
    yield from _delivery(mail, facts)
    yield from _disposition(mail)
    if _AGGREGATE.search(mail.subject[:300]):  # RFC 7489 7.2.1.1, about our domain and no letter
        yield _reported(InboundKind.ACKNOWLEDGEMENT, 0.95, "report:dmarc", mail.subject)


def _complaint(mail: ReadMail) -> Iterator[Reported]:
    found = complaint(mail)
    if found is None:
        return
    if found.is_complaint:
        yield _reported(InboundKind.COMPLAINT, 1.0, f"complaint:{found.form}", found.feedback, found.form)
    else:
        yield _reported(InboundKind.ACKNOWLEDGEMENT, 0.9, "report:feedback", found.feedback)


def _delivery(mail: ReadMail, facts: tuple[BounceFacts, ...]) -> Iterator[Reported]:
    failed = [fact for fact in facts if not fact.is_delay]
    for kind, told in ((InboundKind.BOUNCE, failed), (InboundKind.DELAY, facts)):
        if told:
            first = told[0]
            weight = 1.0 if first.rule == "report" else 0.9 if first.recipient else 0.75
            yield _reported(kind, weight, f"bounce:{first.rule}", first.diagnostic or first.status or "")
            return
    if report_type(mail) == "delivery-status" and is_daemon(mail):
        yield _reported(InboundKind.ACKNOWLEDGEMENT, 0.9, "report:delivered", mail.subject)


def _disposition(mail: ReadMail) -> Iterator[Reported]:
    for part in mail.parts:
        if part.content_type != "message/disposition-notification" or mail.content_type != "multipart/report":
            continue
        said = next(
            (group["disposition"] for group in field_groups(part.content) if "disposition" in group), ""
        )
        sub_kind = SubKind.DELETED if "deleted" in said.lower() else SubKind.DISPLAYED
        yield _reported(InboundKind.MDN, 1.0, "report:disposition", said, sub_kind)
        return
    is_automatic = (mail.header("auto-submitted") or "").strip().lower().startswith("auto")
    if _DISPLAYED.match(mail.subject[:200]) and _WAS_READ.search(mail.text[:2000]) and is_automatic:
        yield _reported(InboundKind.MDN, 0.8, "words:displayed", mail.subject, SubKind.DISPLAYED)


def _reported(
    kind: InboundKind, weight: float, rule: str, excerpt: str, sub_kind: SubKind | None = None
) -> Reported:
    evidence = Evidence(kind=kind, weight=weight, rule=rule, excerpt=excerpt[:200])
    return Reported(evidence=evidence, sub_kind=sub_kind)
