"""Hunspell dictionaries that are installed, or in the project; the only place that knows the library."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from newsletter.checks.spelling.habits import Habits, read_habits, read_text
from newsletter.checks.spelling.likely import likely_words
from newsletter.checks.spelling.listed import ListedWords
from newsletter.config.schema import Config

if TYPE_CHECKING:
    from hunspell import Hunspell

__all__ = ["Dictionary", "dictionary_files", "dictionary_lack", "forget_dictionaries", "open_dictionary"]

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
_MOST_SUGGESTED = 1_000
_TAG = re.compile(r"([a-z]{2,3})(?:-[a-z]{4})?(?:-([a-z]{2}))?", re.IGNORECASE)


class Dictionary(Protocol):
    """Words of one language."""

    def spell(self, word: str) -> bool:
        """Say whether `word` is right, in this letter case too; a capital at the start is always right."""

    def suggest(self, word: str) -> tuple[str, ...]:
        """Return words that look like `word`, the likeliest first."""


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


def forget_dictionaries() -> None:
    """Give back the memory of every dictionary, some 20 MB each; the next check reads it again."""
    if _load.cache_info().currsize:
        _load.cache_clear()
        # Python's objects live elsewhere, so what a C library freed stays unused until it is asked back.
        with suppress(OSError, AttributeError):  # glibc alone can
            ctypes.CDLL(None).malloc_trim(0)


def dictionary_files(config: Config, lang: str) -> tuple[Path, ...]:
    """Return the files of the dictionary that `open_dictionary` reads; none when there is none."""
    found = next(_candidates(config, lang), None)
    return () if found is None else (found, found.with_suffix(".dic"))


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

    return _Hunspell(Hunspell(name, hunspell_data_dir=str(folder)), folder / name)


class _Hunspell:
    """A dictionary that hunspell looks words up in; what was meant is our own guess, which is quicker."""

    def __init__(self, words: Hunspell, stem: Path) -> None:
        self._words = words
        self._stem = stem
        self._suggested: dict[str, tuple[str, ...]] = {}
        self.spell: Callable[[str], bool] = words.spell

    def suggest(self, word: str) -> tuple[str, ...]:
        """Return words that look like `word`, the likeliest first; none that it will not offer."""
        if (
            word not in self._suggested
        ):  # remembered here, and forgotten with the dictionary: it takes milliseconds
            if len(self._suggested) >= _MOST_SUGGESTED:
                self._suggested.clear()
            self._suggested[word] = tuple(likely_words(word, self._is_fit, self._habits, self._listed))
        return self._suggested[word]

    def _is_fit(self, word: str) -> bool:
        if not self.spell(word):
            return False
        return not self._unfit or self._unfit.isdisjoint(map(str.lower, (word, *self._words.stem(word))))

    @cached_property
    def _habits(self) -> Habits:
        return read_habits(read_text(self._stem.with_suffix(".aff"))[0])

    @cached_property
    def _listed(self) -> ListedWords:
        _, encoding = read_text(self._stem.with_suffix(".aff"))
        return ListedWords(read_text(self._stem.with_suffix(".dic"), encoding)[0])

    @cached_property
    def _unfit(self) -> frozenset[str]:
        return self._listed.flagged(self._habits.unfit, self._habits.flags)
