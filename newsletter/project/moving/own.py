"""An export of our own: files are taken as they are, and letters that went out are marked as sent."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from newsletter.content.siblings import split_name
from newsletter.errors import Problem, UsageError
from newsletter.project.moving.moved import Moved
from newsletter.project.moving.parcel import Parcel
from newsletter.project.sending.elsewhere import SENT_ELSEWHERE

__all__ = ["MANIFEST", "OWN", "SOURCES", "is_own", "read_own", "unpack_own"]

MANIFEST = "newsletter-export.json"
"""Says that it is our export, in which format, and which letters went out."""

OWN = "newsletter"
SOURCES = ("issues", "templates", "img", "checks")
"""Folders of a project that its author wrote."""

_LISTS = ("list/subscribers.csv", "list/suppressions.csv")
_STORE_URL = re.compile(r"(^\[store\][^\[]*?)^url\s*=", re.MULTILINE)


def is_own(parcel: Parcel) -> bool:
    """Say whether `parcel` is what `newsletter export` made."""
    return MANIFEST in parcel.names


def read_own(parcel: Parcel) -> Moved:
    """Return what an export of ours holds. Raises UsageError when something of it is missing or of later."""
    missing = [name for name in ("newsletter.toml", *_LISTS) if name not in parcel.names]
    UsageError.raise_if(
        [
            Problem(what=f"{name} is missing", place=parcel.place(""), fix="export it once more")
            for name in missing
            if name == "newsletter.toml"
        ]
    )
    lists = [name for name in _LISTS if name in parcel.names]
    stays = Problem(
        what="who got which letter, figures, replies and the consent log stay in the export",
        place=parcel.place(""),
        why="they belong to the database they were kept in; letters that went out are marked as sent",
        fix="to take them along: newsletter backup there, and newsletter restore FILE here",
    )
    return Moved(lists=lists, notes=[stays] if _sent(parcel) else [])


def unpack_own(parcel: Parcel, folder: Path) -> None:
    """Lay settings, letters and templates in `folder`; the database they named is not taken over."""
    sent = _sent(parcel)
    for name in parcel.names:
        if name != "newsletter.toml" and name.partition("/")[0] not in SOURCES:
            continue
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if name == "newsletter.toml":
            target.write_text(_STORE_URL.sub(r"\1# url =", parcel.text(name)), "utf-8")
        elif _letter(name) in sent:
            target.write_text(_marked(parcel.text(name), sent[_letter(name)]), "utf-8")
        else:
            target.write_bytes(parcel.data(name))


def _sent(parcel: Parcel) -> Mapping[str, str]:
    """Return when each letter went out, by what its files, one for each language, have in common."""
    try:
        found = json.loads(parcel.text(MANIFEST))
        if found["format"] != 1:
            raise UsageError(
                Problem(
                    what=f"this export is of format {found['format']}, and format 1 is known here",
                    place=parcel.place(MANIFEST),
                    fix="bring newsletter up to date",
                )
            )
        return {_letter(str(one["path"])): str(one["first_sent"]) for one in found["sent"]}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError(
            Problem(
                what="this is not the file that newsletter export writes",
                place=parcel.place(MANIFEST),
                fix="export it once more",
            )
        ) from error


def _letter(name: str) -> str:
    """Return the path of an issue without the language of the file."""
    path = PurePosixPath(name)
    return str(path.with_name(split_name(path.name)[0])) if path.suffix == ".md" else name


def _marked(text: str, first_sent: str) -> str:
    """Return a letter with what keeps it in the archive and from being sent again."""
    head, rule, body = text.partition("\n---\n")
    if not rule:
        return text
    keys = {"date": first_sent, "archive": "public", SENT_ELSEWHERE: OWN}
    lines = [
        f"{key}: {value}" for key, value in keys.items() if not re.search(rf"^{key}\s*:", head, re.MULTILINE)
    ]
    return "\n".join((head, *lines)) + rule + body
