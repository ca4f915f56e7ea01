"""Taking over whom the provider does not mail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from newsletter.domain.address import AddressError, address_key
from newsletter.domain.subscriber import Suppression, SuppressionReason
from newsletter.errors import Problem, UsageError
from newsletter.protocols import Suppressing

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["Synced", "has_lists", "sync"]

_STRONGEST_LAST = (SuppressionReason.BOUNCED, SuppressionReason.UNSUBSCRIBED, SuppressionReason.COMPLAINED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What the provider has on its lists, by list; who would be, or was, stopped here, by reason."""

    listed: Mapping[str, int] = field(default_factory=dict)
    stopped: Mapping[SuppressionReason, int] = field(default_factory=dict)
    passing: int = 0


def has_lists(project: Project) -> bool:
    """Say whether the configured provider keeps lists of whom it does not mail."""
    return isinstance(project.sending.provider(), Suppressing)


def sync(
    project: Project, *, provider_name: str | None = None, since: datetime | None = None, is_applied: bool
) -> Synced:
    """Read the provider's lists and never mail again who is on them for good; see `ListedAddress`.

    Nothing changes before everything was read, and without `is_applied` nothing does. Raises UsageError
    for a provider that keeps no lists, and DeliveryRefused when one cannot be read.
    """
    provider = project.sending.provider(provider_name)
    if not isinstance(provider, Suppressing):
        raise UsageError(
            Problem(
                what=f"{provider.name} keeps no list of whom it does not mail",
                fix="choose another: newsletter subscribers sync --provider NAME",
            )
        )
    listed: Counter[str] = Counter()
    wanted: dict[str, Suppression] = {}
    passing = 0
    for entry in provider.suppressions(since):
        listed[entry.list_name] += 1
        try:
            key = address_key(entry.email)
        except AddressError:
            continue  # nobody on our list has such an address
        if entry.reason is None:
            passing += 1
            continue
        known = wanted.get(key)
        if known is None or _rank(entry.reason) > _rank(known.reason):
            wanted[key] = Suppression(key=key, reason=entry.reason, since=entry.since)
    stopped = project.list_store.subscribers.suppress_listed(list(wanted.values()), is_applied=is_applied)
    return Synced(listed=dict(listed), stopped=stopped, passing=passing)


def _rank(reason: SuppressionReason) -> int:
    return _STRONGEST_LAST.index(reason)
