"""Whether everything is set up to arrive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from newsletter.domain.diagnosis import Diagnosis, Health
from newsletter.domain.outcome import OutcomeKind
from newsletter.errors import ConfigError
from newsletter.project.patient import make_patient
from newsletter.protocols import Diagnosing, NameProbe, Provider

if TYPE_CHECKING:
    from newsletter.doctor.transport import Fetch
    from newsletter.project import Project

__all__ = ["Doctor"]

_LONGEST_S = 20.0
"""Longest wait for all answers of one area together, in seconds."""


class Doctor:
    """Looks at one newsletter, one area at a time; changes nothing and sends nothing."""

    def __init__(self, project: Project) -> None:
        """Look at `project`."""
        self._project = project

    def dns(
        self, names: NameProbe, *, provider: str | None = None, fetch: Fetch | None = None
    ) -> Sequence[Diagnosis]:
        """Return how the sender's domain stands, asking `names`, and pages when there is a `fetch`.

        The provider called `provider`, or the configured one, is asked what it needs.
        """
        from newsletter.doctor.ailments.sender import SENDER_MISSING
        from newsletter.doctor.domain_name_system import dns_exams
        from newsletter.doctor.round import go_round
        from newsletter.probes.name_desk import NameDesk

        patient = make_patient(self._project, provider)
        if patient is None:
            return [SENDER_MISSING.found("sender", "there is no sender")]
        desk = NameDesk(names, total_s=_LONGEST_S)
        return go_round(dns_exams(patient, desk.ask, fetch), longest_s=2 * _LONGEST_S)

    def provider(self, name: str | None = None) -> Sequence[Diagnosis]:
        """Return how the provider called `name`, or the configured one, stands.

        Raises ConfigError when it cannot be asked at all.
        """
        provider = self._project.sending.provider(name)
        place = Diagnosis(subject="provider", health=Health.FINE, what=provider.describe())
        found = provider.diagnose() if isinstance(provider, Diagnosing) else [_probe(provider)]
        return [place, *found]

    def provider_among_others(self, name: str | None = None) -> Sequence[Diagnosis]:
        """Return the same, with what is wrong in the configuration among what is found."""
        try:
            return self.provider(name)
        except ConfigError as error:
            return [_misconfigured(problem.what, problem.fix, problem.why) for problem in error.problems]


def _misconfigured(what: str, fix: str | None, why: str | None) -> Diagnosis:
    return Diagnosis(subject="configuration", health=Health.PROBLEM, what=what, fix=fix, why=why)


def _probe(provider: Provider) -> Diagnosis:
    """Ask what every provider can be asked: whether it would take mail now."""
    outcome = provider.probe()
    if outcome.kind is OutcomeKind.ACCEPTED:
        return Diagnosis(subject="connection", health=Health.FINE, what=outcome.detail or "it answers")
    fix = "look at its section in newsletter.toml"
    return Diagnosis(subject="connection", health=Health.PROBLEM, what=outcome.detail, fix=fix)
