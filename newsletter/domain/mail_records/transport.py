"""Records about the way to a domain and its face: MTA-STS (RFC 8461), TLS-RPT (RFC 8460), BIMI."""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsletter.domain.mail_records.tags import read_tags

__all__ = ["Bimi", "StsPolicy", "parse_bimi", "parse_policy", "sts_problems", "tls_problems"]

_ID = re.compile(r"[A-Za-z0-9]{1,32}")
_MOST_AGE_S = 31_557_600
_MOST_LINES = 1_000


def sts_problems(text: str) -> list[str]:
    """Return what is wrong with a record at `_mta-sts` (RFC 8461, section 3.1)."""
    found = read_tags(text)
    problems = list(found.problems)
    if found.first != "v" or found.tags.get("v") != "STSv1":
        problems.append('it must begin with "v=STSv1"')
    if not _ID.fullmatch(found.tags.get("id", "")):
        problems.append("id must be letters and digits, at most 32")
    return problems


def tls_problems(text: str) -> list[str]:
    """Return what is wrong with a record at `_smtp._tls` (RFC 8460, section 3)."""
    found = read_tags(text)
    problems = list(found.problems)
    if found.first != "v" or found.tags.get("v") != "TLSRPTv1":
        problems.append('it must begin with "v=TLSRPTv1"')
    reports = [one.strip() for one in found.tags.get("rua", "").split(",") if one.strip()]
    if not reports:
        problems.append("rua, where reports go, is missing")
    problems += [
        f'rua must be "mailto:" or "https:", not "{one[:60]}"'
        for one in reports
        if not one.lower().startswith(("mailto:", "https:"))
    ]
    return problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Bimi:
    """A logo at `logo` and its certificate at `evidence`, both https or ""; both empty: none is wanted."""

    logo: str
    evidence: str
    problems: tuple[str, ...] = ()


def parse_bimi(text: str) -> Bimi:
    """Read a record at `default._bimi`, as wrong as it may be."""
    found = read_tags(text)
    logo, evidence = found.tags.get("l", ""), found.tags.get("a", "")
    problems = list(found.problems)
    if found.first != "v" or found.tags.get("v") != "BIMI1":
        problems.append('it must begin with "v=BIMI1"')
    if "l" not in found.tags and not evidence:
        problems.append("l, the address of the logo, is missing")
    for name, address in (("l", logo), ("a", evidence)):
        if address and not address.lower().startswith("https://"):
            problems.append(f"{name} must be an https address")
    if logo and not logo.lower().split("?")[0].endswith((".svg", ".svgz")):
        problems.append("the logo must be an SVG file")
    return Bimi(logo=logo, evidence=evidence, problems=tuple(problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class StsPolicy:
    """The policy behind MTA-STS: `mode` is enforce, testing or none; `servers` may begin with `*.`."""

    mode: str
    servers: tuple[str, ...]
    problems: tuple[str, ...] = ()

    def names(self, server: str) -> bool:
        """Say whether mail server `server` is one of those that are named (section 4.1)."""
        server = server.lower().rstrip(".")
        return any(
            server == one or (one.startswith("*.") and server.partition(".")[2] == one[2:])
            for one in self.servers
        )


def parse_policy(text: str) -> StsPolicy:
    """Read a policy file (RFC 8461, section 3.2), as wrong as it may be."""
    values: dict[str, list[str]] = {}
    for line in text.splitlines()[:_MOST_LINES]:
        name, colon, value = line.partition(":")
        if colon:
            values.setdefault(name.strip(), []).append(value.strip())
    mode = values.get("mode", [""])[0]
    servers = tuple(one.lower().rstrip(".") for one in values.get("mx", []))
    age = values.get("max_age", [""])[0]
    problems = []
    if values.get("version", [""])[0] != "STSv1":
        problems.append("version must be STSv1")
    if mode not in ("enforce", "testing", "none"):
        problems.append("mode must be enforce, testing or none")
    if not (age.isascii() and age.isdigit() and len(age) < 10 and int(age) <= _MOST_AGE_S):
        problems.append(f"max_age must be seconds, at most {_MOST_AGE_S}")
    if mode != "none" and not servers:
        problems.append("it names no mx")
    return StsPolicy(mode=mode, servers=servers, problems=tuple(problems))
