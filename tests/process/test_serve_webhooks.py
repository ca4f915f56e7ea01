"""What the site answered with "kept" is applied, whenever it is killed."""

import base64
import json
import os
import signal
import time

import httpx
import pytest
from cli_world import Project

from newsletter.domain.subscriber import SubscriberStatus
from newsletter.events.neutral import sign
from newsletter.project import Project as Library

KEY = b"a key of thirty-two bytes, no less"


@pytest.fixture
def sent(project: Project):
    """Return a newsletter whose letter went to 40 readers, and whose site can verify reports."""
    project.configure('[events]\nsecret = "env:EVENTS"\n')
    project.extra["EVENTS"] = base64.b64encode(KEY).decode()
    project.check()
    done = project.run("send", "first", "--yes")
    assert done.code == 0, done.err
    return project


def serve(project: Project):
    """Start the site; return the process and its address."""
    process = project.start("serve", "--port", "0")
    return process, process.stdout.readline().strip()


def report(delivery: str) -> tuple[bytes, dict[str, str]]:
    told = {"id": delivery, "event": "complained", "at": "2026-11-24T09:31:07Z", "delivery": delivery}
    body, moment = json.dumps(told).encode(), str(int(time.time()))
    return body, {
        "webhook-id": "m",
        "webhook-timestamp": moment,
        "webhook-signature": sign(KEY, "m", moment, body),
    }


def statuses(project: Project) -> dict[str, SubscriberStatus]:
    with Library.open(project.root) as library:
        return {one.email: one.status for one in library.store.subscribers.all()}


def test_no_report_that_was_answered_is_lost_when_the_site_is_killed(sent):
    with Library.open(sent.root) as library:
        (campaign,) = library.store.ledger.campaigns()
        deliveries = {row.email: row.delivery_id for row in library.store.ledger.deliveries(campaign.id)}
    process, address = serve(sent)
    kept = []
    with httpx.Client(trust_env=False) as client:
        for email, delivery in list(deliveries.items())[:20]:
            body, headers = report(delivery)
            assert client.post(f"{address}/hooks/json", content=body, headers=headers).status_code == 200
            kept.append(email)
        os.kill(process.pid, signal.SIGKILL)
    process.communicate()

    again, address = serve(sent)
    with httpx.Client(trust_env=False) as client:
        assert client.get(f"{address}/health").status_code == 200
    again.terminate()
    _, said = again.communicate()

    found = statuses(sent)
    assert again.returncode == 0, said
    assert {email for email, status in found.items() if status is SubscriberStatus.COMPLAINED} == set(kept)
    assert len(found) == 40
    assert "@" not in said
