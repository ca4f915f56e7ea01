"""What every ledger must do. Subclass, give a `home` fixture, and pass unchanged."""

from __future__ import annotations

from newsletter.testing.planning_contract import PlanningContract
from newsletter.testing.rates_contract import RatesContract
from newsletter.testing.settling_contract import SettlingContract

__all__ = ["LedgerContract"]


class LedgerContract(PlanningContract, RatesContract, SettlingContract):
    """All tests for a ledger; needs a fixture `home`, a `ledger_samples.LedgerHome`."""
