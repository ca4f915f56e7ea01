"""The letters of one issue: its conditions judged, and the variants that occur among its readers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from newsletter.domain.issue import Issue
from newsletter.domain.rendered import RenderedIssue
from newsletter.domain.slot import Slot
from newsletter.domain.variant import Variants, effective_key
from newsletter.errors import ContentError, reading_order
from newsletter.project.issues.empty_slots import unknown_fields

if TYPE_CHECKING:
    from newsletter.content.document import Document
    from newsletter.project import Project
    from newsletter.protocols import AudienceView

__all__ = ["Letters", "ShownVariant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownVariant:
    """One variant that occurs: how many readers have it, one of them, and the conditions that hold."""

    key: str
    count: int
    example_email: str
    conditions: tuple[str, ...]


class Letters:
    """What can be made of one issue; the Markdown is parsed once."""

    def __init__(self, project: Project, issue: Issue) -> None:
        """Look at `issue` of `project`; nothing is read yet."""
        self._project = project
        self._issue = issue

    @cached_property
    def document(self) -> Document:
        """Return the issue's Markdown; what is wrong with its conditions is among its problems."""
        from newsletter.content.markdown import parse_markdown

        document = parse_markdown(self._issue, fallbacks=self._project.config.fallbacks)
        if not document.conditions:
            return document
        wrong = self._project.audience.condition_problems(document.conditions)
        if not wrong:
            return document
        return replace(document, problems=tuple(sorted([*document.problems, *wrong], key=reading_order)))

    @property
    def conditions(self) -> tuple[str, ...]:
        """Return the texts of the conditions, in reading order."""
        return tuple(condition.text for condition in self.document.conditions)

    def require_sound(self) -> None:
        """Raise ContentError when the Markdown has problems, with everything else that is wrong as well."""
        if self.document.problems:
            self.render_known()

    def render_known(self, key: str | None = None) -> RenderedIssue:
        """Do what `render` does, and refuse slots that are no field too. Raises ContentError."""
        with self._telling_of_fields():
            rendered = self.render(key)
            ContentError.raise_if(list(unknown_fields(rendered.slots, self._project.config)))
        return rendered

    @contextmanager
    def _telling_of_fields(self) -> Iterator[None]:
        """Tell of every slot of the issue that is no field when it cannot be rendered for another reason."""
        try:
            yield
        except ContentError as error:
            found = (*unknown_fields(self._slot_uses(), self._project.config), *error.problems)
            raise ContentError(*sorted(dict.fromkeys(found), key=reading_order)) from error

    def _slot_uses(self) -> Iterator[Slot]:
        from newsletter.content.slots import protect_front_matter

        for line in protect_front_matter(self._issue, self._project.config.fallbacks):
            yield from line.slots.values()
        yield from self.document.slot_uses

    def render(self, key: str | None = None, *, is_marked: bool = False) -> RenderedIssue:
        """Render the variant `key`, or every block when None. Raises ContentError.

        `is_marked` marks each block of the HTML with its line in the file.
        """
        from newsletter.render.pipeline import render_issue

        return render_issue(
            self._issue, self._project.config, self.document, variant=key, is_marked=is_marked
        )

    def key_of(self, email: str | None) -> str | None:
        """Return the key of the reader at `email`; None for nobody, or somebody who is not on the list."""
        if not email or not self.document.conditions:
            return None
        self.require_sound()
        return self._project.audience.variant_of(email, self.conditions)

    def render_keys(self, keys: Iterable[str]) -> Variants:
        """Render the variants `keys`; keys that this letter cannot have count as every block.

        Raises ContentError.
        """
        from newsletter.content.conditions import every_block
        from newsletter.render.variants import render_variants

        every = every_block(self.document)
        fitting = [key if len(key) == len(every) else every for key in keys]
        return render_variants(self.document, self._project.config, fitting or [every])

    def render_occurring(self, keys: Iterable[str]) -> Variants:
        """Do what `render_keys` does, and tell of slots that are no field when it fails."""
        with self._telling_of_fields():
            return self.render_keys(keys)

    def render_for(self, segment: str, view: AudienceView | None = None) -> Variants:
        """Render the variants that occur among the readers of `segment` who do not have the issue yet.

        A `view` says who the readers are; by default all of the list.

        Raises UsageError for a wrong segment, ContentError also for too many variants.
        """
        self.require_sound()
        with self._telling_of_fields():
            if not self.document.conditions:
                return Variants.single(self.render())
            readers = view or self._project.audience.view()
            return self.render_keys(readers.variants(segment, self.conditions, self._issue.slug))

    def shown(self, segment: str | None, view: AudienceView | None = None) -> tuple[ShownVariant, ...]:
        """Return the variants that occur in `segment`; none without conditions, a list or a segment.

        A `view` says who the readers are; by default all of the list who get this language of the issue.
        Raises UsageError, ContentError.
        """
        if segment is None or not self.document.conditions or not self._project.has_store:
            return ()
        self.require_sound()
        readers = view or self._project.issues.view_of(self._issue.path)
        found = readers.variants(segment, self.conditions, issue=None)
        merged: dict[str, ShownVariant] = {}
        for key, having in found.items():
            settled = effective_key(self.document.conditions, key)
            known = merged.get(settled)
            merged[settled] = ShownVariant(
                key=settled,
                count=having.count + (known.count if known else 0),
                example_email=known.example_email if known else having.example,
                conditions=self._holding(settled),
            )
        return tuple(merged[key] for key in sorted(merged, reverse=True))

    def _holding(self, key: str) -> tuple[str, ...]:
        return tuple(text for text, mark in zip(self.conditions, key, strict=True) if mark == "1")
