"""Memory: subscribers and the ledger, the only place with SQL."""
