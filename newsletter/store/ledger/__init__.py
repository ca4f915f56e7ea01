"""The ledger: who was sent what, and the only writer of states."""
