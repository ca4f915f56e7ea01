"""Variants: the letters that differ because some blocks are shown to some readers only.

A variant is told by its key: a 0 or 1 for each condition of the letter, in reading order, 1 where the
condition holds. A letter without conditions has one variant, with the key "". Of an issue in several
languages the key begins with the language and a colon: "nl:01".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from newsletter.domain.rendered import RenderedIssue
from newsletter.domain.slot import Slot
from newsletter.errors import Problem
from newsletter.source import Place

__all__ = ["MAX_VARIANTS", "Condition", "Variants", "effective_key", "key_in", "split_key"]

MAX_VARIANTS = 32
"""Most variants of one letter; each is rendered and checked, and nobody can look at more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A distinct condition of a letter: its text, in the segment language, and every place it stands at.

    `around` has for each place the numbers (from 0, in reading order) of the conditions it stands inside.
    """

    text: str
    places: tuple[Place, ...]
    around: tuple[tuple[int, ...], ...]


def effective_key(conditions: Sequence[Condition], key: str) -> str:
    """Return `key` with a 0 for each condition that shows nothing, because what is around it is hidden.

    Keys that show the same blocks have the same effective key.
    """
    holds = [mark == "1" for mark in key]
    return "".join(
        "1" if holds[number] and any(all(holds[outer] for outer in one) for one in condition.around) else "0"
        for number, condition in enumerate(conditions)
    )


def key_in(lang: str, marks: str) -> str:
    """Return the key of the variant `marks` in `lang`, one of the languages of an issue."""
    return f"{lang}:{marks}"


def split_key(key: str) -> tuple[str, str]:
    """Return language and marks of a key; the language is "" for an issue in one."""
    lang, _, marks = key.rpartition(":")
    return lang, marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Variants:
    """The letters of one issue: one for each variant that occurs, rendered once.

    `conditions` are the texts to ask the list for, one mark each: those of the letter's blocks. `letters`
    maps a key to the letter, at least one. `same` maps every other key that occurs, and the marks of the
    list, to the key of the letter that its readers get.

    An issue in several languages first asks for the languages; `languages` then maps each of them to the
    texts of the conditions in its own letter, and `falling_back` are the marks of readers whom none fits.
    """

    letters: Mapping[str, RenderedIssue]
    conditions: tuple[str, ...] = ()
    same: Mapping[str, str] = field(default_factory=dict)
    languages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    falling_back: frozenset[str] = frozenset()

    @classmethod
    def single(cls, rendered: RenderedIssue) -> Variants:
        """Return the variants of a letter that is the same for everybody."""
        return cls(letters={"": rendered})

    @property
    def first(self) -> RenderedIssue:
        """Return one of the letters, for what they all share: subject, slug, language, inputs."""
        return next(iter(self.letters.values()))

    @property
    def blocks(self) -> tuple[str, ...]:
        """Return the texts of the conditions of blocks, in whatever language."""
        texts = self.languages.values() if self.languages else [self.conditions]
        return tuple(dict.fromkeys(text for one in texts for text in one))

    @property
    def notes(self) -> tuple[Problem, ...]:
        """Return what is to be told of the letters; those of one language tell the same."""
        if not self.languages:
            return self.first.notes
        firsts: dict[str, RenderedIssue] = {}
        for key, letter in self.letters.items():
            firsts.setdefault(split_key(key)[0], letter)
        return tuple(dict.fromkeys(note for letter in firsts.values() for note in letter.notes))

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Return every distinct slot of any of the letters."""
        found = {(slot.name, slot.fallback): slot for one in self.letters.values() for slot in one.slots}
        return tuple(found.values())

    def key_of(self, key: str) -> str | None:
        """Return the key of the letter that a reader with `key` gets; None when no letter was made."""
        return key if key in self.letters else self.same.get(key)

    def letter(self, key: str) -> RenderedIssue:
        """Return the letter of readers with `key`; one of the others when none was made for it."""
        return self.letters[found] if (found := self.key_of(key)) is not None else self.first

    def shown(self, key: str) -> tuple[str, ...]:
        """Return the texts of the conditions that hold in the variant `key`."""
        lang, marks = split_key(key)
        return tuple(text for text, mark in zip(self.asked_in(lang), marks, strict=True) if mark == "1")

    def asked_in(self, lang: str) -> tuple[str, ...]:
        """Return the texts of the conditions of the letter in `lang`, "" for an issue in one language."""
        return self.languages[lang] if self.languages else self.conditions

    @property
    def digest(self) -> str:
        """Return the SHA-256 (hex) of every letter, and of what decides who gets which.

        That of the letter itself where there is no condition.
        """
        if not self.conditions and not self.languages:
            return self.first.digest
        sha = sha256()
        for lang, texts in sorted(self.languages.items()) or [("", self.conditions)]:
            sha.update(f"\0l{lang}".encode() if lang else b"")
            for text in texts:
                sha.update(f"\0c{text}".encode())
        for key, rendered in sorted(self.letters.items()):
            sha.update(f"\0v{key}\0{rendered.digest}".encode())
        return sha.hexdigest()
