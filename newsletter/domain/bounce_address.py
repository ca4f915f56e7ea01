"""Who gets what cannot be delivered: one address, or one for each delivery that names it (VERP)."""

from __future__ import annotations

from newsletter.domain.address import AddressError, normalise_address

__all__ = ["bounce_problem", "fill_bounce_address"]

_HOLE = "{delivery}"
_ID = "0" * 32  # a delivery id has 32 hex digits


def bounce_problem(template: str) -> str | None:
    """Return why `template` cannot be the sender of an envelope, None when it can.

    Filled in it has to be an address in ASCII within the lengths of RFC 5321 4.5.3.1, so that a server which
    bounces a letter need not know SMTPUTF8.
    """
    local, _, domain = template.rpartition("@")
    others = template.replace(_HOLE, "")
    if "{" in others or "}" in others:
        return f"only {_HOLE} may stand in braces"
    if _HOLE in domain or local.count(_HOLE) > 1:
        return f"{_HOLE} may stand once, before the @"
    if not template.isascii():
        return "letters outside ASCII need SMTPUTF8 (RFC 6531) of every server a bounce passes"
    try:
        normalise_address(fill_bounce_address(template, _ID))
    except AddressError as error:
        return f"{error}, with the 32 of a delivery's id" if "longer" in str(error) else str(error)
    return None


def fill_bounce_address(template: str, delivery_id: str) -> str:
    """Return the address for the bounce of one delivery; `template` has no `bounce_problem`."""
    return template.replace(_HOLE, delivery_id)
