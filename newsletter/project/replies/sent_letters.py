"""Letters that left, as the stages of reading want them: their subjects, and what they said."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from newsletter.errors import NewsletterError

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["SentLetters"]

_RECENT = 12  # campaigns whose subjects automatic answers may still repeat


class SentLetters:
    """The letters of a project for one round of reading; each file is read at most once for it."""

    def __init__(self, project: Project) -> None:
        """Read the letters of `project`."""
        self._project = project
        self._texts: dict[str, str | None] = {}

    @cached_property
    def subjects(self) -> tuple[str, ...]:
        """Return the subjects of the newest letters; of one that is gone there is none. Raises StoreError."""
        found: dict[str, None] = {}
        campaigns = sorted(self._project.store.ledger.campaigns(), key=lambda one: one.created_at)
        for path in dict.fromkeys(one.issue_path for one in campaigns[-_RECENT:]):
            try:
                issue = self._project.issues.load(self._project.config.root / path)
            except NewsletterError:
                continue
            found.update(dict.fromkeys(filter(None, (issue.subject, issue.subject_b))))
        return tuple(found)

    def text(self, slug: str | None) -> str | None:
        """Return the plain text of an issue with every block, for nobody in particular; None when it is gone.

        Raises StoreError.
        """
        if slug is None:
            return None
        if slug not in self._texts:
            self._texts[slug] = self._render(slug)
        return self._texts[slug]

    def _render(self, slug: str) -> str | None:
        paths = {one.issue_path for one in self._project.store.ledger.campaigns() if one.issue == slug}
        for path in sorted(paths):
            try:
                issue = self._project.issues.load(self._project.config.root / path)
                return self._project.issues.render(issue).text.fill({})
            except NewsletterError:
                continue
        return None
