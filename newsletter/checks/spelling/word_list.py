"""The words of the project that no dictionary knows: `words.txt` beside `newsletter.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from stat import S_ISREG

from newsletter.errors import Problem
from newsletter.source import Place

__all__ = ["WORDS_FILE", "WordList", "read_word_list", "word_problem"]

WORDS_FILE = "words.txt"

_MOST_BYTES = 1_000_000
_WORD = re.compile(r"[^\W_]+(?:['’.&-][^\W_]+)*\.?")
_COMMENT = re.compile(r"(?:^|\s)#.*")


@dataclass(frozen=True, slots=True, kw_only=True)
class WordList:
    """Words, apostrophes straight, and what is wrong with lines of the file.

    A word in small letters is right with capitals too; one with a capital only as it stands.
    """

    words: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()

    def knows(self, word: str) -> bool:
        """Say whether `word` is in the list, in a letter case that fits."""
        plain = word.replace("’", "'")
        return plain in self.words or plain.lower() in self.words


def read_word_list(root: Path) -> WordList:
    """Return the word list of the project at `root`; an empty one where there is no file."""
    path = root / WORDS_FILE
    try:
        stat = path.stat()
    except OSError:
        return WordList()
    if not S_ISREG(stat.st_mode):  # a pipe would be waited for
        what = "the word list is not a file, and is not read"
        return WordList(problems=(Problem(what=what, place=Place(path=WORDS_FILE)),))
    return _read(path, stat.st_mtime_ns, stat.st_size)


def word_problem(word: str) -> str | None:
    """Return why `word` cannot be in the list, None when it can."""
    if _WORD.fullmatch(word):
        return None
    return f'"{word[:40]}" is not one word of letters'


@lru_cache(maxsize=16)
def _read(path: Path, stamp: int, size: int) -> WordList:  # noqa: ARG001 (a changed file is another key)
    if size > _MOST_BYTES:
        what = f"the word list is larger than {_MOST_BYTES:,} bytes, and is not read"
        return WordList(problems=(Problem(what=what, place=Place(path=WORDS_FILE)),))
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        wrong = Place(path=WORDS_FILE, line=line)
        return WordList(
            problems=(Problem(what="the word list is not UTF-8", place=wrong, fix="save it as UTF-8"),)
        )
    except OSError as error:
        what = f"the word list cannot be read: {error.strerror}"
        return WordList(problems=(Problem(what=what, place=Place(path=WORDS_FILE)),))
    return _parse(text.splitlines())


def _parse(lines: Iterable[str]) -> WordList:
    words: set[str] = set()
    problems: list[Problem] = []
    for number, line in enumerate(lines, 1):
        word = _COMMENT.sub("", line).strip()
        if not word:
            continue
        wrong = word_problem(word)
        if wrong is None:
            words.add(word.replace("’", "'"))
            continue
        place = Place(path=WORDS_FILE, line=number)
        problems.append(Problem(what=wrong, place=place, fix="write one word on a line; # starts a comment"))
    return WordList(words=frozenset(words), problems=tuple(problems))
