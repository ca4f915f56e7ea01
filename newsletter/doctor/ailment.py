"""What can be wrong, as the reference page lists it; a diagnosis is one of these, found somewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from newsletter.domain.diagnosis import Diagnosis, Health
from newsletter.domain.dns_record import DnsRecord

__all__ = ["Ailment", "fine", "unasked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ailment:
    """One thing that can be wrong: its `code`, how bad it is, what it is in a sentence, and what comes of it.

    `advice` says what to do wherever it is found; a diagnosis may say it more precisely. `key` is what it is
    about in the configuration, if anything.
    """

    code: str
    health: Health
    title: str
    why: str
    advice: str
    key: tuple[str, ...] = ()

    def found(
        self,
        subject: str,
        what: str,
        *,
        fix: str | None = None,
        evidence: Iterable[str] = (),
        records: Iterable[DnsRecord] = (),
    ) -> Diagnosis:
        """Return the diagnosis that `subject` has it."""
        return Diagnosis(
            subject=subject,
            health=self.health,
            what=what,
            fix=fix or self.advice,
            code=self.code,
            why=self.why,
            evidence=tuple(evidence),
            records=tuple(records),
            key=self.key,
        )


def fine(subject: str, what: str, *evidence: str) -> Diagnosis:
    """Return the diagnosis that nothing is wrong."""
    return Diagnosis(subject=subject, health=Health.FINE, what=what, evidence=evidence)


def unasked(subject: str, what: str, fix: str | None = None) -> Diagnosis:
    """Return the diagnosis that nobody answered, which says nothing about `subject`."""
    return Diagnosis(
        subject=subject,
        health=Health.UNASKED,
        what=f"could not be asked: {what}",
        fix=fix or "try again",
        code="unasked",
    )
