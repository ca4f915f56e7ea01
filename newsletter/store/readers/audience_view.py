"""What checks and the plan may ask of list and ledger: `protocols.AudienceView` on a database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from newsletter.audience.expression import Expression
from newsletter.domain.campaign import Campaign
from newsletter.domain.member_columns import MemberColumns
from newsletter.domain.preferences import Rest
from newsletter.protocols import VariantReaders
from newsletter.store.ledger.ledger import SqlLedger
from newsletter.store.readers.subscribers import SqlSubscribers

__all__ = ["SqlAudienceView"]


class SqlAudienceView:
    """Read-only answers about segments; `resolve` turns a name or an expression into its tree."""

    def __init__(
        self,
        subscribers: SqlSubscribers,
        ledger: SqlLedger,
        resolve: Callable[[str], Expression],
        rest: Rest | None = None,
    ) -> None:
        """Ask `subscribers` and `ledger`; `resolve` raises UsageError for a wrong segment.

        Who rests from the letter that `rest` is about is no member.
        """
        self._rest = rest
        self._subscribers = subscribers
        self._ledger = ledger
        self._resolve = resolve

    def pages(self, segment: str, conditions: Sequence[str] = ()) -> Iterator[MemberColumns]:
        """Yield who would get an issue sent to `segment`, by subscriber id. Raises UsageError."""
        asked = [self._resolve(one) for one in conditions]
        return self._subscribers.pages(self._resolve(segment), asked, self._rest)

    def variants(
        self, segment: str, conditions: Sequence[str], issue: str | None
    ) -> Mapping[str, VariantReaders]:
        """Return who has each key in the segment, without those who have `issue`. Raises UsageError."""
        asked = [self._resolve(one) for one in conditions]
        return self._subscribers.variants(self._resolve(segment), asked, issue)

    def campaigns(self, issue: str) -> Sequence[Campaign]:
        """Return the campaigns of `issue` (a slug), newest first."""
        return self._ledger.campaigns(issue)

    def tried_templates(self) -> frozenset[str]:
        """Return the digests of the templates that a campaign or a test went out with."""
        return self._ledger.tried_templates()

    def already_planned(self, issue: str, segment: str) -> int:
        """Return how many of the segment's members already have a delivery of `issue`."""
        return self._subscribers.count_planned(self._resolve(segment), issue)
