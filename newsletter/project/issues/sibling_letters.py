"""The letters of an issue in all its languages: which occur among its readers, and whose each is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from newsletter.content.siblings import find_siblings, split_name
from newsletter.delivery.digests import campaign_digests
from newsletter.domain.campaign import Digests
from newsletter.domain.issue import Issue
from newsletter.domain.languages import (
    LanguageChoice,
    choose_language,
    is_language,
    language_order,
    tidy_language,
)
from newsletter.domain.rendered import RenderedIssue
from newsletter.domain.variant import Variants, key_in, split_key
from newsletter.errors import ContentError, Problem, UsageError
from newsletter.project.issues.language_view import LanguageView
from newsletter.project.issues.letters import Letters
from newsletter.source import Place

if TYPE_CHECKING:
    from newsletter.project import Project
    from newsletter.protocols import AudienceView

__all__ = ["SiblingLetters"]

T = TypeVar("T")


class SiblingLetters:
    """What can be made of an issue as a whole; of one in a single language, what its `Letters` make."""

    def __init__(self, project: Project, path: Path) -> None:
        """Look at the issue that the file at `path` belongs to; nothing is read yet."""
        self._project = project
        self._own = split_name(path.name)[1]
        files = {file.lang: file.path for file in find_siblings(path).files}
        order = language_order(files, project.config.newsletter.lang)
        self.paths: Mapping[str, Path] = {lang: files[lang] for lang in order}
        """The files by language, first the one for readers whom none fits."""

    @property
    def has_languages(self) -> bool:
        """Say whether readers differ in the language they get."""
        return len(self.paths) > 1

    @property
    def langs(self) -> tuple[str, ...]:
        """Return the languages, first the one for readers whom none fits."""
        return tuple(self.paths)

    # --- the files --------------------------------------------------------------------------------

    @cached_property
    def issues(self) -> Mapping[str, Issue]:
        """Return the issue as each language has it. Raises UsageError, ContentError with every problem."""
        found = self._each(lambda lang: self._project.issues.load(self.paths[lang]))
        first = next(iter(found.values()))
        ContentError.raise_if(
            [
                Problem(
                    what=f'the slug is "{one.slug}", and "{first.slug}" in {first.shown_path}',
                    place=one.place("slug" if "slug" in one.places else None),
                    why="the languages of one issue have one slug, so that nobody gets it twice",
                    fix="write the same  slug: …  in both, or in neither",
                )
                for one in found.values()
                if one.slug != first.slug
            ]
        )
        return found

    @property
    def lead(self) -> Issue:
        """Return the issue in the language for readers whom none fits."""
        return next(iter(self.issues.values()))

    def issue_of(self, key: str) -> Issue:
        """Return the file of the variant `key`."""
        return self.issues.get(split_key(key)[0] or self._own) or self.lead

    def going(self, variants: Variants) -> Mapping[str, Issue]:
        """Return the files of `variants` by language; none for an issue in one language."""
        return {lang: self.issues[lang] for lang in self.langs if lang in variants.languages}

    @property
    def digest(self) -> str:
        """Return the SHA-256 (hex) of the files: of the one there is, else of all together."""
        if not self.has_languages:
            return self.lead.digest
        text = "".join(f"{lang}\0{issue.digest}\n" for lang, issue in self.issues.items())
        return sha256(text.encode()).hexdigest()

    # --- who gets which ---------------------------------------------------------------------------

    @cached_property
    def choice(self) -> LanguageChoice:
        """Return how readers are told apart. Raises StoreError."""
        spoken = self._project.store.subscribers.langs() if self._project.has_store else []
        return LanguageChoice(langs=self.langs, spoken=tuple(spoken))

    def view_of(self, lang: str, view: AudienceView) -> AudienceView:
        """Return those readers of `view` who get the letter in `lang`."""
        return LanguageView(view, self.choice, lang) if self.has_languages else view

    def lang_for(self, email: str | None) -> str:
        """Return the language that the reader at `email` gets; the first for who is not on the list."""
        found = self._project.store.subscribers.get(email) if email and self._project.has_store else None
        return choose_language(self.langs, found.lang if found else None)

    def lang_called(self, lang: str) -> str:
        """Return the language of the issue that is called `lang`. Raises UsageError when it is not in it."""
        named = tidy_language(lang) if is_language(lang) else lang
        own = self.langs if self.has_languages else (self.lead.lang,)
        if named not in (*own, *self.langs):
            raise UsageError(
                Problem(
                    what=f'the issue is not in "{lang}"',
                    place=Place(path=self.lead.shown_path),
                    fix=f"it is in: {', '.join(own)}",
                )
            )
        return named if self.has_languages else self.langs[0]

    # --- the letters ------------------------------------------------------------------------------

    @cached_property
    def letters(self) -> Mapping[str, Letters]:
        """Return what can be made of each language."""
        return {lang: self._project.issues.letters(issue) for lang, issue in self.issues.items()}

    def render_for(self, segment: str, view: AudienceView | None = None) -> Variants:
        """Render the variants that occur among the readers of `segment` who do not have the issue yet.

        Does and raises what `Letters.render_for` does.
        """
        if not self.has_languages:
            return self._only.render_for(segment, view)
        self._each(lambda lang: self.letters[lang].require_sound())
        blocks = tuple(dict.fromkeys(text for one in self.letters.values() for text in one.conditions))
        asked = (*self.choice.conditions, *blocks)
        readers = view or self._project.audience.view()
        found = readers.variants(segment, asked, self.lead.slug)
        keys = {marks: self._key(marks, blocks) for marks in found}
        return self._joined(self._render(keys.values()), asked, keys)

    def render_keys(self, keys: Iterable[str]) -> Variants:
        """Render the variants `keys` of a campaign. Raises ContentError, and UsageError for a language gone.

        Keys without a language are those of a campaign from before there was a second one.
        """
        wanted = tuple(keys)
        gone = sorted({lang for key in wanted if (lang := split_key(key)[0])} - set(self.paths))
        if gone or (not self.has_languages and any(":" in key for key in wanted)):
            raise UsageError(_gone(next(iter(self.paths.values())), gone or [self._own]))
        if not any(":" in key for key in wanted):
            own = self.letters.get(self._own) or self._only
            return own.render_keys(wanted)
        return self._joined(self._render(wanted), (), {})

    def render_any(self, keys: Iterable[str]) -> Variants:
        """Render the letter in its first language; `keys` are of another letter, and count where they fit."""
        return self._only.render_keys(split_key(key)[1] for key in keys)

    def digests(self, variants: Variants, audience: str) -> Digests:
        """Return what a campaign of `variants` is bound to; `audience` is the frozen audience's digest."""
        return campaign_digests(
            self.issue_of(next(iter(variants.letters))),
            variants,
            self._project.config,
            audience,
            tuple(self.going(variants).values()),
        )

    @property
    def _only(self) -> Letters:
        return next(iter(self.letters.values()))

    def _key(self, marks: str, blocks: Sequence[str]) -> str:
        """Return the key of readers with `marks`: of the language they get, and its own conditions."""
        count = len(self.langs)
        lang = self.choice.lang_of(marks[:count])
        holds = dict(zip(blocks, marks[count:], strict=True))
        return key_in(lang, "".join(holds[text] for text in self.letters[lang].conditions))

    def _render(self, keys: Iterable[str]) -> Mapping[str, Variants]:
        """Render the variants `keys`, by language; with none, everything in the first language."""
        wanted: dict[str, list[str]] = {}
        for key in keys:
            lang, marks = split_key(key)
            wanted.setdefault(lang, []).append(marks)
        chosen = {lang: wanted.get(lang, []) for lang in self.langs if lang in wanted} or {self.langs[0]: []}
        return self._each(lambda lang: self.letters[lang].render_occurring(chosen[lang]), chosen)

    def _joined(
        self, found: Mapping[str, Variants], asked: tuple[str, ...], keys: Mapping[str, str]
    ) -> Variants:
        letters: dict[str, RenderedIssue] = {}
        same: dict[str, str] = {}
        for lang, variants in found.items():
            letters |= {key_in(lang, marks): letter for marks, letter in variants.letters.items()}
            same |= {key_in(lang, one): key_in(lang, other) for one, other in variants.same.items()}
        count = len(self.langs)
        return Variants(
            letters=letters,
            conditions=asked,
            same=same | {marks: same.get(key, key) for marks, key in keys.items()},
            languages={lang: variants.conditions for lang, variants in found.items()},
            falling_back=frozenset(marks for marks in keys if self.choice.falls_back(marks[:count])),
        )

    def _each(self, make: Callable[[str], T], langs: Iterable[str] | None = None) -> dict[str, T]:
        """Return what `make` makes of each language. Raises ContentError with the problems of all."""
        made: dict[str, T] = {}
        problems: list[Problem] = []
        for lang in self.paths if langs is None else langs:
            try:
                made[lang] = make(lang)
            except ContentError as error:
                problems += error.problems
        ContentError.raise_if(list(dict.fromkeys(problems)))
        return made


def _gone(path: Path, langs: Sequence[str]) -> Problem:
    key = split_name(path.name)[0]
    names = ", ".join(f"{key}.{lang}.md" for lang in langs)
    return Problem(
        what=f"files of this campaign's letter are gone: {names}",
        why="its readers were to get the letter in their own language",
        fix="put them back, as they were, beside the other",
    )
