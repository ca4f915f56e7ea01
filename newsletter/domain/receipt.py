"""Receipts: proof that checks passed on exact bytes and readers; approvals: who said yes to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from newsletter.domain.finding import Finding, Severity
from newsletter.domain.roll import Roll

__all__ = [
    "TEMPLATE_INPUT",
    "Approval",
    "Clearance",
    "Noted",
    "Receipt",
    "digest_of_inputs",
    "templates_digest",
]

TEMPLATE_INPUT = "templates/"
"""What the name of a template among a letter's inputs starts with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A finding as a receipt keeps it: `where` is `path:line:column`."""

    code: str
    severity: Severity
    where: str
    what: str

    @classmethod
    def of(cls, finding: Finding) -> Noted:
        """Return `finding`, shortened."""
        where = str(finding.place) if finding.place else ""
        return cls(code=finding.code, severity=finding.severity, where=where, what=finding.what)

    def __str__(self) -> str:
        """Render as one line."""
        return f"{self.where} {self.code} {self.what}".lstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a check that passed looked at: issue `slug` at `path`, for `segment`, at `checked_at`.

    `inputs` maps everything the letter is made of (the issue's file, templates, pictures, readers' words)
    to its SHA-256 in hex, `settings` each section of the configuration that counts, `rules` is the digest of
    the checks themselves, and `program` the version of the program. `stages` are those on request that were
    asked for, `findings` those that did not block.
    """

    slug: str
    path: str
    segment: str
    checked_at: datetime
    program: str
    rules: str
    inputs: Mapping[str, str]
    settings: Mapping[str, str]
    roll: Roll
    stages: tuple[str, ...] = ()
    findings: tuple[Noted, ...] = ()

    @property
    def warnings(self) -> tuple[Noted, ...]:
        """Return the findings that somebody has to see before the letter leaves."""
        return tuple(one for one in self.findings if one.severity is not Severity.INFO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Somebody's yes to a letter: `by` whom, `at` when, to what it is made of (`inputs`, as in a receipt)."""

    by: str
    at: datetime
    inputs: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Return the SHA-256 (hex) of what was approved."""
        return digest_of_inputs(self.inputs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """Why a campaign was let through, kept with it in the ledger.

    `issue_digest` is the SHA-256 (hex) of the issue's file, `templates` that of its templates
    (`templates_digest`), `warnings` are what was acknowledged.
    """

    issue_digest: str
    checked_at: datetime
    templates: str = ""
    warnings: tuple[str, ...] = ()
    approved_by: str | None = None
    approved_at: datetime | None = None


def templates_digest(inputs: Mapping[str, str]) -> str:
    """Return the SHA-256 (hex) of the templates among a letter's `inputs`."""
    return digest_of_inputs({name: one for name, one in inputs.items() if name.startswith(TEMPLATE_INPUT)})


def digest_of_inputs(inputs: Mapping[str, str]) -> str:
    """Return the SHA-256 (hex) of a letter's `inputs`."""
    sha = sha256()
    for name, digest in sorted(inputs.items()):
        sha.update(f"{name}\0{digest}\n".encode())
    return sha.hexdigest()
