"""For every test: properties are judged by what they find, not by how fast the machine is.

They look at the same examples in every run, so that a change is blamed for what it did; with NEWSLETTER_FUZZ
set they look elsewhere each time.

Kill tests need strace, and say so where it is missing; with NEWSLETTER_REQUIRE_TOOLS=1, as in `.ci/run`,
they run and fail instead.

With two workers one begins with the browser and the other with processes, which take longest; the rest is
shared out as they get ready. Within these groups the order is random.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from newsletter.store.database import migrate, postgres_database, sqlite_database
from tests.kept_statements import KeptStatements, keeping
from tests.new_stores import NewStores

if TYPE_CHECKING:
    from tests.postgres_server import PostgresServer

# Else every process that a test starts would compile all modules anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

settings.register_profile(
    "patient",
    deadline=None,
    derandomize="NEWSLETTER_FUZZ" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("patient")

NEW_STORES = NewStores(migrate._run)


@pytest.fixture(scope="session", autouse=True)
def new_stores() -> Iterator[None]:
    """Let the migrations run once, and make the same of every new database."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(migrate, "_run", NEW_STORES.upgrade)
        yield


@pytest.fixture(scope="session", autouse=True)
def kept_statements() -> Iterator[None]:
    """Let a statement be compiled once for all stores."""
    kept = KeptStatements()
    with pytest.MonkeyPatch.context() as patched:
        for module in (postgres_database, sqlite_database):
            patched.setattr(module, "create_engine", keeping(module.create_engine, kept))
        yield


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Run the migrations themselves where a test is about them."""
    NEW_STORES.is_asked_to_run = item.get_closest_marker("migrations") is not None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip kill tests where there is no strace; put what takes longest where a worker begins."""
    if not shutil.which("strace") and os.environ.get("NEWSLETTER_REQUIRE_TOOLS") != "1":
        for item in items:
            if item.get_closest_marker("kill"):
                item.add_marker(
                    pytest.mark.skip(reason="strace is not installed; on Debian: apt install strace")
                )
    browser, process, quick = (
        [item for item in items if _group(item) == group] for group in ("browser", "process", "")
    )
    first = max(0, len(items) // 2 - len(browser))
    items[:] = [*browser, *quick[:first], *process, *quick[first:]]


def _group(item: pytest.Item) -> str:
    """Return the folder of `item` where its tests are long: `browser` or `process`."""
    here = Path(__file__).parent
    return next((name for name in ("browser", "process") if here / name in item.path.parents), "")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Return a PostgreSQL server, started for the first test that asks for it."""
    from tests.postgres_server import running_server  # only then are its libraries loaded

    with running_server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> str:
    """Return the URL of a store in PostgreSQL with nothing in it."""
    return postgres_server.store_url()
