"""The audience of a correction, seen as any audience is: `protocols.AudienceView` on a database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from newsletter.audience.expression import Expression
from newsletter.domain.campaign import Campaign
from newsletter.domain.correction import Correction, CorrectionKind
from newsletter.domain.member_columns import MemberColumns
from newsletter.protocols import AudienceView, VariantReaders
from newsletter.store.ledger.corrections import SqlCorrections

__all__ = ["CorrectionView"]


class CorrectionView:
    """Answers for the readers a correction mails, whatever segment is named.

    The faulty campaign does not count among those of its issue: it stops when the corrected one is planned.
    """

    def __init__(
        self,
        correction: Correction,
        corrections: SqlCorrections,
        others: AudienceView,
        resolve: Callable[[str], Expression],
    ) -> None:
        """Ask `corrections` for readers, `others` for all else; `resolve` reads a condition."""
        self._correction = correction
        self._corrections = corrections
        self._others = others
        self._resolve = resolve

    def pages(
        self,
        segment: str,  # noqa: ARG002 (AudienceView's)
        conditions: Sequence[str] = (),
    ) -> Iterator[MemberColumns]:
        """Yield whom the correction mails, by subscriber id. Raises UsageError for a wrong condition."""
        return self._corrections.pages(self._correction, [self._resolve(one) for one in conditions])

    def variants(
        self,
        segment: str,  # noqa: ARG002 (AudienceView's)
        conditions: Sequence[str],
        issue: str | None,  # noqa: ARG002 (AudienceView's)
    ) -> Mapping[str, VariantReaders]:
        """Return who has each key among those whom the correction mails. Raises UsageError."""
        return self._corrections.variants(self._correction, [self._resolve(one) for one in conditions])

    def campaigns(self, issue: str) -> Sequence[Campaign]:
        """Return the campaigns of `issue` (a slug) to the same readers, newest first; the faulty one is none.

        A notice to the readers of another faulty campaign is not to the same.
        """
        faulty, is_notice = self._correction.campaign, self._correction.kind is CorrectionKind.NOTICE
        found = [one for one in self._others.campaigns(issue) if one.id != faulty]
        return [one for one in found if one.corrects == faulty] if is_notice else found

    def tried_templates(self) -> frozenset[str]:
        """Return the digests of the templates that a campaign or a test went out with."""
        return self._others.tried_templates()

    def already_planned(self, issue: str, segment: str) -> int:  # noqa: ARG002 (AudienceView's)
        """Return 0: whoever is mailed by the correction is taken over, or has another issue."""
        return 0
