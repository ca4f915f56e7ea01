"""Reads the mails that wording is learned from: those of `worded/`, and those that other tests hold too."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mail_files import known_mails

from newsletter.domain.inbound import Classified, InboundKind, SubKind

__all__ = ["WordedMail", "all_mails", "is_told", "raw_of", "told_mails", "worded_mails"]

_HERE = Path(__file__).parent
_FILES = (
    *("automatic.txt", "bounces.txt", "human.txt", "harder.txt", "held_out.txt"),
    *("odd_automatic.txt", "odd_bounces.txt", "odd_filters.txt", "odd_people.txt"),
)


@dataclass(frozen=True, kw_only=True)
class WordedMail:
    """A mail of which we know what it is; `is_hard` of a bounce alone, None where that can be argued."""

    name: str
    kind: str
    raw: bytes
    is_hard: bool | None = None


def worded_mails(*files: str) -> Iterator[WordedMail]:
    """Yield the mails of `worded/FILE.jsonl`, of all when none is named: one JSON object a line."""
    for path in sorted((_HERE / "worded").glob("*.jsonl")):
        if files and path.stem not in files:
            continue
        for line in path.read_text("utf-8").splitlines():
            one = json.loads(line)
            raw = raw_of(one["path"], one["fields"], one["from"], one["subject"], one["text"])
            yield WordedMail(name=one["id"], kind=one["kind"], raw=raw, is_hard=one.get("hard"))


def told_mails() -> Iterator[WordedMail]:
    """Yield the mails of `told_mails.toml`."""
    rows = tomllib.loads((_HERE / "told_mails.toml").read_text("utf-8"))["mails"]
    for number, (expected, path, fields, sender, subject, text) in enumerate(rows):
        kind, _, sub_kind = expected.partition("/")
        raw = raw_of(path, fields.split("\n"), sender, subject, text)
        yield WordedMail(
            name=f"told-{number}", kind=kind, raw=raw, is_hard=sub_kind == "hard" if sub_kind else None
        )


def all_mails() -> Iterator[WordedMail]:
    """Yield every mail of which the tests know what it is."""
    for mail in known_mails(*_FILES):
        yield WordedMail(name=mail.name, kind=mail.kind, raw=mail.raw)
    for path in sorted((_HERE / "mails").glob("*/*.eml")):
        yield WordedMail(name=path.stem, kind="human", raw=path.read_bytes())
    yield from told_mails()
    yield from worded_mails()


def is_told(mail: WordedMail, found: Classified) -> bool:
    """Tell whether a mail was found to be what it is; who is gone may be away or have no mailbox any more."""
    if mail.kind == "gone":
        return found.kind in (InboundKind.BOUNCE, InboundKind.OUT_OF_OFFICE)
    is_hard = found.sub_kind is SubKind.HARD
    return found.kind == mail.kind and (mail.is_hard is None or is_hard is mail.is_hard)


def raw_of(path: str, fields: Sequence[str], sender: str, subject: str, text: str) -> bytes:
    """Return the bytes of a mail; `path` says where it returns to: its "own" sender, "null", or "absent"."""
    named = {"own": sender[sender.find("<") + 1 :].rstrip(">"), "null": "", "absent": None, "none": None}[
        path
    ]
    head = [] if named is None else [f"Return-Path: <{named}>"]
    head += [f"From: {sender}", "To: Ineke van Loon <ineke@brief.example>", f"Subject: {subject}"]
    head += [*fields, "Content-Type: text/plain; charset=utf-8"]
    return "\n".join((*filter(None, head), "", text, "")).encode()
