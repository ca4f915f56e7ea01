"""Hunspell dictionaries that are installed, or in the project; the only place that knows the library."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from newsletter.config.schema import Config

__all__ = ["Dictionary", "dictionary_lack", "open_dictionary"]

_FOLDERS = (
    Path("/usr/share/hunspell"),
    Path("/usr/share/myspell/dicts"),
    Path("/usr/local/share/hunspell"),
    Path("/opt/homebrew/share/hunspell"),
    Path("/Library/Spelling"),
    Path.home() / "Library/Spelling",
)
_PREFERRED = {
    "nl": ("nl_NL", "nl"),
    "en": ("en_GB", "en_US"),
    "de": ("de_DE",),
    "fr": ("fr_FR", "fr"),
}
_PACKAGES = {"nl": "hunspell-nl", "en": "hunspell-en-gb", "de": "hunspell-de-de", "fr": "hunspell-fr"}
_TAG = re.compile(r"([a-z]{2,3})(?:-[a-z]{4})?(?:-([a-z]{2}))?", re.IGNORECASE)


class Dictionary(Protocol):
    """Words of one language."""

    def spell(self, word: str) -> bool:
        """Say whether `word` is right, in this letter case too; a capital at the start is always right."""

    def suggest(self, word: str) -> tuple[str, ...]:
        """Return words that look like `word`, the likeliest first."""

    def __hash__(self) -> int:
        """Return what tells this dictionary from another, so that answers can be remembered."""


def open_dictionary(config: Config, lang: str) -> Dictionary | None:
    """Return the dictionary for letters in `lang` (BCP 47), read once; None when there is none.

    The folder in `[checks] dictionaries` goes before those of the system. A region, as in `en-US`, is
    taken at its word; without one the dictionary that most people of that language have is taken.
    """
    found = next(_candidates(config, lang), None)
    if found is None:
        return None
    stamps = (found.stat().st_mtime_ns, found.with_suffix(".dic").stat().st_mtime_ns)
    return _load(found.parent, found.stem, stamps)


def dictionary_lack(config: Config, lang: str) -> str | None:
    """Return why spelling in `lang` cannot be checked and what to type, None when it can."""
    if next(_candidates(config, lang), None) is not None:
        return None
    language = lang.partition("-")[0].lower()
    package = _PACKAGES.get(language, f"hunspell-{language}")
    return f"no dictionary for {lang} is installed: sudo apt install {package}"


def _candidates(config: Config, lang: str) -> Iterator[Path]:
    own = config.checks.dictionaries
    folders = [config.root / own] if own else []
    names = _names(lang)
    for folder in (*folders, *_FOLDERS):
        for name in names:
            # A pattern finds nl_BE where there is no nl_NL; sorted, so that it is the same one each time.
            for path in sorted(folder.glob(f"{name}.aff")):
                if path.is_file() and path.with_suffix(".dic").is_file():
                    yield path


def _names(lang: str) -> Sequence[str]:
    match = _TAG.fullmatch(lang)
    if match is None:
        return ()
    language, region = match[1].lower(), (match[2] or "").upper()
    if region:
        return (f"{language}_{region}",)
    return (*_PREFERRED.get(language, ()), f"{language}_*", language)


@lru_cache(maxsize=4)
def _load(folder: Path, name: str, stamps: tuple[int, int]) -> Dictionary:  # noqa: ARG001 (a changed file is another key)
    from hunspell import Hunspell  # a shared library, loaded where words are looked up

    found: Dictionary = Hunspell(name, hunspell_data_dir=str(folder))
    return found
