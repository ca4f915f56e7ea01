"""Why a campaign is held whose ledger may be older than the mail: whoever was waiting may have the letter."""

from __future__ import annotations

__all__ = ["HELD_BY_EVENTS", "HELD_BY_RESTORE", "WHY_HELD"]

HELD_BY_EVENTS = (
    "the provider tells of mail that this ledger does not know it sent: the ledger is older than the mail,"
    " as after restoring a backup; who was waiting may have the letter"
)
"""A provider told of a mail by an attempt that is not in the ledger."""

HELD_BY_RESTORE = (
    "a backup was put back, and the campaign may have gone on after it was made;"
    " who was waiting then may have the letter"
)
"""A backup took the place of the database."""

WHY_HELD = frozenset({HELD_BY_EVENTS, HELD_BY_RESTORE})
