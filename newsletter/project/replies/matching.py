"""The desk where matching asks: the ledger, the list, and the subjects of letters as their files are."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

from newsletter.content.siblings import find_siblings
from newsletter.errors import NewsletterError
from newsletter.store.inbound.match_desk import SqlMatchDesk

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["match_desk"]


def match_desk(project: Project) -> SqlMatchDesk:
    """Return a desk for one round of reading: each letter's file is read at most once for it.

    A letter that is gone, or cannot be read any more, has no subject to be found by.
    """

    @cache
    def subjects(slug: str, path: str) -> tuple[str, ...]:
        found: list[str] = []
        for file in find_siblings(project.config.root / path).files:
            with suppress(NewsletterError):
                issue = project.issues.load(file.path)
                if issue.slug == slug:
                    found += [issue.subject, *([issue.subject_b] if issue.subject_b else [])]
        return tuple(found)

    return SqlMatchDesk(project.store.database, project.store.signing_keys, project.clock.now, subjects)
