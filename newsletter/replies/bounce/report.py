"""Reports of delivery as RFC 3464 has them, and as servers write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from newsletter.domain.address import address_key
from newsletter.domain.bounce_reasons import reason_class, status_code
from newsletter.domain.inbound import BounceFacts
from newsletter.domain.read_mail import ReadMail
from newsletter.replies.bounce.fields import Fields, field_groups, named_address
from newsletter.replies.bounce.notice import reason_for

__all__ = ["Reported", "report_facts"]

_PARTS: Final = ("message/delivery-status", "message/global-delivery-status")
_FAILED: Final = ("failed", "failure", "fail", "error", "bounced", "undeliverable")
_DELAYED: Final = ("delayed", "delay", "transient-failure")
_SAYS_NOTHING: Final = re.compile(r"[45]\.0\.0")
_MOST_FACTS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What a report says. One that only tells of success says something, and holds no facts."""

    says_anything: bool = False
    facts: tuple[BounceFacts, ...] = ()


def report_facts(mail: ReadMail, letter: str | None) -> Reported:
    """Return what the delivery-status parts of `mail` say of each recipient; `letter` is the letter's id."""
    found: dict[str, BounceFacts] = {}
    has_action = False
    for part in mail.parts:
        if part.content_type not in _PARTS:
            continue
        for fields in field_groups(part.content):
            has_action = has_action or "action" in fields
            fact = _fact(fields, mail, letter)
            if fact is None or len(found) == _MOST_FACTS:
                continue
            key = address_key(fact.recipient) if fact.recipient else ""
            known = found.get(key)
            found[key] = fact if known is None or _tells_more(fact, known) else known
    return Reported(says_anything=bool(found) or has_action, facts=tuple(found.values()))


def _fact(fields: Fields, mail: ReadMail, letter: str | None) -> BounceFacts | None:
    names = [fields[name] for name in ("original-recipient", "final-recipient") if name in fields]
    action = fields.get("action", "").strip().lower().split(" ")[0].rstrip(";(,")
    if not names or (
        action not in _FAILED and action not in _DELAYED and not _failed_by_status(fields, action)
    ):
        return None
    recipient = next(filter(None, map(named_address, names)), None)
    status = status_code(fields.get("status", ""))
    said = fields.get("diagnostic-code", "").strip()
    diagnostic = said or reason_for(mail, recipient)
    if said:
        status = _better_status(status, said)
    is_delay = action in _DELAYED
    return BounceFacts(
        recipient=recipient,
        rule="report",
        status=status,
        diagnostic=diagnostic[:1000],
        message_id=letter,
        bounce=None if is_delay else reason_class(status or "", diagnostic),
        is_delay=is_delay,
    )


def _better_status(status: str | None, said: str) -> str | None:
    """Return the code in the server's words where the report's own says nothing."""
    if status is None or _SAYS_NOTHING.fullmatch(status):
        return status_code(said) or status
    return status


def _failed_by_status(fields: Fields, action: str) -> bool:
    """Tell whether a report without an action says by its code that delivery failed."""
    return not action and fields.get("status", "").strip().startswith("5")


def _tells_more(one: BounceFacts, other: BounceFacts) -> bool:
    """Tell whether `one` says more of the same recipient: a failure more than a delay, a reason than none."""
    if one.is_delay != other.is_delay:
        return other.is_delay
    return other.bounce is None and one.bounce is not None
