"""What the configuration, and whoever sends, ask of a plan beside a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from newsletter.config.schema import Config
from newsletter.delivery.rate import Rate, parse_rate
from newsletter.delivery.wish import Wish
from newsletter.domain.duration import parse_duration_s
from newsletter.domain.quiet import QuietHours
from newsletter.domain.wave import Gate
from newsletter.source import Place

__all__ = ["PlanRules", "lane_rates"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRules:
    """How a campaign is cut in waves and lanes.

    `canary` says how many go first (see `delivery.canary`) and `gate` what they must not show. It is `quiet`
    by the clock of `zone`, the newsletter's, or of each reader where a field names one (`is_by_reader`).
    `lanes` are the recipient domains with a rate of their own. `days` is how many may leave on each day, from
    the first on, while a sender is new; after the last there is no limit.
    """

    canary: str = "off"
    gate: Gate = field(default_factory=lambda: Gate(wait_s=2700.0))
    quiet: QuietHours | None = None
    zone: str = "UTC"
    is_by_reader: bool = False
    lanes: Mapping[str, Rate] = field(default_factory=dict)
    days: tuple[int, ...] = ()

    @classmethod
    def of(cls, config: Config, wish: Wish, *, is_real: bool, days: tuple[int, ...] = ()) -> PlanRules:
        """Return the rules in `config`, from which `wish` wins; mail that is not real is not waited for."""
        send = config.send
        return cls(
            canary=wish.canary_text(config),
            gate=Gate(wait_s=parse_duration_s(send.canary_wait) if is_real else 0.0),
            quiet=QuietHours.parse(send.quiet) if send.quiet else None,
            zone=config.newsletter.timezone,
            is_by_reader=bool(send.zone_field),
            lanes=lane_rates(config),
            days=days if is_real else (),
        )

    @property
    def is_plain(self) -> bool:
        """Say whether everybody goes at once, in one lane."""
        return self.canary == "off" and not (self.quiet or self.is_by_reader or self.lanes or self.days)

    @property
    def has_canary(self) -> bool:
        """Say whether a few go first; while a sender is new, each day is looked at instead."""
        return self.canary != "off" and not self.days


def lane_rates(config: Config) -> dict[str, Rate]:
    """Return the rate of each domain in `[send.domains]`. Raises ConfigError."""
    place = Place(path=config.shown_path)
    return {domain: parse_rate(text, place) for domain, text in config.send.domains.items()}
