"""DMARC records (RFC 9989, which replaced RFC 7489): read, without asking anybody."""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsletter.domain.mail_records.tags import read_tags

__all__ = ["Dmarc", "is_dmarc", "parse_dmarc"]

_BEGINS = re.compile(r"\s*v\s*=\s*dmarc1\s*(;|$)", re.IGNORECASE)
_POLICIES = ("none", "quarantine", "reject")
_VALUES = {
    **dict.fromkeys(("sp", "np"), _POLICIES),
    **dict.fromkeys(("adkim", "aspf"), ("r", "s")),
    "t": ("y", "n"),
    "psd": ("y", "n", "u"),
}
_MAILTO = re.compile(r"mailto:[^\s@!,;]+@([A-Za-z0-9_.-]+)(?:!\d+[kmgt]?)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dmarc:
    """What a record says; `policy` is None when it says none that exists.

    `report_domains` are those of the addresses in `rua`. `problems` make a server that receives mail pass
    over the whole record; `slips` only over that part of it. Both are in words.
    """

    text: str
    policy: str | None
    is_dkim_strict: bool = False
    is_spf_strict: bool = False
    reports: tuple[str, ...] = ()
    report_domains: tuple[str, ...] = ()
    is_suffix: bool | None = None
    problems: tuple[str, ...] = ()
    slips: tuple[str, ...] = ()


def is_dmarc(text: str) -> bool:
    """Say whether a TXT record is meant to be one of DMARC."""
    return _BEGINS.match(text) is not None


def parse_dmarc(text: str) -> Dmarc:
    """Read a record that `is_dmarc`, as wrong as it may be."""
    found = read_tags(text)
    tags = {name: value.lower() for name, value in found.tags.items()}
    problems = [] if text.startswith("v=DMARC1") else ['it must begin with "v=DMARC1", in these letters']
    policy = tags.get("p")
    if policy not in _POLICIES:
        said = "p is missing, and must be" if policy is None else f"p={policy[:40]} is none of"
        problems.append(f"{said} {', '.join(_POLICIES)}")
    slips = [
        *found.problems,
        *(
            f"{name}={tags[name][:40]} is none of {', '.join(known)}"
            for name, known in _VALUES.items()
            if name in tags and tags[name] not in known
        ),
    ]
    reports = tuple(one.strip() for one in found.tags.get("rua", "").split(",") if one.strip())
    matches = [_MAILTO.fullmatch(one) for one in reports]
    slips += [
        f'rua must be "mailto:" and an address, not "{one[:60]}"'
        for one, match in zip(reports, matches, strict=True)
        if match is None and not one.lower().startswith("https:")
    ]
    return Dmarc(
        text=text,
        policy=policy if policy in _POLICIES else None,
        is_dkim_strict=tags.get("adkim") == "s",
        is_spf_strict=tags.get("aspf") == "s",
        reports=reports,
        report_domains=tuple(dict.fromkeys(match[1].lower().strip(".") for match in matches if match)),
        is_suffix={"y": True, "n": False}.get(tags.get("psd", "")),
        problems=tuple(problems),
        slips=tuple(slips),
    )
