"""Taking in what a provider reports: SendGrid's signed bodies of some 750 kB, two events for each reader.

Each report is verified, read, freed of what is known, stored and applied, in one durable transaction; then
the same as the site does it, which has each report on disk as it came before that. One reader in a thousand
does not exist and is never mailed again. Floor: `executemany` of the same rows, ready made, into the same
table, one durable transaction for each report: nothing is verified, read or looked at.
"""

from __future__ import annotations

import base64
import gc
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
from benchmarks.sample import make_newsletter, open_newsletter
from benchmarks.timing import Spent, median, spending
from newsletter.domain.campaign import Attempt, Digests, Member, NewCampaign
from newsletter.domain.delivery import CampaignEvent
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.providers.sendgrid.events import SIGNATURE, TIMESTAMP, SendgridEvents
from newsletter.store.opening import Store

__all__ = ["measure"]

_READERS = 50_000
_ROUNDS = 3
_BATCH = 1000
_PER_REPORT = 1500
_LEDGER = Path(".newsletter", "newsletter.db")
_WANTED = 50_000
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
    root, rows = _newsletter(work, readers)
    number = len(rows)
    private = ec.generate_private_key(ec.SECP256R1())
    reports = list(_reports(rows, private))
    del rows  # who takes reports in does not hold them all in memory too
    public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    key = base64.b64encode(public).decode()
    ours, whole, floors = [], [], []
    for _ in range(1 if quick else _ROUNDS):
        for way, spent in ((_take, ours), (_receive, whole)):
            fresh = Path(shutil.copytree(root, work / "run"))
            spent.append(way(fresh, key, reports, number))
            if way is _take:
                floors.append(_bare(fresh / _LEDGER))
            shutil.rmtree(fresh)
    what = f"{number:,} events in {len(reports)} reports"
    cpu = median([one.cpu_s for one in ours])
    figures = [
        _figure(f"{what}, CPU", "s", cpu, median([one.cpu_s for one in floors]), _FLOOR),
        _figure(
            f"{what}, wall",
            "s",
            median([one.wall_s for one in ours]),
            median([one.wall_s for one in floors]),
            _FLOOR,
        ),
    ]
    for said, spent_s in (
        ("verified, told apart, applied", cpu),
        ("kept as they came before that", median([one.cpu_s for one in whole])),
    ):
        measured = f"events a second of CPU, {said}; wanted: {_WANTED:,}"
        figures.append(_figure(measured, "/s", number / spent_s, _WANTED, "what is wanted"))
    return figures


def _figure(measured: str, unit: str, ours: float, floor: float, floor_name: str) -> Figure:
    return Figure(
        benchmark="events", measure=measured, unit=unit, ours=ours, floor=floor, floor_name=floor_name
    )


def _newsletter(work: Path, readers: int) -> tuple[Path, list[dict[str, object]]]:
    """Make a newsletter whose letter everybody got; return its folder, and what SendGrid tells of it."""
    root = make_newsletter(work / "list")
    with open_newsletter(root) as project:
        _send(project.store, readers)
        return root, list(_rows(project.store))


def _take(root: Path, key: str, reports: Sequence[_Report], expected: int) -> Spent:
    """Take reports in as `events import` does: verified, each in one transaction."""
    reader = SendgridEvents(key)
    with open_newsletter(root) as project:
        store = project.store
        store.ledger.campaigns()  # opens a connection
        gc.freeze()  # as `newsletter serve` does
        new = 0
        with spending() as spent:
            for report in reports:
                reader.verify(report.headers, report.body, datetime.now(UTC))
                events = reader.read(report.body)
                new += store.events.take([("sendgrid", events)], atomic={"sendgrid"}, now=_NOW).new
        gc.unfreeze()
    assert new == expected, f"{new} of {expected} events were new"
    return spent


def _receive(root: Path, key: str, reports: Sequence[_Report], expected: int) -> Spent:
    """Take reports in as `newsletter serve` does: each is verified and kept on disk, and then applied."""
    with open_newsletter(root, {"provider.sendgrid.event_key": key}) as project:
        project.store.ledger.campaigns()
        project.webhooks.knows("sendgrid")
        gc.freeze()
        new = 0
        with spending() as spent:
            for report in reports:
                project.webhooks.receive("sendgrid", report.headers, report.body)
                new += project.webhooks.apply().new
        gc.unfreeze()
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
    moment = str(int(datetime.now(UTC).timestamp()))
    left = iter(rows)
    while some := list(islice(left, _PER_REPORT)):
        body = b"[" + b",\r\n".join(json.dumps(row).encode() for row in some) + b"]\r\n"
        signature = base64.b64encode(private.sign(moment.encode() + body, ec.ECDSA(SHA256()))).decode()
        yield _Report({SIGNATURE: signature, TIMESTAMP: moment}, body)
