"""The ledger in SQLite keeps the contract of every ledger."""

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


class SqliteHome:
    """A ledger in a file of its own."""

    def __init__(self, root: Path) -> None:
        """Open it."""
        self._root = root
        self.store: Store = open_store("sqlite:///ledger.db", root)

    @property
    def ledger(self) -> Ledger:
        """Return the ledger."""
        return self.store.ledger

    @property
    def leases(self) -> Leases:
        """Return its leases."""
        return self.store.leases

    def die(self) -> None:
        """Drop everything and open the file again."""
        self.store.close()
        self.store = open_store("sqlite:///ledger.db", self._root)

    def suppress(self, email: str) -> None:
        """Put an address among those never mailed."""
        self.store.subscribers.suppress(email, SuppressionReason.MANUAL, NOW)

    def enlist(self, email: str, status: SubscriberStatus) -> None:
        """Put a subscriber on the list."""
        self.store.subscribers.add(Subscriber(id=0, email=email, key=address_key(email), status=status))


@pytest.fixture
def home(tmp_path: Path) -> Iterator[SqliteHome]:
    made = SqliteHome(tmp_path)
    yield made
    made.store.close()


class TestSqliteLedger(LedgerContract):
    """Every test of the contract."""


class TestSqliteLeases(LeasesContract):
    """Every test of sending together."""
