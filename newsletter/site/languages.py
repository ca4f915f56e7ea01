"""Which language a page is in (RFC 9110 12.5.4 for what browsers ask)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

__all__ = ["choose_language"]

_MOST = 20


def choose_language(known: Sequence[str], wanted: Iterable[str | None], accepted: str, fallback: str) -> str:
    """Return the first of `wanted` that is among `known`, else the best of `accepted`, else `fallback`.

    `accepted` is an Accept-Language header, which anybody may write as they like. Only the language counts,
    not the country.
    """
    for one in (*wanted, *_by_weight(accepted), fallback):
        short = (one or "").partition("-")[0].lower()
        if short in known:
            return short
    return "en" if "en" in known else known[0]


def _by_weight(header: str) -> list[str]:
    weighted = []
    for part in header.split(",")[:_MOST]:
        tag, _, parameters = part.partition(";")
        weight = _weight(parameters)
        if tag.strip() and weight > 0:
            weighted.append((-weight, tag.strip()))
    return [tag for _, tag in sorted(weighted, key=lambda one: one[0])]


def _weight(parameters: str) -> float:
    name, _, value = parameters.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        weight = float(value[:10])
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0
