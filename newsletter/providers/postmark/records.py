"""What Postmark's own records prove about an attempt nobody answered.

A message that is there was taken. One that is not there may still come: its absence proves nothing.
Source: "Outbound message search" in Postmark's developer documentation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from newsletter.domain.mailing import Recipient
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.providers.json_answers import one_line, read_object

__all__ = ["read_found"]


def read_found(
    status: int, body: bytes, recipients: Sequence[Recipient], attempt_key: str
) -> Submission | None:
    """Return who of `recipients` is accepted, by an answer to the search for `attempt_key`; None for nobody.

    The others are unknown as before.
    """
    rows = read_object(body).get("Messages") if status == 200 else None
    found = _ids_by_delivery(rows if isinstance(rows, list) else (), attempt_key)
    proven = {
        one.position: Outcome(
            kind=OutcomeKind.ACCEPTED,
            detail="Postmark has it",
            provider_id=found[one.delivery_id] or None,
            status=200,
        )
        for one in recipients
        if one.delivery_id in found
    }
    if not proven:
        return None
    still = Outcome(kind=OutcomeKind.UNKNOWN, detail="Postmark does not show it, which proves nothing")
    return Submission(outcome=still, exceptions=proven)


def _ids_by_delivery(rows: Sequence[object], attempt_key: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for row in rows:
        metadata = row.get("Metadata") if isinstance(row, dict) else None
        if isinstance(row, dict) and isinstance(metadata, dict) and metadata.get("nl_a") == attempt_key:
            found[one_line(metadata.get("nl_d"))] = one_line(row.get("MessageID"))[:200]
    return found
