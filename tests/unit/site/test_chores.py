"""What the site does by itself while it runs."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from newsletter.domain.subscriber import SubscriberStatus
from newsletter.project import FixedClock
from newsletter.project.people.choosing import Choosing
from newsletter.site.chores import Chores
from tests.unit.site.conftest import ANNA
from tests.unit.site.site_world import NOW, Site, make_site
from tests.unit.site.test_subscribing import NEW, filled_in

SENDER = '[sender]\nfrom = "Renata <renata@brief.example>"\n[provider]\nname = "outbox"\n'


def one_round(site: Site) -> None:
    chores = Chores(site.project)

    async def run() -> None:
        working = asyncio.create_task(chores.run())
        await asyncio.sleep(0)  # it has begun
        chores.stop()
        await working

    asyncio.run(run())


def test_the_mail_that_asks_to_confirm_leaves_and_its_link_works(tmp_path: Path) -> None:
    site = make_site(tmp_path, {}, config=SENDER)
    site.post("/subscribe", data=filled_in(site, email=NEW))

    chores = Chores(site.project)
    chores._send_mails()

    (mail,) = (tmp_path / "outbox").rglob("*.eml")
    parts = message_from_bytes(mail.read_bytes()).walk()
    text = next(part for part in parts if part.get_content_type() == "text/plain")
    body = text.get_payload(decode=True)
    assert isinstance(body, bytes)
    link = next(word for word in body.decode().split() if "/confirm/" in word)
    assert site.post(link.strip("<>()"), data={"confirm": "yes"}).status_code == 200
    assert site.status(NEW) is SubscriberStatus.ACTIVE
    site.project.close()


def test_a_pause_ends_while_the_site_runs(site: Site) -> None:
    site.post(site.links(ANNA)["preferences_url"], data={"save": "yes", "pause": "2026-12-24"})
    site.project.clock = FixedClock(NOW + timedelta(days=40))

    one_round(site)

    assert site.status(ANNA) is SubscriberStatus.ACTIVE


def test_what_cannot_be_done_is_told_once_and_the_site_goes_on(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.post("/subscribe", data=filled_in(site, email=NEW))
    chores = Chores(site.project)

    for _ in range(3):
        chores._do(chores._send_mails)

    assert len(caplog.records) == 1
    assert "the site cannot do what waits" in caplog.text


def test_who_does_not_confirm_within_a_week_is_erased_while_the_site_runs(site: Site) -> None:
    site.post("/subscribe", data=filled_in(site, email=NEW))
    site.project.clock = FixedClock(NOW + timedelta(days=8))

    one_round(site)

    assert site.project.store.subscribers.get(NEW) is None


def test_a_bug_in_one_chore_keeps_no_other_from_being_done(
    site: Site, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_choosing: object) -> None:
        raise RuntimeError("nobody thought of this")

    site.post("/subscribe", data=filled_in(site, email=NEW))
    monkeypatch.setattr(Choosing, "wake", fail)
    site.project.clock = FixedClock(NOW + timedelta(days=8))

    one_round(site)

    assert [record.exc_info is not None for record in caplog.records] == [True]
    assert site.project.store.subscribers.get(NEW) is None  # never confirmed, and gone after a week
