"""An empty store on either database, for tests that run on both."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.store.opening import Store, open_store
from newsletter.testing.temporary_store import fresh_store

__all__ = ["a_store", "a_store_url"]

_FILE = "sqlite:///newsletter.db"


def a_store(request: pytest.FixtureRequest, root: Path) -> Store:
    """Open an empty store on the database that the parameter of the fixture names."""
    url = a_store_url(request, root)
    return open_store(url, root)


def a_store_url(request: pytest.FixtureRequest, root: Path) -> str:
    """Return the URL of an empty store on the database that the parameter of the fixture names."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgres_url")
        return url
    fresh_store(root).close()
    return _FILE
