"""Siblings: the files that are one issue in several languages, told by their names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from newsletter.domain.languages import is_language, tidy_language

__all__ = ["SiblingFile", "Siblings", "find_siblings", "group_siblings", "split_name"]

_NO_LANGUAGES = frozenset({"bak", "new", "old", "tmp"})
"""What people write before `.md` for a file they put aside; no language anybody writes a letter in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiblingFile:
    """One language of an issue: `lang` is the tag in the file's name, "" where it names none."""

    lang: str
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Siblings:
    """An issue on disk: the files `KEY.LANG.md` of one `key` in one folder, by language, at least one.

    An issue in one language may have a name without one, `KEY.md`; it is the only file then.
    """

    key: str
    files: tuple[SiblingFile, ...]

    @property
    def has_languages(self) -> bool:
        """Say whether there are several languages, so that readers differ in the letter they get."""
        return len(self.files) > 1

    @property
    def langs(self) -> tuple[str, ...]:
        """Return the tags of the languages, in order."""
        return tuple(file.lang for file in self.files)

    def path_of(self, lang: str) -> Path | None:
        """Return the file in `lang` (a tag as `langs` has it), None when there is none."""
        return next((file.path for file in self.files if file.lang == lang), None)


def split_name(name: str) -> tuple[str, str]:
    """Return key and language of a file name: `("2026-12-01-x", "nl")` for `2026-12-01-x.nl.md`.

    The language is "" where the name has none.
    """
    stem = name.removesuffix(".md")
    key, dot, tag = stem.rpartition(".")
    if dot and key and is_language(tag) and tag.lower() not in _NO_LANGUAGES:
        return key, tidy_language(tag)
    return stem, ""


def find_siblings(path: Path) -> Siblings:
    """Return the issue that the file at `path` belongs to, with every file of it in the same folder.

    The file itself need not exist. Of two files in one language, which differ only in how they write its tag,
    the one at `path` counts, else the first.
    """
    path = path.absolute()
    key, lang = split_name(path.name)
    if not lang:
        return Siblings(key=key, files=(SiblingFile(lang="", path=path),))
    try:
        beside = [one for one in path.parent.glob("*.md") if one.name.startswith(f"{key}.") and one.is_file()]
    except OSError:  # a folder that cannot be read has no files to offer
        beside = []
    return _of(key, [path, *sorted(beside)])


def group_siblings(paths: Sequence[Path]) -> tuple[Siblings, ...]:
    """Return the issues that the files at `paths` are, in order of their first file."""
    groups: dict[tuple[Path, str, bool], list[Path]] = {}
    for path in paths:
        key, lang = split_name(path.name)
        groups.setdefault((path.parent, key, bool(lang)), []).append(path)
    return tuple(
        _of(key, found) if has_lang else Siblings(key=key, files=(SiblingFile(lang="", path=found[0]),))
        for (_, key, has_lang), found in groups.items()
    )


def _of(key: str, paths: Iterable[Path]) -> Siblings:
    by_lang: dict[str, Path] = {}
    for path in paths:
        found, lang = split_name(path.name)
        if lang and found == key:
            by_lang.setdefault(lang, path)
    return Siblings(
        key=key, files=tuple(SiblingFile(lang=lang, path=by_lang[lang]) for lang in sorted(by_lang))
    )
