"""The ledger keeps the contract of every ledger, in SQLite and in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.domain.address import address_key
from newsletter.domain.subscriber import Subscriber, SubscriberStatus, SuppressionReason
from newsletter.protocols import Leases, Ledger
from newsletter.store.opening import Store, open_store
from newsletter.testing.leases_contract import LeasesContract
from newsletter.testing.store_contract import LedgerContract

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


class Home:
    """A ledger in a database of its own."""

    def __init__(self, url: str, root: Path) -> None:
        """Open it."""
        self._url = url
        self._root = root
        self.store: Store = open_store(url, root)

    @property
    def ledger(self) -> Ledger:
        """Return the ledger."""
        return self.store.ledger

    @property
    def leases(self) -> Leases:
        """Return its leases."""
        return self.store.leases

    def die(self) -> None:
        """Drop everything and open it again."""
        self.store.close()
        self.store = open_store(self._url, self._root)

    def suppress(self, email: str) -> None:
        """Put an address among those never mailed."""
        self.store.subscribers.suppress(email, SuppressionReason.MANUAL, NOW)

    def enlist(self, email: str, status: SubscriberStatus) -> None:
        """Put a subscriber on the list."""
        self.store.subscribers.add(Subscriber(id=0, email=email, key=address_key(email), status=status))


class OnFile:
    """For the tests of a contract: each has a file of its own."""

    @pytest.fixture
    def home(self, tmp_path: Path) -> Iterator[Home]:
        """Return an empty ledger."""
        made = Home("sqlite:///ledger.db", tmp_path)
        yield made
        made.store.close()


class OnServer:
    """For the tests of a contract: each has the server's database, emptied."""

    @pytest.fixture
    def home(self, postgres_url: str, tmp_path: Path) -> Iterator[Home]:
        """Return an empty ledger."""
        made = Home(postgres_url, tmp_path)
        yield made
        made.store.close()


class TestSqliteLedger(OnFile, LedgerContract):
    """Every test of the contract, on a file."""


class TestPostgresLedger(OnServer, LedgerContract):
    """Every test of the contract, on a server."""


class TestSqliteLeases(OnFile, LeasesContract):
    """Every test of sending together, on a file."""


class TestPostgresLeases(OnServer, LeasesContract):
    """Every test of sending together, on a server."""
