"""Whether everything is set up to arrive."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from newsletter.config.places import config_place
from newsletter.doctor.ailment import unasked
from newsletter.doctor.round import Exam, go_round
from newsletter.domain.diagnosis import Diagnosis, Health
from newsletter.domain.outcome import OutcomeKind
from newsletter.errors import CannotAsk, ConfigError, Problem, StoreError
from newsletter.project.upkeep.patient import make_patient
from newsletter.project.waiting import within
from newsletter.protocols import Diagnosing, NameProbe, Provider

if TYPE_CHECKING:
    from newsletter.doctor.transport import Fetch
    from newsletter.project import Project

__all__ = ["Area", "Doctor"]

_LONGEST_S = 20.0
"""Longest wait for all answers of one area together, in seconds."""


class Area(StrEnum):
    """What can be looked at by itself."""

    DNS = "dns"
    PROVIDER = "provider"
    SITE = "site"
    MACHINE = "machine"
    MAILBOX = "mailbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doctor:
    """Looks at one newsletter; changes nothing and sends nothing.

    `names` answers for the domain name system, `visit` for pages. `provider` is another one than the
    configured one. The files that records point to are looked at when `has_network` is allowed;
    `tell` is told what is being looked at.
    """

    project: Project
    names: NameProbe
    visit: Fetch
    provider: str | None = None
    has_network: bool = False
    tell: Callable[[str], None] = lambda _text: None

    def examine(self, areas: Sequence[Area]) -> dict[Area, Sequence[Diagnosis]]:
        """Return what is found in each of `areas`.

        Raises ConfigError for a wrong configuration; with several areas, that of the provider is told among
        what is found, so that the others are looked at all the same.
        """
        looks = {
            Area.DNS: self._dns,
            Area.PROVIDER: self._provider if len(areas) == 1 else self._provider_among_others,
            Area.SITE: self._site,
            Area.MACHINE: self._machine,
            Area.MAILBOX: self._mailbox,
        }
        found: dict[Area, Sequence[Diagnosis]] = {}
        for area in areas:
            self.tell(f"looking: {area}")
            found[area] = [self._placed(one) for one in looks[area]()]
        return found

    def _placed(self, one: Diagnosis) -> Diagnosis:
        """Return `one` with the place of the key it is about."""
        return replace(one, place=config_place(self.project.config, *one.key)) if one.key else one

    def _dns(self) -> Sequence[Diagnosis]:
        from newsletter.doctor.ailments.spf import SENDER_MISSING
        from newsletter.doctor.domain_name_system import dns_exams
        from newsletter.probes.name_desk import NameDesk

        patient = make_patient(self.project, self.provider)
        if patient is None:
            return [SENDER_MISSING.found("sender", "there is no sender")]
        desk = NameDesk(self.names, total_s=_LONGEST_S)
        fetch = self.visit if self.has_network else None
        return go_round(dns_exams(patient, desk.ask, fetch), longest_s=2 * _LONGEST_S)

    def _provider(self) -> Sequence[Diagnosis]:
        provider = self.project.sending.provider(self.provider)
        place = Diagnosis(subject="provider", health=Health.FINE, what=provider.describe())
        look = partial(_diagnose, provider)
        try:
            return [place, *within(look, longest_s=2 * _LONGEST_S, whom=provider.name)]
        except CannotAsk as error:
            return [place, unasked("account", error.problems[0].what, error.problems[0].fix)]

    def _provider_among_others(self) -> Sequence[Diagnosis]:
        try:
            return self._provider()
        except ConfigError as error:
            return [_misconfigured(problem) for problem in error.problems]

    def _site(self) -> Sequence[Diagnosis]:
        from newsletter.doctor.ailments.site import SITE_ABUSED
        from newsletter.doctor.site import look_at_site
        from newsletter.project.upkeep.machine import read_abuse

        config = self.project.config
        base_url = config.site.base_url or config.newsletter.base_url
        name = self.provider or config.provider.name
        reporter = name if self.project.webhooks.knows(name) else None
        look = partial(look_at_site, base_url, self.visit, self.project.clock.now(), reporter)
        abuse = read_abuse(self.project)
        told = [SITE_ABUSED.found("form", abuse)] if abuse else []
        return [*told, *go_round([Exam(subject="site", look=look)], longest_s=2 * _LONGEST_S)]

    def _machine(self) -> Sequence[Diagnosis]:
        from newsletter.doctor.machine import judge_machine
        from newsletter.project.upkeep.machine import read_machine, time_address

        address = time_address(self.project)
        clock = [Exam(subject="clock", look=partial(self._clock, address))] if address else []
        here = judge_machine(read_machine(self.project), self.project.clock.now())
        return [*go_round(clock, longest_s=_LONGEST_S), *here]

    def _mailbox(self) -> Sequence[Diagnosis]:
        from newsletter.doctor.mailbox import judge_mailbox
        from newsletter.project.replies.mailbox_state import read_mailbox_state

        look = partial(read_mailbox_state, self.project)
        try:
            state = within(look, longest_s=2 * _LONGEST_S, whom="the mailbox")
        except (CannotAsk, StoreError) as error:  # a database that does not answer is told of the machine
            return [unasked("mailbox", error.problems[0].what, error.problems[0].fix)]
        return list(judge_mailbox(state, self.project.clock.now()))

    def _clock(self, address: str) -> Iterator[Diagnosis]:
        from newsletter.doctor.machine import judge_clock

        seen = self.visit(address)
        if seen.fault:
            raise CannotAsk(Problem(what=f"{address}: {seen.fault}", fix="look at the connection"))
        yield judge_clock(seen, self.project.clock.now())


def _misconfigured(problem: Problem) -> Diagnosis:
    return Diagnosis(
        subject="configuration", health=Health.PROBLEM, what=problem.what, fix=problem.fix, why=problem.why
    )


def _diagnose(provider: Provider) -> Sequence[Diagnosis]:
    return list(provider.diagnose()) if isinstance(provider, Diagnosing) else [_probe(provider)]


def _probe(provider: Provider) -> Diagnosis:
    """Ask what every provider can be asked: whether it would take mail now."""
    outcome = provider.probe()
    if outcome.kind is OutcomeKind.ACCEPTED:
        return Diagnosis(subject="connection", health=Health.FINE, what=outcome.detail or "it answers")
    fix = "look at its section in newsletter.toml"
    return Diagnosis(subject="connection", health=Health.PROBLEM, what=outcome.detail, fix=fix)
