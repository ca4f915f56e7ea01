"""Whom the provider does not mail is not mailed by us either, save for what may pass."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsletter.domain.subscriber import Subscriber, SubscriberStatus, SuppressionReason
from newsletter.errors import DeliveryRefused, UsageError
from newsletter.project import Project
from newsletter.project.sending.syncing import sync
from newsletter.testing.sendgrid_stub import API_KEY, SendgridStub

THEN = 1_795_000_000
GONE = {"reason": "550 5.1.1 User unknown", "status": "5.1.1"}
FULL = {"reason": "552 5.2.2 mailbox full", "status": "5.2.2"}


def entry(name: str, created: int = THEN, **more: object) -> dict[str, object]:
    return {"email": f"{name}@brief.example", "created": created, **more}


@pytest.fixture
def stub(tmp_path, monkeypatch):
    monkeypatch.setenv("STUB_KEY", API_KEY)
    with SendgridStub(tmp_path / "journal") as stub:
        stub.account.suppressions = {
            "unsubscribes": [entry("Weg")],
            "bounces": [entry("bestaat-niet", **GONE), entry("vol", **FULL), entry("weg", **GONE)],
            "spam_reports": [entry("boos"), entry("weg")],
            "invalid_emails": [entry("typfout", reason="Mail domain mentioned in email address is unknown")],
            "blocks": [entry("dicht", reason="blocked by policy", status="5.7.1")],
        }
        yield stub


@pytest.fixture
def project(tmp_path, stub):
    (tmp_path / "newsletter.toml").write_text(
        f'[provider]\nname = "sendgrid"\n[provider.sendgrid]\napi_key = "env:STUB_KEY"\nhost = "{stub.url}"\n'
    )
    with Project.open(tmp_path) as project:
        for name in ("weg", "bestaat-niet", "vol", "boos", "dicht", "blijft"):
            email = f"{name}@brief.example"
            project.store.subscribers.add(
                Subscriber(id=0, email=email, key=email, status=SubscriberStatus.ACTIVE)
            )
        yield project


def statuses(project):
    return {one.email.partition("@")[0]: one.status.value for one in project.store.subscribers.all()}


def test_who_left_complained_or_does_not_exist_is_stopped_and_who_may_come_back_is_not(project):
    synced = sync(project, is_applied=True)

    assert statuses(project) == {
        "weg": "complained",  # the strongest of three reasons
        "bestaat-niet": "suspended",
        "boos": "complained",
        "vol": "active",
        "dicht": "active",
        "blijft": "active",
    }
    assert synced.stopped == {SuppressionReason.COMPLAINED: 2, SuppressionReason.BOUNCED: 2}
    assert synced.passing == 2
    assert synced.listed["bounces"] == 3
    suppressed = project.store.subscribers.suppression("typfout@brief.example")
    assert (suppressed.reason, suppressed.since) == ("bounced", datetime.fromtimestamp(THEN, UTC))


def test_a_plan_changes_nothing_and_says_the_same(project):
    planned = sync(project, is_applied=False)
    before = statuses(project)
    applied = sync(project, is_applied=True)
    again = sync(project, is_applied=True)

    assert set(before.values()) == {"active"}
    assert planned.stopped == applied.stopped
    assert not again.stopped


def test_long_lists_are_read_page_after_page_to_the_end(project, stub):
    stub.account.suppressions = {"unsubscribes": [entry(f"r{number}") for number in range(1250)]}

    assert sync(project, is_applied=True).stopped == {SuppressionReason.UNSUBSCRIBED: 1250}


def test_only_what_is_new_is_read_when_asked_so(project, stub):
    stub.account.suppressions = {"unsubscribes": [entry("oud"), entry("nieuw", THEN + 10)]}

    synced = sync(project, since=datetime.fromtimestamp(THEN + 5, UTC), is_applied=True)

    assert synced.listed == {"unsubscribes": 1}


@pytest.mark.parametrize("fault", ["401", "403", "429", "500", "502-html", "reset-before-answer", "302"])
@pytest.mark.parametrize("name", ["unsubscribes", "blocks"])
def test_nothing_changes_when_one_list_cannot_be_read(project, stub, name, fault):
    stub.arrange_at(f"GET /v3/suppression/{name}", fault)

    with pytest.raises(DeliveryRefused, match=name):
        sync(project, is_applied=True)

    assert set(statuses(project).values()) == {"active"}


def test_entries_that_make_no_sense_are_passed_over(project, stub):
    stub.account.suppressions = {
        "unsubscribes": [
            {"email": 7, "created": THEN},
            {"email": "geen adres", "created": THEN},
            entry("weg"),
        ]
    }

    assert sync(project, is_applied=True).stopped == {SuppressionReason.UNSUBSCRIBED: 1}


def test_a_provider_without_lists_says_so(project):
    with pytest.raises(UsageError, match="outbox keeps no list"):
        sync(project, provider_name="outbox", is_applied=False)
