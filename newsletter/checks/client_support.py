"""What a letter asks of mail clients beyond what the packaged templates ask, and who cannot give it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from newsletter.checks.context import CheckContext
from newsletter.checks.once import once
from newsletter.checks.registry import Fault
from newsletter.checks.template_lines import line_of_words
from newsletter.domain.client import Client, client_family
from newsletter.domain.finding import Severity
from newsletter.render.clients.support import Feature, Support, feature
from newsletter.render.clients.uses import Use, features_used

__all__ = ["COMMON", "Lack", "baseline", "lacks", "told_lack"]

COMMON = (
    Client.GMAIL_WEB,
    Client.GMAIL_APP,
    Client.OUTLOOK_CLASSIC,
    Client.OUTLOOK_NEW,
    Client.OUTLOOK_COM,
    Client.APPLE_MAIL,
    Client.APPLE_IOS,
)
"""The clients looked at where the configuration names none."""

_ECHOES: Mapping[str, tuple[str, ...]] = {
    "css-display-flex": ("css-flex-direction", "css-flex-wrap"),
    "css-display-grid": ("css-grid-template",),
}
_OF_BOTH = ("css-align-items", "css-gap", "css-justify-content")
"""What only says how a layout is filled, and goes where the layout goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """A feature the letter uses and some of its clients do not support, or only in part."""

    feature: Feature
    use: Use
    without: tuple[Client, ...]
    partly: tuple[Client, ...]


@cache
def baseline() -> Mapping[str, frozenset[str]]:
    """Return the features that the packaged templates use, each with the clients that lack it.

    The list stands in `data/client_baseline.txt`; a test keeps it as it is.
    """
    text = (files("newsletter.checks") / "data" / "client_baseline.txt").read_text("utf-8")
    lines = (line.partition(":") for line in text.splitlines() if line and not line.startswith("#"))
    return {name: frozenset(clients.split()) for name, _, clients in lines}


@once
def lacks(context: CheckContext) -> Sequence[Lack]:
    """Return what the letter uses and its clients lack, in order of name (Need.RENDERED).

    What the packaged templates use as well is left out: they were tried and do without it where they must.
    """
    clients = [Client(name) for name in context.config.checks.clients] or list(COMMON)
    used = features_used(context.markup)
    missing: set[str] = set()
    found_lacks: list[Lack] = []
    for name in sorted(used):
        found = feature(name)
        if found is None or name in baseline():
            continue
        without = tuple(one for one in clients if found.support[one] is Support.NO)
        partly = tuple(one for one in clients if found.support[one] is Support.PARTLY)
        if without and name in _ECHOES:
            missing.update((*_ECHOES[name], *_OF_BOTH))
        if (without or partly) and name not in missing:
            found_lacks.append(Lack(feature=found, use=used[name], without=without, partly=partly))
    return found_lacks


def told_lack(context: CheckContext, lack: Lack, *, severity: Severity | None = None) -> Fault:
    """Return `lack` as a fault at the line of the template where the feature stands."""
    told = lack.without or lack.partly
    notes = dict.fromkeys(note for client in told for note in lack.feature.notes.get(client, ()))
    how = "does not work" if lack.without else "works only in part"
    first = next(iter(notes), "")
    return Fault(
        what=f"{lack.use.what} {how} in {_named(told)}",
        place=line_of_words(context, lack.use.what),
        why=f"{first} " * bool(first) + f"Tested on {lack.feature.tested}: {lack.feature.url}",
        fix="see that the letter holds without it, or leave it out",
        severity=severity,
    )


def _named(clients: Sequence[Client]) -> str:
    """Return the names of `clients`, a whole family by its own name."""
    names = []
    for client in clients:
        family = client_family(client)
        whole = {one for one in Client if client_family(one) == family}
        names.append(family if whole <= set(clients) else client)
    return ", ".join(dict.fromkeys(names))
