"""Answers that somebody is still writing, as files: what was typed outlives an editor and a process."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from newsletter.errors import Problem, StoreError, UsageError
from newsletter.replacing import make_private_folder
from newsletter.source import Place, shown_path

__all__ = ["UnfinishedAnswers"]

_FOLDER = Path(".newsletter", "answers")


class UnfinishedAnswers:
    """One file for each mail that is being answered, for its owner only. Raises StoreError."""

    def __init__(self, root: Path) -> None:
        """Keep them in the project at `root`."""
        self._root = root

    def path(self, number: int) -> Path:
        """Return where the answer to mail `number` is written."""
        return self._root / _FOLDER / f"{number}.txt"

    def shown(self, number: int) -> str:
        """Return that path as messages show it."""
        return shown_path(self.path(number), self._root)

    def begin(self, number: int, text: str) -> bool:
        """Make the file with `text` to begin with; False when one is there, which stays as it is."""
        path = self.path(number)
        try:
            make_private_folder(path.parent)
            with os.fdopen(
                os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
            ) as file:
                file.write(text)
        except FileExistsError:
            return False
        except OSError as error:
            raise self._fault(error, number, "the answer cannot be kept while it is written") from error
        return True

    def read(self, number: int) -> str:
        """Return what was written, nothing when the file is gone. Raises UsageError for what is not UTF-8."""
        try:
            return self.path(number).read_bytes().decode("utf-8-sig")
        except FileNotFoundError:
            return ""
        except UnicodeDecodeError as error:
            raise UsageError(
                Problem(
                    what=f"{self.shown(number)} is not UTF-8",
                    fix=f"it is kept; save it as UTF-8: newsletter replies answer {number}",
                )
            ) from error
        except OSError as error:
            raise self._fault(error, number, "what was written cannot be read") from error

    def drop(self, number: int) -> None:
        """Remove the file; one that is gone already is no fault."""
        try:
            self.path(number).unlink(missing_ok=True)
        except OSError as error:
            raise self._fault(error, number, "what was written cannot be removed") from error

    def drop_strangers(self, is_known: Callable[[int], bool]) -> None:
        """Remove the files of mails that are not known any more."""
        for path in (self._root / _FOLDER).glob("*.txt"):
            if path.stem.isdecimal() and not is_known(int(path.stem)):
                self.drop(int(path.stem))

    def _fault(self, error: OSError, number: int, what: str) -> StoreError:
        why = (error.strerror or str(error)).lower()
        return StoreError(Problem(what=what, place=Place(path=self.shown(number)), why=why))
