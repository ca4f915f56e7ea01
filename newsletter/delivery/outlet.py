"""What one campaign's mail passes through: ledger, provider, shipment and the readers' links."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from newsletter.delivery.breaker import Patience
from newsletter.delivery.recipients import make_recipients
from newsletter.delivery.tolls import Rates
from newsletter.domain.links import ReaderLinks
from newsletter.domain.mailing import Mailing, Recipient
from newsletter.errors import Problem, UsageError
from newsletter.protocols import Clock, Ledger, Provider, Shipment

__all__ = ["Outlet", "Pace", "Progress", "Shipments", "Surroundings"]


class Shipments:
    """The shipments of one campaign, one for each variant and subject, made when its first batch is built."""

    def __init__(
        self,
        provider: Provider,
        mailings: Mapping[str, Mailing],
        watch: Callable[[Shipment], Shipment] | None = None,
    ) -> None:
        """Make shipments of `mailings`, by the key of the variant; none is made yet.

        `watch` puts another around each of them.
        """
        self._provider = provider
        self._mailings = mailings
        self._watch = watch
        self._made: dict[tuple[str, str], Shipment] = {}

    def of(self, variant: str, subject: str = "a") -> Shipment:
        """Return the shipment of `variant` with the first ("a") or second ("b") subject; for one thread.

        Raises ConfigError as `Provider.prepare` does.
        """
        made = self._made.get((variant, subject))
        if made is None:
            mailing = self._mailings[variant]
            chosen = replace(mailing, rendered=mailing.rendered.with_subject(subject))
            made = self._provider.prepare(chosen)
            made = self._made[variant, subject] = self._watch(made) if self._watch else made
        return made

    def close(self) -> None:
        """Release the connections of all."""
        for shipment in self._made.values():
            shipment.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """The way out for one campaign; `shipments` are the provider's, made from the campaign's mailings."""

    ledger: Ledger
    provider: Provider
    shipments: Shipments
    links: ReaderLinks

    def recipients(self, batch_id: int) -> Sequence[Recipient]:
        """Return a batch's recipients with their values and links, in order of position."""
        return make_recipients(self.ledger.recipients(batch_id), self.links)

    def check_provider(self, campaign_id: str) -> None:
        """See that this is the provider the campaign was planned for. Raises UsageError."""
        planned = self.ledger.campaign(campaign_id).provider
        if planned != self.provider.name:
            raise UsageError(
                Problem(
                    what=f'campaign {campaign_id} was planned for provider "{planned}", '
                    f'not "{self.provider.name}"',
                    why="only the provider that was asked can tell what became of an unknown batch",
                    fix=f"run it with: --provider {planned}",
                )
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast, and how patient.

    `concurrency` is the most submissions under way at once; None and anything above it mean the provider's
    own limit; how many there are at a time is found out (`delivery.window`). A batch that may not start
    within `longest_wait_s` ends the run instead of holding it up.
    """

    concurrency: int | None = None
    rates: Rates = field(default_factory=Rates)
    patience: Patience = field(default_factory=Patience)
    longest_wait_s: float = float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a campaign is, in deliveries; `open` ones are pending or under way."""

    total: int
    accepted: int = 0
    rejected: int = 0
    unknown: int = 0
    suppressed: int = 0

    @property
    def open(self) -> int:
        """Return how many are still to be settled."""
        return self.total - self.accepted - self.rejected - self.unknown - self.suppressed


def _never() -> bool:
    return False


def _unseen(progress: Progress) -> None:
    """Take no notice of `progress`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a run needs of the world: time, chance, whether to stop, and whom to tell.

    `random` returns numbers from 0 up to 1. `stop` is asked before each claim and while waiting; once it
    says True nothing new is submitted, and what is under way is finished and settled.
    """

    clock: Clock
    random: Callable[[], float]
    stop: Callable[[], bool] = _never
    progress: Callable[[Progress], None] = _unseen
