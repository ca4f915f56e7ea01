"""A list with years behind it: a million readers, what they were sent and what they did, kept in `build/`."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path

from benchmarks.timing import ROOT
from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.project import Project
from newsletter.store.readers.folding import SUBSCRIBER_COLUMNS, subscriber_values, tag_rows
from newsletter.store.schema.columns import utc_text

__all__ = ["ISSUES", "large_list"]

ISSUES = 12
"""Issues that everybody active was sent, `brief-01` to `brief-12`."""

_BATCH = 1000
_CHUNK = 50_000
_START = datetime(2020, 1, 1, tzinfo=UTC)
_FIRST_ISSUE = datetime(2025, 11, 24, 9, 30, tzinfo=UTC)
_FIRST_NAMES = ("Jan", "Zoë", "Anne-Marie", "İpek", "Noor", "Sjoerd", "", "Fatma", "José", "Wim")
_WORK = ("gemeente", "waterschap", "provincie", "rijk")
_ROLES = ("adviseur", "Hoofd communicatie", "griffier", "wethouder", "manager", "", "redacteur", "bestuurder")
_SOURCES = ("site", "beurs", "import", "site", "collega")
_STATUSES = (
    *[SubscriberStatus.ACTIVE] * 190,
    *[SubscriberStatus.UNSUBSCRIBED] * 6,
    SubscriberStatus.SUSPENDED,
    SubscriberStatus.COMPLAINED,
    SubscriberStatus.PAUSED,
    SubscriberStatus.PENDING,
)
_CONFIG = """
[newsletter]
name = "Brief"
lang = "nl"
postal_address = "Brief, Kade 12, 8011 AB Zwolle"
base_url = "https://brief.example"
[sender]
from = "Renata de Wit <renata@brief.example>"
[fields.first_name]
[fields.organisation]
[fields.role]
[fields.score]
type = "number"
[fields.since]
type = "date"
[fields.vip]
type = "boolean"
[provider]
name = "outbox"
"""
_EVENTS = (("clicked", 5), ("replied", 50), ("bounced", 200))  # one reader in so many, each issue


def large_list(count: int) -> Path:
    """Return the folder of a newsletter with `count` readers; made now unless an earlier run kept it."""
    root = ROOT / "build" / f"list-{count}"
    if not (root / "whole").exists():
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir(parents=True)
        (root / "newsletter.toml").write_text(_CONFIG)
        with Project.open(root, environment={}) as project:
            path = project.store.database.path
        _fill(path, count)
        (root / "whole").touch()
    return root


def _fill(path: Path, count: int) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA journal_mode=OFF")
    connection.execute("PRAGMA cache_size=-2000000")
    connection.execute("BEGIN")
    _write_readers(connection, count)
    for number in range(1, ISSUES + 1):
        _send(connection, number)
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()


def _write_readers(connection: sqlite3.Connection, count: int) -> None:
    columns = ", ".join(("id", *SUBSCRIBER_COLUMNS))
    places = ", ".join("?" * (len(SUBSCRIBER_COLUMNS) + 1))
    readers = _readers(count)
    while chunk := list(islice(readers, _CHUNK)):
        connection.executemany(
            f"INSERT INTO subscriber ({columns}) VALUES ({places})",
            [(one.id, *subscriber_values(one)) for one in chunk],
        )
        connection.executemany(
            "INSERT INTO subscriber_tag (tag_key, subscriber_id, tag) VALUES (?, ?, ?)",
            [row for one in chunk for row in tag_rows(one.id, one.tags)],
        )
    connection.execute(
        "INSERT INTO suppression SELECT email_key,"
        " CASE status WHEN 'suspended' THEN 'bounced' ELSE status END, ?"
        " FROM subscriber WHERE status IN ('unsubscribed', 'suspended', 'complained')",
        (utc_text(_FIRST_ISSUE),),
    )
    connection.executemany(
        "INSERT INTO suppression VALUES (?, 'manual', ?)",
        [(_key(number), utc_text(_FIRST_ISSUE)) for number in range(count, count + count // 50)],
    )  # addresses that were never on the list


def _key(number: int) -> str:
    mixed = sha256(str(number).encode()).hexdigest()
    return f"{mixed[:5]}.{number}@{_WORK[number % 4]}-{int(mixed[5:9], 16) % 997}.example"


def _readers(count: int) -> Iterator[Subscriber]:
    for number in range(count):
        lot = int.from_bytes(sha256(b"%d" % number).digest()[:6], "big")
        work, organisation = _WORK[number % 4], f"{_WORK[number % 4]} {lot % 997}"
        joined = _START + timedelta(minutes=number * 3_000_000 // count)
        fields = {name: value for name, value, share in _values(lot) if value != "" and _share(lot) < share}
        tags = {work} | ({"Bèta"} if lot % 50 == 0 else set()) | ({"tweede"} if lot % 10 < 3 else set())
        yield Subscriber(
            id=number + 1,
            email=_key(number),
            key=_key(number),
            status=_STATUSES[lot // 13 % len(_STATUSES)],
            lang=("nl", "nl", "nl", "en", "fy")[lot // 17 % 5],
            fields={"organisation": organisation, **fields},
            tags=frozenset(tags),
            joined=joined,
            confirmed=joined + timedelta(hours=lot % 2000) if lot % 10 else None,
            source=_SOURCES[lot // 19 % 5],
        )


def _values(lot: int) -> tuple[tuple[str, str | int | bool, int], ...]:
    """Return what a reader may have in each field, and how many percent have it."""
    since = f"{2000 + lot // 8000 % 25}-{lot // 7 % 12 + 1:02}-{lot // 84 % 28 + 1:02}"
    return (
        ("first_name", _FIRST_NAMES[lot % 10], 100),
        ("role", _ROLES[lot // 10 % 8], 70),
        ("score", lot // 80 % 100, 80),
        ("since", since, 90),
        ("vip", lot // 99 % 50 == 0, 100),
    )


def _share(lot: int) -> int:
    return (lot >> 20) % 100


def _send(connection: sqlite3.Connection, number: int) -> None:
    """Write a campaign to everybody active, a thousand a batch, with what the readers did."""
    issue, at = f"brief-{number:02}", utc_text(_FIRST_ISSUE + timedelta(days=30 * number))
    first = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM batch").fetchone()[0]
    size = connection.execute("SELECT count(*) FROM subscriber WHERE status = 'active'").fetchone()[0]
    connection.execute(
        "INSERT INTO campaign (id, issue, issue_path, segment, provider, sender, content_digest,"
        " template_digest, config_digest, audience_digest, state, total, is_planned, statuses, created_at)"
        " VALUES (?, ?, ?, 'status:active', 'outbox', 'an@brief.example', 'c', 't', 'f', 'a', 'finished',"
        " ?, 1, '[]', ?)",
        (f"c{number}", issue, f"issues/{issue}.md", size, at),
    )
    sizes = [min(_BATCH, size - start) for start in range(0, size, _BATCH)]
    connection.executemany(
        "INSERT INTO batch (id, campaign_id, seq, state, size, attempt) VALUES (?, ?, ?, ?, ?, 1)",
        [
            (first + seq, f"c{number}", seq + 1, "unknown" if seq % 500 == 499 else "accepted", each)
            for seq, each in enumerate(sizes)
        ],
    )
    # One in two thousand was refused by name; ids need only be unique here.
    connection.execute(
        "INSERT INTO delivery"
        " (batch_id, position, id, issue, subscriber_id, email, email_key, [values], override)"
        " SELECT ? + place / ?, place % ?, printf('%s%027d', ?, place), ?, id, email, email_key,"
        " json_object('first_name', 'lezer', 'organisation', 'gemeente'),"
        " CASE place % 2000 WHEN 7 THEN 'rejected' END FROM"
        " (SELECT row_number() OVER (ORDER BY id) - 1 AS place, id, email, email_key FROM subscriber"
        "  WHERE status = 'active') ORDER BY place",
        (first, _BATCH, _BATCH, f"d{number:02}", issue),
    )  # fmt: skip
    for kind, share in _EVENTS:
        connection.execute(
            "INSERT INTO reader_event (subscriber_id, delivery_id, issue, kind, at)"
            " SELECT subscriber_id, id, issue, ?, ? FROM delivery"
            " WHERE issue = ? AND (subscriber_id * 2654435761 + ?) % ? = 0",
            (kind, at, issue, number * 7919, share),
        )
