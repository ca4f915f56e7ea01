"""Buttondown: letters and list of its data export, or of the folder that its own command line pulls.

Letters are Markdown files in `emails/` with front matter (`subject`, `slug`, `status`, `email_type`,
`publish_date`, `description`; https://buttondown-cli.mintlify.app/concepts/email-format), or rows of
`emails.csv` and `drafts.csv` or objects of `emails.json` with the same keys and a `body`, the collections of
https://docs.buttondown.email/api-reference/exports. `newsletter.json` has the settings. Placeholders are
Django's: https://docs.buttondown.com/template-variables. A body that begins with the mark of the rich
editor is HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from newsletter.audience.dialects import DIALECTS
from newsletter.domain.visibility import Visibility
from newsletter.errors import Problem
from newsletter.project.moving.field_names import field_name, fields_in_list, header_of
from newsletter.project.moving.moved import Moved, MovedLetter, Program, moment_of, not_taken
from newsletter.project.moving.parcel import Parcel
from newsletter.project.moving.records import Record, json_records, markdown_record, table_records, text_of

__all__ = ["BUTTONDOWN"]

_DIALECT = next(one for one in DIALECTS if one.name == "buttondown")
_TABLES = ("emails.csv", "drafts.csv", "scheduled_emails.csv", "emails.json", "drafts.json")
_UNSENT = ("draft", "scheduled", "paused")  # whatever else a status says, readers may have the letter
_VISIBILITY = {
    "": Visibility.PUBLIC,
    "public": Visibility.PUBLIC,
    "archival": Visibility.PUBLIC,
    "hidden": Visibility.UNLISTED,
}
_EDITOR = re.compile(r"\s*<!--\s*buttondown-editor-mode:\s*(\w+)\s*-->\n?")
_BLOCK = re.compile(r"\s*<(p|div|h[1-6]|table|ul|ol|blockquote|figure|html|!doctype)\b", re.IGNORECASE)
_META = re.compile(r"subscriber\.metadata(?:\.(\w+)|\[['\"]([^'\"]+)['\"]\])")
_DEFAULT = re.compile(r"default:?\s*(?:'([^'|{}]*)'|\"([^\"|{}]*)\")")
_LINKS = {
    "unsubscribe_url": "{{ unsubscribe_url }}",
    "manage_subscription_url": "{{ preferences_url }}",
    "email_url": "{{ archive_url }}",
    "email.publish_date": "{{ date }}",
}


def _knows(parcel: Parcel) -> bool:
    return any(_is_letter(name) or name.lower() in _TABLES for name in parcel.names) or bool(_lists(parcel))


def _is_letter(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix.lower() in (".md", ".markdown") and path.parts[0].lower() in ("emails", "drafts")


def _lists(parcel: Parcel) -> list[str]:
    found = (one for one in parcel.names if one.lower().endswith(".csv") and one.lower() not in _TABLES)
    return [one for one in found if _DIALECT.knows(header_of(parcel, one))]


def _read(parcel: Parcel) -> Moved:
    notes: list[Problem] = []
    letters = [letter for record in _records(parcel, notes) if (letter := _letter(record, notes))]
    lists = _lists(parcel)
    settings = _settings(parcel, notes)
    known = {*lists, *(name for name in parcel.names if _is_letter(name) or name.lower() in _TABLES)}
    notes.extend(
        not_taken(parcel, name) for name in parcel.names if name not in known and name != "newsletter.json"
    )
    return Moved(
        letters=letters,
        lists=lists,
        fields=[one for name in lists for one in fields_in_list(parcel, name, ("metadata",), ())],
        name=settings.get("name", ""),
        sender=settings.get("email_address", "") if "@" in settings.get("email_address", "") else "",
        base_url=f"https://{settings['domain']}" if settings.get("domain") else "",
        lang=settings.get("locale", "")[:2].lower(),
        notes=notes,
    )


def _settings(parcel: Parcel, notes: list[Problem]) -> Mapping[str, str]:
    if "newsletter.json" not in parcel.names:
        return {}
    found = next(json_records(parcel, "newsletter.json", notes), None)
    return {key: text_of(value) for key, value in found.values.items()} if found else {}


def _records(parcel: Parcel, notes: list[Problem]) -> Iterator[Record]:
    """Yield every letter once: as a file where there is one, with what a table says of it beside."""
    rows: list[Record] = []
    for name in parcel.names:
        if name.lower() in _TABLES:
            read = json_records if name.lower().endswith(".json") else table_records
            rows.extend(read(parcel, name, notes))
    told: set[int] = set()
    for name in parcel.names:
        if not _is_letter(name):
            continue
        record = markdown_record(parcel, name, notes)
        row = _row_of(record, PurePosixPath(name).stem, rows)
        if row is not None:
            told.add(id(row))
            filled = {key: value for key, value in record.values.items() if value not in ("", None)}
            record = Record(place=record.place, values={**row.values, **filled})
        if record.text("subject") or row is not None:
            yield record
        else:
            notes.append(Problem(what="it has no subject, so it is not a letter", place=record.place))
    yield from (row for row in rows if id(row) not in told)


def _row_of(record: Record, stem: str, rows: Sequence[Record]) -> Record | None:
    """Return the row of a table that is of the same letter as a file: by its id, else by its slug or name."""
    own = record.text("id")
    if own:
        return next((row for row in rows if row.text("id") == own), None)
    slug = record.text("slug") or stem
    return next((row for row in rows if slug in (row.text("slug"), row.text("id"))), None)


def _letter(record: Record, notes: list[Problem]) -> MovedLetter | None:
    status = record.text("status").lower()
    if status in ("deleted", "suppressed", "errored"):
        notes.append(Problem(what=f"this letter is {status}, and not taken over", place=record.place))
        return None
    body = record.text("body")
    if not body.strip():
        notes.append(
            Problem(
                what=f'there is no text of "{record.text("subject")[:60]}"',
                place=record.place,
                fix="export the letters with their text too",
            )
        )
        return None
    editor = _EDITOR.match(body)
    body = body[editor.end() :] if editor else body
    published = moment_of(record.text("publish_date"))
    is_sent = status not in _UNSENT if status else published is not None
    is_hidden = record.text("archival_mode").lower() == "disabled"
    kind = _VISIBILITY.get(record.text("email_type").lower(), Visibility.HIDDEN)
    return MovedLetter(
        place=record.place,
        subject=record.text("subject"),
        body=body,
        is_html=bool(_BLOCK.match(body)) and not (editor and editor[1] == "plaintext"),
        is_sent=is_sent,
        sent=published if is_sent else None,
        made=published or moment_of(record.text("creation_date")),
        slug=record.text("slug"),
        preheader=record.text("description"),
        tags=record.words("tags"),
        visibility=Visibility.HIDDEN if is_hidden else kind,
    )


def _slot(inside: str) -> str | None:
    name, _, given = (part.strip() for part in inside.partition("|"))
    if name in _LINKS and not given:
        return _LINKS[name]
    found = _META.fullmatch(name)
    ours = field_name(found[1] or found[2]) if found else None
    if ours is None:
        return None
    default = _DEFAULT.fullmatch(given) if given else None
    if given and not default:
        return None
    fallback = (default[1] or default[2] or "").strip() if default else ""
    return f"{{{{ {ours} | {fallback} }}}}" if fallback else f"{{{{ {ours} }}}}"


BUTTONDOWN = Program(name="buttondown", title="Buttondown", knows=_knows, read=_read, slots=_slot)
