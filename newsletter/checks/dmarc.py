"""DMARC records (RFC 7489), looked for at a domain and above it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from newsletter.domain.dns_answer import DnsAnswer, RecordType

__all__ = ["Dmarc", "find_dmarc"]

_POLICIES = ("none", "quarantine", "reject")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dmarc:
    """A record at `name`: whether it says a policy, and whether signatures must be of the very domain."""

    name: str
    is_sound: bool
    is_strict: bool


def find_dmarc(domain: str, ask: Callable[[str, RecordType], DnsAnswer]) -> Dmarc | None:
    """Return the record that holds for `domain`: its own, or that of the nearest domain above it.

    A domain of one label, such as `nl`, is not asked. Raises what `ask` raises.
    """
    labels = domain.split(".")
    for start in range(len(labels) - 1):
        name = f"_dmarc.{'.'.join(labels[start:])}"
        for text in ask(name, RecordType.TXT).records:
            tags = _tags(text)
            if tags.get("v") == "dmarc1":
                return Dmarc(
                    name=name,
                    is_sound=tags.get("p") in _POLICIES,
                    is_strict=tags.get("adkim") == "s",
                )
    return None


def _tags(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip().lower() for name, _, value in pairs}
