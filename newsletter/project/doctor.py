"""Whether everything is set up to arrive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from newsletter.domain.diagnosis import Diagnosis, Health
from newsletter.domain.outcome import OutcomeKind
from newsletter.protocols import Diagnosing, Provider

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["examine_provider"]


def examine_provider(project: Project, name: str | None = None) -> Sequence[Diagnosis]:
    """Return how the provider called `name`, or the configured one, stands; sends nothing.

    Raises ConfigError when it cannot be asked at all.
    """
    provider = project.sending.provider(name)
    place = Diagnosis(subject="provider", health=Health.FINE, what=provider.describe())
    found = provider.diagnose() if isinstance(provider, Diagnosing) else [_probe(provider)]
    return [place, *found]


def _probe(provider: Provider) -> Diagnosis:
    """Ask what every provider can be asked: whether it would take mail now."""
    outcome = provider.probe()
    if outcome.kind is OutcomeKind.ACCEPTED:
        return Diagnosis(subject="connection", health=Health.FINE, what=outcome.detail or "it answers")
    fix = "look at its section in newsletter.toml"
    return Diagnosis(subject="connection", health=Health.PROBLEM, what=outcome.detail, fix=fix)
