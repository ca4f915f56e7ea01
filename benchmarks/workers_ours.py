"""One worker of `workers`: sends beside others, or only keeps the ledger that sending needs.

Run as `python -m benchmarks.workers_ours ACT ROOT URL PORT READERS`. `plan` makes a running campaign; `send`
and `ledger` say that they are ready, wait for a line, work until nothing is left, and print how many batches
they had; `bare` does with the driver alone what `ledger` does.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import psycopg

from benchmarks.sample import EVERYBODY, LETTER, open_newsletter
from newsletter.delivery.engine import Ending
from newsletter.delivery.mailing import sender_of
from newsletter.domain.campaign import Attempt, Member, NewCampaign
from newsletter.domain.delivery import CampaignEvent
from newsletter.domain.lease import Lease
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.project import Project
from newsletter.project.sending.pumping import Pumping
from newsletter.protocols import Intent

__all__ = ["BATCH"]

BATCH = 100
"""How many readers are in a batch."""

_CAMPAIGN = "be9c4"
_TAKEN = Submission(outcome=Outcome(kind=OutcomeKind.ACCEPTED, provider_id="benchmark"))


def _plan(project: Project, root: Path, readers: int) -> None:
    path = root / "issues" / LETTER
    issue = project.issues.load(path)
    letters = project.issues.sibling_letters(path)
    variants = letters.render_keys([""])
    new = NewCampaign(
        id=_CAMPAIGN,
        issue=issue.slug,
        issue_path=f"issues/{LETTER}",
        segment=EVERYBODY,
        provider="sendgrid",
        sender=str(sender_of(issue, project.config)),
        digests=letters.digests(variants, "0" * 64),
        batch_size=BATCH,
        created_at=datetime.now(UTC),
        variants=tuple(variants.letters),
    )
    emails = (f"r{at}@brief.example" for at in range(1, readers + 1))
    project.store.ledger.plan(
        new,
        (Member(subscriber_id=at, email=one, key=one, values={}) for at, one in enumerate(emails, 1)),
    )
    project.store.ledger.change(_CAMPAIGN, CampaignEvent.RUN)


def _send(project: Project, _url: str) -> Callable[[], int]:
    pumping = Pumping(project)
    pumping.letters_of(project.store.ledger.campaign(_CAMPAIGN))

    def work() -> int:
        with pumping.enrolled():
            batches, ending = 0, Ending.WAITING
            while ending is not Ending.FINISHED:
                report = pumping.pump(_CAMPAIGN, stop=lambda: False, slice_s=600.0)
                assert report is not None
                batches, ending = batches + report.attempts, report.ending
            return batches

    return work


def _ledger(project: Project, _url: str) -> Callable[[], int]:
    ledger, leases = project.store.ledger, project.store.leases
    lease = Lease(worker=secrets.token_hex(8), length=timedelta(seconds=30))
    ledger.campaign(_CAMPAIGN)

    def work() -> int:
        for done in count():
            batch = leases.claim(_CAMPAIGN, lease)
            if batch is None:
                return done
            assert ledger.recipients(batch.id)
            attempt = Attempt(
                batch_id=batch.id,
                number=batch.attempt + 1,
                key=secrets.token_hex(12),
                body_digest="0" * 64,
                started_at=datetime.now(UTC),
            )
            assert isinstance(leases.intend(batch, attempt, (), lease), Intent)
            assert leases.settle(attempt, _TAKEN)
        raise AssertionError

    return work


_CLAIM = """
UPDATE batch SET claimed_by = %(me)s, claimed_until = now() WHERE id = (
  SELECT id FROM batch WHERE state = 'pending' AND claimed_by IS NULL ORDER BY seq LIMIT 1
  FOR UPDATE SKIP LOCKED) RETURNING id
"""
_INTEND = """
WITH begun AS (UPDATE batch SET state = 'submitting', attempt = 1 WHERE id = %(id)s AND state = 'pending')
INSERT INTO attempt (batch_id, number, key, body_digest, started_at) VALUES (%(id)s, 1, %(key)s, '0', now())
"""
_SETTLE = """
WITH ended AS (UPDATE attempt SET outcome = 'accepted', ended_at = now() WHERE batch_id = %(id)s)
UPDATE batch SET state = 'accepted' WHERE id = %(id)s
"""
_READERS = "SELECT id, email, values FROM delivery WHERE batch_id = %s AND override IS NULL ORDER BY position"


def _bare(_project: Project, url: str) -> Callable[[], int]:
    connection = psycopg.connect(url, autocommit=True)
    me = secrets.token_hex(8)

    def work() -> int:
        for done in count():
            connection.execute("SET synchronous_commit = off")
            found = connection.execute(_CLAIM, {"me": me}).fetchone()
            if found is None:
                return done
            connection.execute(_READERS, found).fetchall()
            connection.execute("SET synchronous_commit = on")
            connection.execute(_INTEND, {"id": found[0], "key": secrets.token_hex(12)})
            connection.execute("SET synchronous_commit = off")
            connection.execute(_SETTLE, {"id": found[0]})
        raise AssertionError

    return work


_ACTS: Mapping[str, Callable[[Project, str], Callable[[], int]]] = {
    "send": _send,
    "ledger": _ledger,
    "bare": _bare,
}


def _main(act: str, root: str, url: str, port: str, readers: str) -> None:
    settings = {
        "store.url": url,
        "provider.name": "sendgrid",
        "provider.concurrency": "1",
        "provider.sendgrid.host": f"http://127.0.0.1:{port}",
        "provider.sendgrid.api_key": "env:BENCHMARK_KEY",
    }
    with open_newsletter(Path(root), settings) as project:
        if act == "plan":
            _plan(project, Path(root), int(readers))
            return
        work = _ACTS[act](project, url)
        print("ready", flush=True)
        sys.stdin.readline()
        print(work(), flush=True)


if __name__ == "__main__":
    _main(*sys.argv[1:])
