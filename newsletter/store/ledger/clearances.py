"""Why a campaign was let through, and with which templates a test went out: lines in the log."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, select

from newsletter.domain.receipt import Clearance
from newsletter.store.ledger.campaigns import note
from newsletter.store.schema.tables import operator_log

__all__ = ["find", "keep", "note_test", "tried_templates"]

_ACTION = "clear"
_TEST = "test"


def keep(connection: Connection, campaign_id: str, clearance: Clearance) -> None:
    """Write down why the campaign was let through, and who sent it."""
    detail = json.dumps(asdict(clearance), default=datetime.isoformat, ensure_ascii=False, sort_keys=True)
    note(connection, _ACTION, campaign_id, detail)


def note_test(connection: Connection, templates: str) -> None:
    """Write down that a test went out with these templates (`domain.receipt.templates_digest`)."""
    note(connection, _TEST, None, json.dumps({"templates": templates}))


def tried_templates(connection: Connection) -> frozenset[str]:
    """Return the digests of the templates that a campaign or a test went out with."""
    details = connection.scalars(
        select(operator_log.c.detail).where(operator_log.c.action.in_((_ACTION, _TEST))).distinct()
    )
    return frozenset(json.loads(detail).get("templates", "") for detail in details) - {""}


def find(connection: Connection, campaign_id: str) -> Clearance | None:
    """Return why the campaign was let through; None when nothing was written down."""
    detail = connection.scalar(
        select(operator_log.c.detail)
        .where(operator_log.c.campaign_id == campaign_id, operator_log.c.action == _ACTION)
        .order_by(operator_log.c.id.desc())
        .limit(1)
    )
    if detail is None:
        return None
    found = json.loads(detail)
    approved_at = found["approved_at"]
    return Clearance(
        issue_digest=found["issue_digest"],
        templates=found.get("templates", ""),
        checked_at=datetime.fromisoformat(found["checked_at"]),
        warnings=tuple(found["warnings"]),
        approved_by=found["approved_by"],
        approved_at=datetime.fromisoformat(approved_at) if approved_at else None,
    )
