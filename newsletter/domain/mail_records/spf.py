"""SPF records (RFC 7208): read into their terms, without asking anybody."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

__all__ = ["ASKING", "SpfRecord", "SpfTerm", "is_spf", "parse_spf"]

ASKING = ("include", "a", "mx", "ptr", "exists", "redirect")
"""The terms that make a receiving server ask the DNS (section 4.6.4)."""

_MECHANISMS = ("all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists")
_MUST_NAME = ("include", "exists", "redirect", "exp")
_MODIFIER = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*)=(.*)")
_DIRECTIVE = re.compile(r"([+?~-]?)([A-Za-z][A-Za-z0-9_.-]*)(?::((?:[^/%]|%\{[^}]*\}|%[^{])*))?((?:/.*)?)")
_IP = re.compile(r"([+?~-]?)(ip[46]):(.+)", re.IGNORECASE)
_CIDR = re.compile(r"(?:/(\d{1,3}))?(?://(\d{1,3}))?")
_MACRO = re.compile(r"%(?:\{[slodiphcrtvSLODIPHCRTV]\d{0,3}[rR]?[.+,/_=-]*\}|[%_-])")
_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")
_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfTerm:
    """One term: `text` as it stands, `target` the domain it names ("" for the record's own domain).

    `lengths` are those of networks of IPv4 and IPv6 that an `a` or `mx` stands for.
    """

    text: str
    name: str
    qualifier: str = "+"
    target: str = ""
    problem: str | None = None
    lengths: tuple[int, int] = (32, 128)

    def around(self, address: str) -> str:
        """Return the network of `address` with the length behind the slash of an `a` or `mx`."""
        return f"{address}/{self.lengths[1 if ':' in address else 0]}"

    @property
    def is_network(self) -> bool:
        """Say whether the term lets a network send by its addresses."""
        return self.name in ("ip4", "ip6") and self.qualifier == "+" and self.problem is None

    @property
    def has_macro(self) -> bool:
        """Say whether the domain differs from message to message (section 7)."""
        return "%" in self.target

    @property
    def lets_everybody(self) -> bool:
        """Say whether every server on the internet may send by this term alone."""
        if self.qualifier != "+":
            return False
        return self.name == "all" or (self.name in ("ip4", "ip6") and self.target.endswith(("/0", "/1")))


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfRecord:
    """A record that begins with `v=spf1`: its terms, in order, and what is wrong with them."""

    text: str
    terms: tuple[SpfTerm, ...]
    problems: tuple[str, ...] = ()

    @property
    def all_qualifier(self) -> str | None:
        """Return what is said about everybody else: `+`, `-`, `~`, `?`; None when nothing is."""
        return next((term.qualifier for term in self.terms if term.name == "all"), None)

    @property
    def redirect(self) -> str | None:
        """Return the domain whose record counts instead; `all` makes it void (section 6.1)."""
        if self.all_qualifier is not None:
            return None
        return next((term.target for term in self.terms if term.name == "redirect"), None)

    @property
    def asking(self) -> tuple[SpfTerm, ...]:
        """Return the terms that cost a question, in the order they are looked at.

        What stands behind `all` is never looked at (section 5.1), and `redirect` comes last.
        """
        found: list[SpfTerm] = []
        for term in self.terms:
            if term.name == "all":
                return tuple(found)
            if term.name in ASKING and term.name != "redirect":
                found.append(term)
        return (*found, *(term for term in self.terms if term.name == "redirect"))


def is_spf(text: str) -> bool:
    """Say whether a TXT record is one of SPF (section 4.5)."""
    return text[:7].lower().rstrip(" ") == "v=spf1"


def parse_spf(text: str) -> SpfRecord:
    """Read a record that `is_spf`, as wrong as it may be."""
    terms = tuple(_term(part) for part in text.split(" ")[1:] if part)
    problems = [f"{term.problem}: {_short(term.text)}" for term in terms if term.problem]
    problems += [
        f"{name} stands in it twice"
        for name in ("redirect", "exp")
        if sum(term.name == name for term in terms) > 1
    ]
    return SpfRecord(text=text, terms=terms, problems=tuple(problems))


def _term(text: str) -> SpfTerm:
    network = _IP.fullmatch(text)
    if network:
        return _network(text, network[1] or "+", network[2].lower(), network[3])
    modifier = _MODIFIER.fullmatch(text)
    if modifier:
        name = modifier[1].lower()
        problem = _domain_problem(modifier[2]) if name in _MUST_NAME else None
        return SpfTerm(text=text, name=name, target=_domain(modifier[2]), problem=problem)
    directive = _DIRECTIVE.fullmatch(text)
    name = directive[2].lower() if directive else ""
    if directive is None or name not in _MECHANISMS:
        return SpfTerm(text=text, name="", problem="there is no such term")
    problem = _directive_problem(name, directive[3], directive[4])
    target = _domain(directive[3] or "")
    return SpfTerm(
        text=text,
        name=name,
        qualifier=directive[1] or "+",
        target=target,
        problem=problem,
        lengths=_lengths(directive[4]) if problem is None else (32, 128),
    )


def _lengths(written: str) -> tuple[int, int]:
    cidr = _CIDR.fullmatch(written)
    return (int(cidr[1] or 32), int(cidr[2] or 128)) if cidr else (32, 128)


def _directive_problem(name: str, domain: str | None, length: str) -> str | None:
    if name in ("ip4", "ip6"):
        return f"{name} needs a colon and an address"
    if name == "all":
        return "nothing may follow all" if domain is not None or length else None
    if domain is None and name in _MUST_NAME:
        return f"{name} needs a colon and a domain"
    if length and name not in ("a", "mx"):
        return f"no length may follow {name}"
    cidr = _CIDR.fullmatch(length)
    if cidr is None or int(cidr[1] or 0) > 32 or int(cidr[2] or 0) > 128:
        return "the length behind the slash is none"
    return _domain_problem(domain) if domain is not None else None


def _network(text: str, qualifier: str, name: str, written: str) -> SpfTerm:
    kind = IPv4Network if name == "ip4" else IPv6Network
    problem = None
    try:
        network = kind(written, strict=False)
        written = str(network)
    except ValueError:
        problem = f"that is no {'IPv4' if name == 'ip4' else 'IPv6'} address"
    return SpfTerm(text=text, name=name, qualifier=qualifier, target=written, problem=problem)


def _domain(written: str) -> str:
    return written.lower().removesuffix(".") if "%" not in written else written


def _domain_problem(written: str) -> str | None:
    """Return what is wrong with a domain in which macros may stand (section 7.1)."""
    plain = _MACRO.sub("x", written)
    labels = plain.removesuffix(".").split(".")
    if "%" in plain:
        return "its macro is none"
    if len(labels) < 2 and plain == written:
        return "that is no domain"
    if len(plain) > 253 or not all(len(label) <= 63 and _LABEL.fullmatch(label) for label in labels):
        return "that is no domain"
    return None


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
