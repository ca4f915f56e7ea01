"""Addresses to look at twice: those of a role instead of a person, and domains that look like a slip.

Both are taken all the same; who imports a list is told. A slip is one letter too many, too few, wrong or
swapped in the domain of a large mailbox provider; all such slips are made beforehand, so that a million
addresses cost a look each. Roles are those of RFC 2142 and their Dutch sisters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from string import ascii_lowercase, digits

from newsletter.audience.row_block import RowBlock
from newsletter.errors import Problem
from newsletter.source import Place

__all__ = ["AddressDoubts", "likely_domain"]

_PROVIDERS = (
    *("gmail.com", "googlemail.com", "hotmail.com", "hotmail.nl", "hotmail.be", "hotmail.de", "hotmail.fr"),
    *("hotmail.co.uk", "outlook.com", "outlook.be", "outlook.de", "outlook.fr", "yahoo.com", "yahoo.de"),
    *("yahoo.fr", "yahoo.co.uk", "icloud.com", "protonmail.com", "ziggo.nl", "kpnmail.nl", "kpnplanet.nl"),
    *("planet.nl", "xs4all.nl", "hetnet.nl", "upcmail.nl", "telfort.nl", "chello.nl", "casema.nl"),
    *("quicknet.nl", "zonnet.nl", "solcon.nl", "telenet.be", "skynet.be", "wanadoo.fr", "orange.fr"),
    *("laposte.net", "freenet.de", "t-online.de"),
)
# Real providers whose names are one letter from another one, or too short for a slip to be told.
_REAL = frozenset({"email.com", "ymail.com", "mail.com", "gmx.com", "gmx.net", "live.nl", "live.com"})

_ROLES = frozenset(
    (
        *("abuse", "admin", "administrator", "billing", "contact", "donotreply", "do-not-reply", "ftp"),
        *("hello", "help", "helpdesk", "hostmaster", "hr", "info", "jobs", "mail", "mailer-daemon"),
        *("marketing", "noc", "no-reply", "noreply", "office", "postmaster", "press", "privacy", "root"),
        *("sales", "security", "service", "support", "team", "usenet", "webmaster", "www"),
        *("administratie", "algemeen", "bestuur", "communicatie", "directie", "facturen", "gemeente"),
        *("griffie", "klantenservice", "pers", "personeelszaken", "post", "postbus", "receptie"),
        *("redactie", "secretariaat", "vragen", "welkom"),
    )
)
_TOLD = 20
_LETTERS = ascii_lowercase + digits + "-."


def likely_domain(domain: str) -> str | None:
    """Return the mailbox provider whose domain `domain` looks like a slip of; None when it is no slip."""
    return _slips().get(domain)


class AddressDoubts:
    """Gathers the doubts about the addresses of one import."""

    def __init__(self) -> None:
        """Begin without any."""
        self._roles = 0
        self._first_role: tuple[int, str] | None = None
        self._domains: Counter[str] = Counter()
        self._first_lines: dict[str, int] = {}

    def note(self, block: RowBlock) -> None:
        """Look at the addresses of `block`."""
        parts = [key.rpartition("@") for key in block.keys]
        slips = {domain for _, _, domain in parts} & _slips().keys()
        roles = {local for local, _, _ in parts} & _ROLES
        if not slips and not roles:
            return
        for line, (local, _, domain) in zip(block.lines, parts, strict=True):
            if local in roles:
                self._roles += 1
                self._first_role = self._first_role or (line, f"{local}@{domain}")
            if domain in slips:
                self._domains[domain] += 1
                self._first_lines.setdefault(domain, line)

    def problems(self, place: Callable[[int], Place]) -> Iterator[Problem]:
        """Yield what there is to look at; `place` tells where a line is."""
        for domain, count in self._domains.most_common(_TOLD):
            line = self._first_lines[domain]
            whose = "an address" if count == 1 else f"{count} addresses"
            yield Problem(
                what=f"{whose} at {domain}: did you mean {likely_domain(domain)}?",
                place=place(line),
                why="they are taken as they stand; a letter to a slip reaches nobody, or somebody else",
            )
        if self._first_role:
            line, email = self._first_role
            others = self._roles - 1
            more = f", and so {'is 1 more' if others == 1 else f'are {others} more'}" if others else ""
            yield Problem(
                what=f"{email} is the address of a role{more}",
                place=place(line),
                why="several people may read it, or nobody, and none of them said yes for the others",
                fix="ask for the address of a person",
            )


@cache
def _slips() -> dict[str, str]:
    """Return every slip, with the domain that was meant."""
    known = {*_PROVIDERS, *_REAL}
    return {slip: domain for domain in _PROVIDERS for slip in _slips_of(domain) if slip not in known}


def _slips_of(domain: str) -> Iterable[str]:
    for place in range(len(domain) + 1):
        before, after = domain[:place], domain[place:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in _LETTERS:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]
