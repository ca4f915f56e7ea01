"""Reads the files of mails beside the tests: what each mail is, and its raw bytes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["KnownMail", "known_mails"]

_FOLDER = Path(__file__).with_name("mails")


@dataclass(frozen=True, kw_only=True)
class KnownMail:
    """A mail of which we know what it is: `kind` with its sub-kind or "", and what it names or asks for."""

    name: str
    kind: str
    sub_kind: str
    facts: tuple[str, ...]
    raw: bytes


@cache
def known_mails(*files: str) -> tuple[KnownMail, ...]:
    """Return the mails of `files`, such as "human.txt", in their order."""
    found = []
    for file in files:
        _, *blocks = (_FOLDER / file).read_text("utf-8").split("\n=== ")
        for block in blocks:
            line, _, raw = block.partition("\n")
            name, kind, facts = (field.strip() for field in line.split("|"))
            kind, _, sub_kind = kind.partition("/")
            known = KnownMail(
                name=name, kind=kind, sub_kind=sub_kind, facts=tuple(facts.split()), raw=raw.encode()
            )
            found.append(known)
    return tuple(found)
