"""An empty store for one example of a property test: a copy, because making one takes longer."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from newsletter.store.opening import Store, open_store

__all__ = ["fresh_store", "temporary_store"]

_NAME = "newsletter.db"


def fresh_store(root: Path) -> Store:
    """Open the store in directory `root`, empty when there is none yet."""
    path = root / _NAME
    if not path.exists():
        path.write_bytes(_empty())
    return open_store(f"sqlite:///{_NAME}", root)


@contextmanager
def temporary_store() -> Iterator[Store]:
    """Give an empty store that goes away at the end."""
    with tempfile.TemporaryDirectory() as directory, fresh_store(Path(directory)) as store:
        yield store


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as directory:
        open_store(f"sqlite:///{_NAME}", Path(directory)).close()
        return (Path(directory) / _NAME).read_bytes()
