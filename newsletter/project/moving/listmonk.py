"""listmonk: campaigns as its API gives them, the list as it exports it, and bounces.

`GET /api/campaigns?per_page=all` saved as a file whose name begins with `campaigns`, and
`GET /api/bounces?per_page=all` as `bounces….json` (https://listmonk.app/docs/apis/campaigns/ and
…/apis/bounces/); `subscribers….csv` from its page of subscribers. Placeholders are Go's templates:
https://listmonk.app/docs/templating/. The templates around campaigns are HTML of their own and not taken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from email.utils import parseaddr
from pathlib import PurePosixPath

from newsletter.audience.dialects import DIALECTS
from newsletter.domain.visibility import Visibility
from newsletter.errors import Problem, UsageError
from newsletter.project.moving.field_names import field_name, fields_in_list, header_of
from newsletter.project.moving.moved import Moved, MovedLetter, Program, moment_of, not_taken
from newsletter.project.moving.parcel import Parcel
from newsletter.project.moving.records import Record, json_records

__all__ = ["LISTMONK"]

_DIALECT = next(one for one in DIALECTS if one.name == "listmonk")
_REASONS = {"hard": "bounced", "complaint": "complained"}
_TRACKED = re.compile(r"@TrackLink\b")
_SLOTS = {
    "UnsubscribeURL": "{{ unsubscribe_url }}",
    "ManageURL": "{{ preferences_url }}",
    "MessageURL": "{{ archive_url }}",
    "ArchiveURL": "{{ archive_url }}",
    ".Subscriber.FirstName": "{{ first_name }}",
    ".Subscriber.LastName": "{{ last_name }}",
    ".Subscriber.Name": "{{ name }}",
    "TrackView": "",
}
_ATTRIBUTE = re.compile(r"\.Subscriber\.Attribs\.(\w+)")
_LINK = re.compile(r"TrackLink\s+[\"'`]([^\"'`]*)[\"'`](?:\s+\.)?")
_DEFAULT = re.compile(r"default\s+[\"`]([^\"`|{}]*)[\"`]\s+(\.Subscriber\.[\w.]+)")


def _is(name: str, start: str, suffix: str) -> bool:
    found = PurePosixPath(name.lower())
    return found.name.startswith(start) and found.suffix == suffix


def _knows(parcel: Parcel) -> bool:
    campaigns = (name for name in parcel.names if _is(name, "campaigns", ".json"))
    return any('"content_type"' in parcel.text(name) for name in campaigns) or bool(_lists(parcel))


def _lists(parcel: Parcel) -> list[str]:
    return [
        name
        for name in parcel.names
        if name.lower().endswith(".csv") and _DIALECT.knows(header_of(parcel, name))
    ]


def _read(parcel: Parcel) -> Moved:
    notes: list[Problem] = []
    letters: list[MovedLetter] = []
    senders: list[str] = []
    suppressed: list[tuple[str, str, str]] = []
    lists = _lists(parcel)
    for name in parcel.names:
        if _is(name, "campaigns", ".json"):
            for record in json_records(parcel, name, notes):
                letter = _letter(record, notes)
                if letter is not None:
                    letters.append(letter)
                    senders.append(record.text("from_email"))
        elif _is(name, "bounces", ".json"):
            for record in _whole(parcel, name):
                reason = _REASONS.get(record.text("type"))
                if reason and record.text("email"):
                    suppressed.append((record.text("email"), reason, record.text("created_at")))
        elif name not in lists:
            notes.append(not_taken(parcel, name))
    last = next((one for one in reversed(senders) if "@" in parseaddr(one)[1] and "{{" not in one), "")
    return Moved(
        letters=letters,
        lists=lists,
        suppressed=suppressed,
        fields=[one for name in lists for one in fields_in_list(parcel, name, ("attributes",), ("name",))],
        sender=last,
        name=parseaddr(last)[0],
        notes=notes,
    )


def _whole(parcel: Parcel, name: str) -> Sequence[Record]:
    """Return all records of `name`. Raises UsageError when one cannot be read: somebody would be mailed."""
    faults: list[Problem] = []
    records = list(json_records(parcel, name, faults))
    if faults:
        why = "it says who must never be mailed; without it they would be"
        raise UsageError(*(replace(one, why=why, fix="export it once more") for one in faults))
    return records


def _letter(record: Record, notes: list[Problem]) -> MovedLetter | None:
    status = record.text("status")
    if record.text("type") == "optin":
        notes.append(
            Problem(
                what=f'"{record.text("name")[:60]}" asks for consent, and is no letter', place=record.place
            )
        )
        return None
    if not record.text("body").strip():
        notes.append(
            Problem(
                what=f'there is no text of "{record.text("name")[:60]}"',
                place=record.place,
                fix="ask for campaigns without no_body",
            )
        )
        return None
    began = moment_of(record.text("started_at")) or moment_of(record.text("send_at"))
    made = moment_of(record.text("created_at"))
    is_sent = status in ("finished", "running", "paused", "cancelled")
    is_shown = record.values.get("archive") is True
    return MovedLetter(
        place=record.place,
        subject=record.text("subject") or record.text("name"),
        body=_TRACKED.sub("", record.text("body")),
        is_html=record.text("content_type") not in ("markdown", "plain"),
        is_sent=is_sent,
        sent=(began or made) if is_sent else None,
        made=began or made,
        slug=record.text("archive_slug"),
        tags=record.words("tags"),
        visibility=Visibility.PUBLIC if is_shown else Visibility.HIDDEN,
    )


def _slot(inside: str) -> str | None:
    if inside in _SLOTS:
        return _SLOTS[inside]
    link = _LINK.fullmatch(inside)
    if link:
        return link[1]
    if inside.startswith("Date "):
        return "{{ date }}"
    default = _DEFAULT.fullmatch(inside)
    if default:
        plain = _slot(default[2])
        return f"{plain[:-3]} | {default[1].strip()} }}}}" if plain and default[1].strip() else plain
    found = _ATTRIBUTE.fullmatch(inside)
    ours = field_name(found[1]) if found else None
    return f"{{{{ {ours} }}}}" if ours else None


LISTMONK = Program(name="listmonk", title="listmonk", knows=_knows, read=_read, slots=_slot)
