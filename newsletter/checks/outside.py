"""What rules may ask of the network and of other programs: only what was requested."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from newsletter.checks.registry import Stage
from newsletter.domain.outcome import Outcome
from newsletter.protocols import LinkProbe, NameProbe, PageProbe, SpamProbe

__all__ = ["NOTHING_OUTSIDE", "Outside"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Who answers; `asked` are the stages on request that were asked for.

    `provider` asks, without sending, whether mail can go out.
    """

    asked: frozenset[Stage] = field(default_factory=frozenset)
    links: LinkProbe | None = None
    names: NameProbe | None = None
    pages: PageProbe | None = None
    spam: SpamProbe | None = None
    provider: Callable[[], Outcome] | None = None


NOTHING_OUTSIDE = Outside()
"""Nothing was asked for."""
