"""What speaks for a machine, or against any, in the fields of a mail's header."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from newsletter.domain.inbound import Evidence, InboundKind
from newsletter.replies.automatic import automatic_fields, is_generated, says_no_machine
from newsletter.replies.classify.seen import Seen

__all__ = ["SAID", "machine_evidence", "no_machine_evidence"]

SAID: Final = 0.75
"""The weight of a field by which a machine says that it answers by itself."""

_GENERATED: Final = 0.5  # ticket systems say it of what they pass on as well
_SAID_NOT: Final = 0.95
_LOOP: Final = ("x-ms-exchange-inbox-rules-loop", "x-auto-response-suppress")


def machine_evidence(seen: Seen, kind: InboundKind) -> Iterator[Evidence]:
    """Yield a piece for each field that says so; which `kind` of machine, the words have told."""
    mail = seen.mail
    for name, value in automatic_fields(mail):
        weight = _GENERATED if name == "auto-submitted" and is_generated(mail) else SAID
        yield _says(kind, f"header:{name}", value, weight)
    # A rule of a mailbox that answers by itself; the second field alone is no sign.
    if all(mail.header(name) is not None for name in _LOOP):
        yield _says(kind, "header:inbox-rule", mail.header(_LOOP[0]) or "")


def no_machine_evidence(seen: Seen) -> Iterator[Evidence]:
    """Yield a piece where a field says that no machine sent the mail of itself."""
    if says_no_machine(seen.mail):
        yield Evidence(
            kind=InboundKind.HUMAN,
            weight=_SAID_NOT,
            rule="header:auto-submitted-no",
            excerpt=(seen.mail.header("auto-submitted") or "").strip()[:200],
        )


def _says(kind: InboundKind, rule: str, value: str, weight: float = SAID) -> Evidence:
    return Evidence(kind=kind, weight=weight, rule=rule, excerpt=value[:200])
