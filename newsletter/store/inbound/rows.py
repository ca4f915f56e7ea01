"""Rows of mail that came in: between the columns of `inbound` and the values of the domain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import MISSING, fields
from typing import Any

from sqlalchemy import Row

from newsletter.domain.inbound import (
    Authentication,
    AuthVerdict,
    BounceFacts,
    Evidence,
    FoundIntent,
    InboundKind,
    Intent,
)
from newsletter.domain.inbound_mail import AttachmentName, InboundMail, MailFacts, RemovedPiece
from newsletter.domain.inbox import InboundState
from newsletter.domain.provider_event import BounceClass

__all__ = ["facts_values", "inbound_mail"]

_PLAIN = tuple(
    field.name
    for field in fields(MailFacts)
    if field.name
    not in {
        "attachments",
        "evidence",
        "intents",
        "bounces",
        "auth",
        "auth_detail",
        "match_evidence",
        "removed",
    }
)


def facts_values(facts: MailFacts) -> dict[str, Any]:  # what SQLAlchemy takes
    """Return the columns of `inbound` that hold `facts`."""
    values: dict[str, Any] = {name: getattr(facts, name) for name in _PLAIN}
    detail = facts.auth_detail
    values["auth"] = facts.auth
    values["auth_detail"] = (
        None
        if detail is None
        else {"server": detail.server or "", "dmarc": str(detail.dmarc), "dkim": str(detail.dkim)}
    )
    values["attachments"] = _items(facts.attachments)
    values["evidence"] = _items(facts.evidence)
    values["intents"] = _items(facts.intents)
    values["bounces"] = _items(facts.bounces)
    values["removed"] = _items(facts.removed)
    values |= {name: _storable(value) for name, value in values.items() if isinstance(value, str)}
    values["match_evidence"] = [
        {"rule": _storable(rule), "excerpt": _storable(excerpt)} for rule, excerpt in facts.match_evidence
    ]
    return values


def inbound_mail(row: Row[Any], tags: Iterable[str]) -> InboundMail:
    """Return the mail of a row of `inbound` joined with `spool` and the subscriber's address."""
    known: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    facts = MailFacts(
        **known,
        attachments=tuple(AttachmentName(**_only(AttachmentName, one)) for one in row.attachments or ()),
        evidence=tuple(_evidence(one) for one in row.evidence or ()),
        intents=tuple(_intent(one) for one in row.intents or ()),
        bounces=tuple(_bounce(one) for one in row.bounces or ()),
        removed=tuple(RemovedPiece(**_only(RemovedPiece, one)) for one in row.removed or ()),
        match_evidence=tuple((one["rule"], one["excerpt"]) for one in row.match_evidence or ()),
        auth=None if row.auth is None else AuthVerdict(row.auth),
        auth_detail=_authentication(row.auth_detail),
    )
    return InboundMail(
        id=row.id,
        state=InboundState(row.state),
        received_at=row.received_at,
        read_at=row.read_at,
        parsed_at=row.parsed_at,
        trouble=row.trouble,
        facts=facts,
        sha256=row.sha256,
        path=row.path,
        size_bytes=row.size_bytes,
        has_raw=row.removed_at is None,
        tags=tuple(sorted(tags)),
        email=row.email,
    )


def _storable(text: str) -> str:
    """Return `text` without what no database takes: half characters, and the one that ends a text in C."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")


def _items(values: Iterable[Any]) -> list[dict[str, Any]]:
    """Return frozen values as JSON objects; members that are None are left out."""
    return [
        {
            field.name: _storable(member) if isinstance(member, str) else member
            for field in fields(value)
            if (member := getattr(value, field.name)) is not None
        }
        for value in values
    ]


def _only(kind: type[Any], item: dict[str, Any]) -> dict[str, Any]:
    """Return the members of `item` that `kind` has: another version may have written more.

    What `_items` left out because it was None is None again.
    """
    known = {field.name: field.default for field in fields(kind)}
    absent: dict[str, Any] = {name: None for name, default in known.items() if default is MISSING}
    return absent | {name: value for name, value in item.items() if name in known}


def _evidence(item: dict[str, Any]) -> Evidence:
    return Evidence(**{**_only(Evidence, item), "kind": InboundKind(item["kind"])})


def _intent(item: dict[str, Any]) -> FoundIntent:
    return FoundIntent(**{**_only(FoundIntent, item), "intent": Intent(item["intent"])})


def _bounce(item: dict[str, Any]) -> BounceFacts:
    bounce = item.get("bounce")
    return BounceFacts(
        **{**_only(BounceFacts, item), "bounce": None if bounce is None else BounceClass(bounce)}
    )


def _authentication(item: dict[str, Any] | None) -> Authentication | None:
    if item is None:
        return None
    return Authentication(
        server=item["server"] or None, dmarc=AuthVerdict(item["dmarc"]), dkim=AuthVerdict(item["dkim"])
    )
