"""SQL compiled once in each process of tests, however many stores its tests open.

SQLAlchemy keeps what it has compiled with the engine, and every test has a store, so an engine, of its own:
compiling the same statements again is much of what a test with a store would do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine

__all__ = ["KeptStatements", "keeping"]

_MOST = 3_000  # properties make up statements that nobody asks for again


class KeptStatements(dict[tuple[Any, ...], Any]):
    """Compiled statements of all engines, by kind of database where an engine has them by its own dialect."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        """Return what was compiled from the statement that `key` stands for."""
        return super().get(_of_any_engine(key), default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        """Keep what was compiled from the statement that `key` stands for."""
        if len(self) >= _MOST:
            self.clear()
        super().__setitem__(_of_any_engine(key), compiled)


def keeping(make_engine: Callable[..., Engine], kept: KeptStatements) -> Callable[..., Engine]:
    """Return `make_engine` for engines that look up what they compile in `kept`."""

    def make(*arguments: Any, **options: Any) -> Engine:
        return make_engine(*arguments, **options, execution_options={"compiled_cache": kept})

    return make


def _of_any_engine(key: tuple[Any, ...]) -> tuple[Any, ...]:
    dialect, *rest = key
    return type(dialect), *rest
