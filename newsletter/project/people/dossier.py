"""Everything kept about one person in one archive, to be handed to them (GDPR, articles 15 and 20)."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.domain.address import address_key
from newsletter.domain.person_hash import person_hash
from newsletter.project.people.consent_history import ShownConsent, consent_history
from newsletter.store.schema.columns import utc_text

if TYPE_CHECKING:
    from newsletter.domain.subscriber import Subscriber
    from newsletter.project import Project
    from newsletter.store.people.dossier import Rows

__all__ = ["SCHEMA_VERSION", "Dossier", "make_dossier"]

SCHEMA_VERSION = 2
"""Of person.json and of the columns of the tables; it goes up when one of them changes."""

_MADE = (1980, 1, 1, 0, 0, 0)
_CONSENT = (
    "at",
    "kind",
    "list",
    "address",
    "source",
    "ip",
    "user_agent",
    "details",
    "wording",
    "text",
    "hash",
)
_README = {
    "nl": """Alles wat deze nieuwsbrief van je bewaart

person.json      wie je voor de nieuwsbrief bent, en hoeveel regels elk bestand heeft
consent.csv      waar je ja en nee op zei, wanneer, en in welke woorden
deliveries.csv   welke brieven voor je bestemd waren, en waarmee ze zijn ingevuld
events.csv       wat de mailprovider over die brieven meldde
history.csv      wat je met brieven deed, voor zover dat bekend is
imports.csv      de lijsten waarmee je binnenkwam of veranderde
mails.csv        de mails die je vroegen te bevestigen
replies.csv      wat je terugschreef, en wat mailservers over jouw adres meldden
answers.csv      wat de schrijver jou antwoordde of vroeg
quotes.csv       welke woorden van jou geciteerd zijn of mogen worden, en wat je daarvan zei
replies/*.eml    die mails zoals ze binnenkwamen

De bestanden zijn UTF-8; tijden zijn in UTC. Een .csv opent in elk rekenblad.
""",
    "en": """Everything this newsletter keeps of you

person.json      who you are to the newsletter, and how many rows each file has
consent.csv      what you said yes and no to, when, and in which words
deliveries.csv   which letters were meant for you, and what they were filled with
events.csv       what the mail provider told about those letters
history.csv      what you did with letters, as far as that is known
imports.csv      the lists you came in or were changed with
mails.csv        the mails that asked you to confirm
replies.csv      what you wrote back, and what mail servers said about your address
answers.csv      what the author answered or asked you
quotes.csv       which words of yours are or may be quoted, and what you said to that
replies/*.eml    those mails as they came in

The files are UTF-8; times are in UTC. A .csv opens in any spreadsheet.
""",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """The archive (ZIP), and how many rows each of its tables has."""

    data: bytes
    counts: Mapping[str, int]


def make_dossier(project: Project, email: str) -> Dossier:
    """Return everything kept about `email`; the same for the same data, to the byte.

    Raises UsageError for what is no address, StoreError.
    """
    shown = consent_history(project, email)  # says what is wrong with an address
    store = project.list_store
    key = address_key(email)
    keys = list(dict.fromkeys([key, *map(address_key, store.erasure.addresses(key))]))
    hashes = [person_hash(store.person_key, one) for one in keys]
    who = store.subscribers.lookup([key]).get(key)
    ids = [who.id] if who else []
    suppression = store.subscribers.suppression(email)
    tables: dict[str, Rows] = {
        "consent": [_CONSENT, *map(_consent_row, shown)],
        "deliveries": store.dossier.deliveries(keys),
        "events": store.dossier.events(keys),
        "history": store.dossier.history(keys),
        "imports": store.dossier.imports(keys),
        "mails": store.dossier.mails(hashes),
        "replies": store.dossier.replies(ids, keys),
        "answers": store.dossier.answers(ids, keys),
        "quotes": store.dossier.quotes(ids, keys),
    }
    counts = {name: len(rows) - 1 for name, rows in tables.items()}
    until = store.dossier.paused_until(who.id) if who else None
    chose = store.dossier.chosen_at(who.id) if who else None
    person = {
        "schema_version": SCHEMA_VERSION,
        "newsletter": project.config.newsletter.name,
        "address": email,
        "subscriber": _person(who) if who else None,
        "paused_until": utc_text(until) if until else None,
        "chosen_at": utc_text(chose) if chose else None,
        "never_mailed": (
            {"reason": suppression.reason, "since": utc_text(suppression.since)} if suppression else None
        ),
        "rows": counts,
    }
    raw = project.replies.raw_mails
    originals = {
        f"replies/{path.replace('/', '')}": raw.read(path) for path in store.dossier.originals(ids, keys)
    }
    files = {
        "person.json": json.dumps(person, ensure_ascii=False, indent=2) + "\n",
        **{f"{name}.csv": _csv(rows) for name, rows in tables.items()},
        **{f"README.{lang}.txt": text for lang, text in _README.items()},
    }
    return Dossier(data=_zip(files, originals), counts=counts)


def _person(who: Subscriber) -> dict[str, object]:
    return {
        "email": who.email,
        "status": who.status,
        "lang": who.lang,
        "fields": dict(sorted(who.fields.items())),
        "tags": sorted(who.tags),
        "joined": utc_text(who.joined) if who.joined else None,
        "confirmed": utc_text(who.confirmed) if who.confirmed else None,
        "source": who.source,
    }


def _consent_row(one: ShownConsent) -> tuple[str, ...]:
    personal = one.personal
    details = "; ".join(f"{name}: {value}" for name, value in personal.details.items()) if personal else ""
    return (
        utc_text(one.event.at),
        one.event.kind.value,
        one.event.purpose,
        *((personal.email or "", personal.source or "") if personal else ("", "")),
        *((personal.ip or "", personal.user_agent or "") if personal else ("", "")),
        details,
        one.event.wording or "",
        one.wording.text if one.wording else "",
        one.event.hash,
    )


def _csv(rows: Rows) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([_inert(cell) for cell in row] for row in rows)
    return out.getvalue()


def _inert(cell: str) -> str:
    """Return `cell` so that no spreadsheet takes it for a formula: with an apostrophe in front."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _zip(texts: Mapping[str, str], originals: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    files = {name: text.encode("utf-8", "replace") for name, text in texts.items()} | dict(originals)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _MADE)
            entry.external_attr = 0o600 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return out.getvalue()
