"""What the configuration, and whoever sends, ask of a plan beside a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from newsletter.config.schema import Config
from newsletter.delivery.rate import Rate, parse_rate
from newsletter.delivery.wish import Wish
from newsletter.domain.canary import canary_size
from newsletter.domain.duration import parse_duration_s
from newsletter.domain.quiet import QuietHours
from newsletter.domain.subject_test import SubjectMetric, SubjectTest
from newsletter.domain.wave import Gate, Wave, WaveKind
from newsletter.source import Place

__all__ = ["PlanRules", "lane_rates"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRules:
    """How a campaign is cut in waves and lanes.

    `canary` says how many go first (see `delivery.canary`) and `gate` what they must not show. It is `quiet`
    by the clock of `zone`, the newsletter's, or of each reader where a field names one (`is_by_reader`).
    `lanes` are the recipient domains with a rate of their own. `days` is how many may leave on each day, from
    the first on, while a sender is new; after the last there is no limit. With `test` a
    `test_share` (0 to 1) of the readers gets each of two subjects, and the rest waits `test_wait_s` seconds.
    """

    canary: str = "off"
    gate: Gate = field(default_factory=lambda: Gate(wait_s=2700.0))
    quiet: QuietHours | None = None
    zone: str = "UTC"
    is_by_reader: bool = False
    lanes: Mapping[str, Rate] = field(default_factory=dict)
    days: tuple[int, ...] = ()
    test: SubjectTest | None = None
    test_share: float = 0.0
    test_wait_s: float = 0.0

    @classmethod
    def of(
        cls, config: Config, wish: Wish, *, is_real: bool, days: tuple[int, ...] = (), has_two: bool = False
    ) -> PlanRules:
        """Return the rules in `config`, from which `wish` wins; mail that is not real is not waited for.

        `days` is the warm-up; `has_two` says that two subjects are to be tried, which takes its place.
        """
        send = config.send
        return cls(
            canary=wish.canary_text(config),
            gate=Gate(wait_s=parse_duration_s(send.canary_wait) if is_real else 0.0),
            quiet=QuietHours.parse(send.quiet) if send.quiet else None,
            zone=config.newsletter.timezone,
            is_by_reader=bool(send.zone_field),
            lanes=lane_rates(config),
            days=days if is_real and not has_two else (),
            test=_test(config) if has_two else None,
            test_share=float(send.subject_share.rstrip("% ")) / 100,
            test_wait_s=parse_duration_s(send.subject_wait) if is_real else 0.0,
        )

    @property
    def is_plain(self) -> bool:
        """Say whether everybody goes at once, in one lane."""
        return self.canary == "off" and not (
            self.quiet or self.is_by_reader or self.lanes or self.days or self.test
        )

    def firsts(self, readers: int) -> list[Wave]:
        """Return the waves that go before the rest, with the sizes they should have among `readers`.

        Those are two of readers who try a subject each, else a canary. While a sender is new, each day is
        looked at instead.
        """
        if self.days:
            return []
        if self.test is not None:
            size = min(max(round(readers * self.test_share), 1), readers // 3)
            gate = replace(self.gate, wait_s=self.test_wait_s, heard=_NEVER)
            kinds = (WaveKind.SUBJECT_A, WaveKind.SUBJECT_B)
            return [
                Wave(number=number, kind=kind, size=size, gate=gate)
                for number, kind in enumerate(kinds)
                if size
            ]
        size = canary_size(self.canary, readers)
        return [Wave(number=0, kind=WaveKind.CANARY, size=size, gate=self.gate)] if size else []


_NEVER = 2.0
"""A share nobody reaches: what readers do takes its time, however soon the provider tells of bounces."""


def _test(config: Config) -> SubjectTest:
    send = config.send
    return SubjectTest(
        metric=SubjectMetric(send.subject_metric),
        difference=float(send.subject_difference.rstrip("% ")) / 100,
    )


def lane_rates(config: Config) -> dict[str, Rate]:
    """Return the rate of each domain in `[send.domains]`. Raises ConfigError."""
    place = Place(path=config.shown_path)
    return {domain: parse_rate(text, place) for domain, text in config.send.domains.items()}
