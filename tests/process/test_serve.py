"""The site beside a campaign that another process sends: who left before a batch is not in it."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import httpx
import pytest
from cli_world import Project

from newsletter.domain.links import ReaderLinks
from newsletter.project import Project as Library


@pytest.fixture
def site(project: Project):
    """Return a newsletter whose site is up, its process, and its address."""
    process = project.start("serve", "--port", "0")
    yield project, process, process.stdout.readline().strip()
    process.kill()
    process.communicate()


def unsubscribe_path(project: Project, email: str) -> str:
    with Library.open(project.root) as library:
        (campaign,) = library.store.ledger.campaigns()
        rows = library.store.ledger.deliveries(campaign.id)
        delivery = next(row.delivery_id for row in rows if row.email == email)
        key = library.store.signing_keys.read().current
    return ReaderLinks(secret=key, base_url="", slug="first").of(delivery)["unsubscribe_url"]


def tried_at(project: Project, email: str) -> list[str]:
    """Return when batches left that this reader was in, as the ledger has it."""
    query = (
        "SELECT started_at FROM delivery JOIN attempt USING (batch_id) WHERE email = ? AND override IS NULL"
    )
    with closing(sqlite3.connect(project.database)) as connection:
        return [row[0] for row in connection.execute(query, (email,))]


def test_whoever_leaves_while_a_campaign_runs_gets_no_mail_after_the_answer(site):
    project, _, address = site
    project.configure('rate = "20/s"')
    project.check()
    sending = project.start("send", "first", "--yes")
    project.wait_for_mails(1)
    with Library.open(project.root) as library:
        last = max(library.store.subscribers.all(), key=lambda one: one.id).email

    path = unsubscribe_path(project, last)
    answer = httpx.post(address + path, data={"List-Unsubscribe": "One-Click"}, trust_env=False)
    answered = datetime.now(UTC).isoformat()
    sending.communicate()

    assert (answer.status_code, sending.returncode) == (200, 0)
    assert [at for at in tried_at(project, last) if at > answered] == []
    assert project.mails() == 40 - (not tried_at(project, last))


def test_the_site_ends_well_when_it_is_told_to(site):
    _, process, address = site
    health = httpx.get(f"{address}/health", trust_env=False)

    process.terminate()
    _, said = process.communicate()

    assert (health.text, process.returncode) == ("ok\n", 0)
    assert "Stopped." in said


def test_a_port_that_is_taken_is_told_with_another_to_try(site):
    project, _, address = site
    port = address.rpartition(":")[2]

    done = project.run("serve", "--port", port)

    assert done.code == 2
    assert f"port {port} of 127.0.0.1 is taken" in done.err
    assert "--port" in done.err
