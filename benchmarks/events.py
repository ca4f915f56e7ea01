"""Taking in what a provider reports: SendGrid's signed bodies of some 750 kB, two events for each reader.

Each report is verified, read, freed of what is known, kept and applied, in one durable transaction. One
reader in a thousand does not exist and is never mailed again. Floor: `executemany` of the same rows, ready
made, into the same table, one durable transaction for each report: nothing is verified, read or looked at.
"""

from __future__ import annotations

import base64
import json
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from benchmarks.figures import Figure
from benchmarks.timing import Spent, median, spending
from newsletter.domain.campaign import Attempt, Digests, Member, NewCampaign
from newsletter.domain.delivery import CampaignEvent
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.providers.sendgrid.events import SIGNATURE, TIMESTAMP, SendgridEvents
from newsletter.store.opening import Store, open_store

__all__ = ["measure"]

_READERS = 50_000
_ROUNDS = 3
_BATCH = 1000
_PER_REPORT = 1500
_STORE = "sqlite:///ledger.db"
_NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
_FLOOR = "executemany, same rows"


_BOUNCE = {"type": "bounce", "status": "5.1.1", "reason": "550 5.1.1 user unknown"}
_ANSWER = {"response": "250 2.0.0 OK 1795512600 a1-20020a17si1234567edc.1 - gsmtp"}


@dataclass(frozen=True, slots=True)
class _Report:
    headers: dict[str, str]
    body: bytes


def measure(work: Path, *, quick: bool) -> list[Figure]:
    """Return CPU and wall time of taking all reports in, beside the floor, and events a second of CPU."""
    readers = _READERS // 50 if quick else _READERS
    ledger = work / "ledger"
    ledger.mkdir()
    with open_store(_STORE, ledger) as store:
        _send(store, readers)
        rows = list(_rows(store))
    number = len(rows)
    private = ec.generate_private_key(ec.SECP256R1())
    reports = list(_reports(rows, private))
    del rows  # who takes reports in does not hold them all in memory too
    public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    reader = SendgridEvents(base64.b64encode(public).decode())
    ours, floors = [], []
    for turn in range(1 if quick else _ROUNDS):
        root = shutil.copytree(ledger, work / f"run{turn}")
        ours.append(_take(root, reader, reports, number))
        floors.append(_bare(root / "ledger.db"))
        shutil.rmtree(root)
    cpu, wall = median([one.cpu_s for one in ours]), median([one.wall_s for one in ours])
    what = f"{number:,} events in {len(reports)} reports"
    return [
        Figure(
            benchmark="events",
            measure=f"{what}, CPU",
            unit="s",
            ours=cpu,
            floor=median([one.cpu_s for one in floors]),
            floor_name=_FLOOR,
        ),
        Figure(
            benchmark="events",
            measure=f"{what}, wall",
            unit="s",
            ours=wall,
            floor=median([one.wall_s for one in floors]),
            floor_name=_FLOOR,
        ),
        Figure(
            benchmark="events",
            measure="events a second of CPU; wanted: 50,000",
            unit="/s",
            ours=number / cpu,
            floor=50_000,
            floor_name="what is wanted",
        ),
    ]


def _take(root: Path, reader: SendgridEvents, reports: Sequence[_Report], expected: int) -> Spent:
    with open_store(_STORE, root) as store:
        store.ledger.campaigns()  # opens a connection
        new = 0
        with spending() as spent:
            for report in reports:
                reader.verify(report.headers, report.body, _NOW)
                events = reader.read(report.body)
                new += store.events.take([("sendgrid", events)], atomic={"sendgrid"}, now=_NOW).new
        assert new == expected, f"{new} of {expected} events were new"
    return spent


def _bare(database: Path) -> Spent:
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA wal_autocheckpoint=4000")
    rows = connection.execute("SELECT * FROM provider_event ORDER BY id").fetchall()
    connection.execute("DELETE FROM provider_event")
    places = ", ".join("?" * len(rows[0]))
    with spending() as spent:
        for start in range(0, len(rows), _PER_REPORT):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                f"INSERT INTO provider_event VALUES ({places})", rows[start : start + _PER_REPORT]
            )
            connection.execute("COMMIT")
    connection.close()
    return spent


def _send(store: Store, readers: int) -> None:
    """Plan a campaign and let everybody in it be accepted."""
    new = NewCampaign(
        id="c0ffee",
        issue="herfst",
        issue_path="issues/herfst.md",
        segment="tag:all",
        provider="sendgrid",
        sender="An <an@brief.example>",
        digests=Digests(content="c", template="t", config="f", audience="a"),
        batch_size=_BATCH,
        created_at=_NOW,
    )
    names = (f"lezer.{number}@gemeente.example" for number in range(readers))
    store.ledger.plan(
        new, (Member(subscriber_id=at, email=one, key=one, values={}) for at, one in enumerate(names, 1))
    )
    store.ledger.change(new.id, CampaignEvent.RUN)
    taken = Submission(outcome=Outcome(kind=OutcomeKind.ACCEPTED, provider_id="id"))
    for batch in store.ledger.batches(new.id):
        attempt = Attempt(
            batch_id=batch.id, number=1, key=_key(batch.id), body_digest="b" * 64, started_at=_NOW
        )
        store.ledger.intend(batch, attempt)
        store.ledger.settle(attempt, taken, _NOW)


def _key(batch_id: int) -> str:
    return f"c0ffee.{batch_id}.1"


def _rows(store: Store) -> Iterator[dict[str, object]]:
    """Yield two events for each reader, as SendGrid writes them."""
    number = 0
    for batch in store.ledger.batches("c0ffee"):
        for one in store.ledger.recipients(batch.id):
            number += 1
            for kind in ("processed", "delivered"):
                name = sha256(f"{kind}{one.delivery_id}".encode()).hexdigest()[:48]
                bounces = kind == "delivered" and number % 1000 == 0
                yield {
                    "email": one.email,
                    "timestamp": int(_NOW.timestamp()) + number % 60,
                    "smtp-id": f"<{name[:22]}@geopod-ismtpd-28>",
                    "event": "bounce" if bounces else kind,
                    "sg_event_id": name,
                    "sg_message_id": f"{name[:22]}.recvd-5f54b5d587-9xkzb-1-65A4F3C1-3A.0",
                    "nl_d": one.delivery_id,
                    "nl_a": _key(batch.id),
                    "tls": 1,
                    "ip": "198.51.100.7",
                    **(_BOUNCE if bounces else _ANSWER if kind == "delivered" else {}),
                }


def _reports(rows: Sequence[dict[str, object]], private: ec.EllipticCurvePrivateKey) -> Iterator[_Report]:
    moment = str(int(_NOW.timestamp()))
    left = iter(rows)
    while some := list(islice(left, _PER_REPORT)):
        body = b"[" + b",\r\n".join(json.dumps(row).encode() for row in some) + b"]\r\n"
        signature = base64.b64encode(private.sign(moment.encode() + body, ec.ECDSA(SHA256()))).decode()
        yield _Report({SIGNATURE: signature, TIMESTAMP: moment}, body)
