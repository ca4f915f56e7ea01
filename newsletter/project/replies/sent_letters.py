"""Letters that left, as the stages of reading want them: their subjects, and what they said."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from newsletter.content.siblings import find_siblings
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
        self._texts: dict[str, Mapping[str | None, str]] = {}

    @cached_property
    def subjects(self) -> tuple[str, ...]:
        """Return the subjects of the newest letters; of one that is gone there is none. Raises StoreError."""
        found: dict[str, None] = {}
        campaigns = sorted(self._project.store.ledger.campaigns(), key=lambda one: one.created_at)
        for path in dict.fromkeys(one.issue_path for one in campaigns[-_RECENT:]):
            for file in find_siblings(self._project.config.root / path).files:
                try:
                    issue = self._project.issues.load(file.path)
                except NewsletterError:
                    continue
                found.update(dict.fromkeys(filter(None, (issue.subject, issue.subject_b))))
        return tuple(found)

    def text(self, slug: str | None, delivery: str | None = None) -> str | None:
        """Return the plain text of an issue with every block, for nobody in particular; None when it is gone.

        Of one in several languages that of the `delivery` (an id), of all one below the other when it is not
        known. Raises StoreError.
        """
        if slug is None:
            return None
        if slug not in self._texts:
            self._texts[slug] = self._render(slug)
        texts = self._texts[slug]
        if len(texts) > 1 and delivery is not None:
            lang = self._project.store.languages.of_delivery(delivery)
            texts = {lang: texts[lang]} if lang in texts else texts
        return "\n".join(texts.values()) if texts else None

    def _render(self, slug: str) -> Mapping[str | None, str]:
        """Return the text in each language, of the first of the issue's files that can still be read."""
        paths = {one.issue_path for one in self._project.store.ledger.campaigns() if one.issue == slug}
        for path in sorted(paths):
            texts: dict[str | None, str] = {}
            for file in find_siblings(self._project.config.root / path).files:
                with suppress(NewsletterError):
                    issue = self._project.issues.load(file.path)
                    texts[file.lang] = self._project.issues.render(issue).text.fill({})
            if texts:
                return texts
        return {}
