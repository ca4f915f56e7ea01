"""The slugs that a segment may name: of issues that were written, and of those that were sent."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from newsletter.content.loader import slug_from_name
from newsletter.errors import NewsletterError

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["Slugs"]


class Slugs(Collection[str]):
    """Every slug there is, looked up only when one is asked for: most segments name none."""

    def __init__(self, project: Project) -> None:
        """Look among the issues and the campaigns of `project`."""
        self._project = project

    def __contains__(self, slug: object) -> bool:
        """Say whether an issue has the slug; front matter is read only when no file name gives it."""
        return slug in self._sent or slug in self._named or slug in self._own

    def __iter__(self) -> Iterator[str]:
        """Yield every slug, once."""
        yield from sorted(self._sent | self._named | self._own)

    def __len__(self) -> int:
        """Return how many slugs there are."""
        return len(self._sent | self._named | self._own)

    @cached_property
    def _named(self) -> frozenset[str]:
        return frozenset(slug for path in self._project.issues.all() if (slug := slug_from_name(path.name)))

    @cached_property
    def _sent(self) -> frozenset[str]:
        if not self._project.has_store:
            return frozenset()
        return frozenset(campaign.issue for campaign in self._project.store.ledger.campaigns())

    @cached_property
    def _own(self) -> frozenset[str]:
        found = set()
        for path in self._project.issues.all():
            try:
                found.add(self._project.issues.load(path).slug)
            except NewsletterError:  # `check` tells what is wrong with it
                continue
        return frozenset(found)
