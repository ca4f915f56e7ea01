"""The project's own words: listed, and written to `words.txt`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from newsletter.errors import ConfigError, Problem, UsageError
from newsletter.replacing import replace_file

__all__ = ["Words"]

_HEAD = "# Words no dictionary has and that are right, one a line; in small letters: also with capitals.\n"


class Words:
    """What can be done with the word list of a project."""

    def __init__(self, root: Path) -> None:
        """Work on the word list in `root`."""
        self._root = root

    def all(self) -> Sequence[str]:
        """Return the words in order of the alphabet. Raises ConfigError for lines that hold no word."""
        from newsletter.checks.spelling.word_list import read_word_list

        found = read_word_list(self._root)
        ConfigError.raise_if(found.problems)
        return sorted(found.words, key=lambda word: (word.lower(), word))

    def add(self, words: Sequence[str]) -> Sequence[str]:
        """Write those of `words` that are new at the end of the file, and return them.

        Raises UsageError for what is not one word or when the file cannot be written, ConfigError when what
        is in it cannot be read.
        """
        from newsletter.checks.spelling.word_list import WORDS_FILE, word_problem

        problems = [
            Problem(what=wrong, fix="name each word by itself")
            for word in words
            if (wrong := word_problem(word)) is not None
        ]
        UsageError.raise_if(problems)
        known = set(self.all())
        new = [word for word in dict.fromkeys(words) if word.replace("’", "'") not in known]
        path = self._root / WORDS_FILE
        try:
            text = path.read_text("utf-8") if path.exists() else _HEAD
            text += "" if text.endswith("\n") or not text else "\n"
            if new:
                replace_file(path, (text + "".join(f"{word}\n" for word in new)).encode())
        except OSError as error:
            raise UsageError(Problem(what=f"{path} cannot be written: {error.strerror}")) from error
        return new
