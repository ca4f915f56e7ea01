"""Nothing is kept longer than it may be, and nothing goes that is still needed."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from newsletter.cli import cli
from newsletter.domain.consent import Origin
from newsletter.domain.delivery import BatchState, CampaignEvent
from newsletter.domain.subscriber import Subscriber, SubscriberStatus, SuppressionReason
from newsletter.project import Project
from newsletter.project.people.retention import Retained, months_before, retain
from newsletter.store.people.erasure import SqlErasure
from newsletter.store.schema.tables import delivery, service_mail
from newsletter.testing.fake_clock import FakeClock
from newsletter.testing.ledger_samples import a_campaign, accepted, an_attempt, members

FORM = Origin(source="form")
DAY = 86_400.0
CONFIG = '[newsletter]\nname = "Brief"\nlang = "nl"\nbase_url = "https://brief.example"\n[privacy]\n'


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def project(tmp_path, clock):
    (tmp_path / "newsletter.toml").write_text(CONFIG + "retention_months = 24\n")
    with Project.open(tmp_path, clock=clock) as project:
        yield project


def enlist(project, email, status=SubscriberStatus.ACTIVE):
    project.store.subscribers.add(Subscriber(id=0, email=email, key=email, status=status))


def send(project, *, settled):
    ledger = project.store.ledger
    campaign = ledger.plan(a_campaign(), members(2))
    ledger.change(campaign.id, CampaignEvent.RUN)
    if settled:
        batch = ledger.next_batch(campaign.id, project.clock.now())
        ledger.intend(batch, an_attempt(batch))
        ledger.settle(an_attempt(batch), accepted(), project.clock.now())
        ledger.change(campaign.id, CampaignEvent.FINISH)


def filled(project):
    with project.store.database.reading() as connection:
        return [value != "{}" for value in connection.scalars(select(delivery.c["values"]))]


def test_a_request_nobody_confirmed_goes_after_seven_days_and_not_before(project, clock):
    project.consent.request("anna@brief.example", lang="nl", origin=FORM)
    clock.jump(7 * DAY - 1)
    assert retain(project).requests == 0
    clock.jump(1)

    assert retain(project, is_trial=True).requests == 1
    assert retain(project).requests == 1
    assert project.store.subscribers.get("anna@brief.example") is None
    assert b"anna@brief.example" not in project.store.database.path.read_bytes()
    assert project.consent.faults() == []


def test_who_asked_and_was_erased_may_ask_again(project, clock):
    project.consent.request("anna@brief.example", lang="nl", origin=FORM)
    clock.jump(8 * DAY)
    retain(project)

    project.consent.request("anna@brief.example", lang="nl", origin=FORM)

    assert project.store.subscribers.get("anna@brief.example").status is SubscriberStatus.PENDING
    with project.store.database.reading() as connection:
        states = connection.scalars(select(service_mail.c.state).order_by(service_mail.c.id)).all()
    assert states[-1] == BatchState.PENDING


def test_a_mail_that_nobody_answered_is_not_kept_for_ever(project, clock):
    project.consent.request("anna@brief.example", lang="nl", origin=FORM)
    with project.store.database.writing() as connection:
        connection.exec_driver_sql("UPDATE service_mail SET state = 'unknown'")

    clock.jump(29 * DAY)
    early = retain(project).mails
    clock.jump(2 * DAY)

    assert (early, retain(project).mails) == (0, 1)


def test_who_came_as_pending_with_a_list_is_not_a_request(project, clock):
    enlist(project, "anna@brief.example", SubscriberStatus.PENDING)
    clock.jump(100 * DAY)

    assert retain(project).requests == 0
    assert project.store.subscribers.get("anna@brief.example") is not None


def test_details_of_letters_go_after_the_months_and_only_once_all_is_settled(project, clock):
    send(project, settled=True)
    clock.jump(729 * DAY)
    assert (retain(project).details, filled(project)) == (0, [True, True])
    clock.jump(3 * DAY)

    assert retain(project, is_trial=True).details == 2
    assert (retain(project).details, filled(project)) == (2, [False, False])
    assert retain(project).details == 0


def test_details_a_waiting_letter_needs_stay(project, clock):
    send(project, settled=False)
    clock.jump(5000 * DAY)

    assert (retain(project).details, filled(project)) == (0, [True, True])


def test_who_left_long_ago_is_forgotten_but_stays_away(project, clock):
    for name in ("weg", "blijft"):
        enlist(project, f"{name}@brief.example")
    project.store.subscribers.unsubscribe("weg@brief.example", clock.now())
    clock.jump(800 * DAY)

    assert retain(project).people == 1
    assert project.store.subscribers.get("weg@brief.example") is None
    assert project.store.subscribers.get("blijft@brief.example") is not None
    assert project.store.subscribers.suppressed(["weg@brief.example"]) == {
        "weg@brief.example": SuppressionReason.ERASED
    }
    assert retain(project) == Retained()


def test_the_database_is_written_anew_once_for_all_who_left_long_ago(project, clock, monkeypatch):
    for name in ("een", "twee", "drie"):
        enlist(project, f"{name}@brief.example")
        project.store.subscribers.unsubscribe(f"{name}@brief.example", clock.now())
    clock.jump(800 * DAY)
    scoured, scour = [], SqlErasure.scour
    monkeypatch.setattr(SqlErasure, "scour", lambda erasure: scoured.append(1) or scour(erasure))

    retained = retain(project)

    assert (retained.people, retained.is_scoured, scoured) == (3, True, [1])
    assert b"twee@" not in project.store.database.path.read_bytes()


def test_without_a_term_only_requests_and_their_mails_go(tmp_path, clock):
    (tmp_path / "newsletter.toml").write_text(CONFIG)
    with Project.open(tmp_path, clock=clock) as project:
        enlist(project, "weg@brief.example")
        project.store.subscribers.unsubscribe("weg@brief.example", clock.now())
        send(project, settled=True)
        project.consent.request("anna@brief.example", lang="nl", origin=FORM)
        clock.jump(5000 * DAY)

        assert retain(project) == Retained(requests=1, mails=0)
        project.post.deliver()
        assert retain(project) == Retained(mails=1)


def test_the_command_counts_on_a_dry_run_and_removes_without(project, clock):
    project.consent.request("anna@brief.example", lang="nl", origin=FORM)
    clock.jump(-400 * DAY)  # the command has the machine's own clock
    with project.store.database.writing() as connection:
        connection.exec_driver_sql("UPDATE service_mail SET created_at = '2020-01-01T00:00:00.000000Z'")

    def invoke(*arguments):
        command = ["-C", str(project.config.root), "subscribers", "retain", *arguments]
        return CliRunner().invoke(cli, command)

    trial, done = invoke("--dry-run", "--json"), invoke()

    assert (trial.exit_code, done.exit_code) == (0, 0)
    assert json.loads(trial.stdout)["requests"] == 1
    assert "1 requests nobody confirmed" in done.output
    assert project.store.subscribers.get("anna@brief.example") is None


@pytest.mark.parametrize(
    ("now", "months", "before"),
    [
        ((2026, 3, 31), 1, (2026, 2, 28)),
        ((2024, 3, 31), 1, (2024, 2, 29)),
        ((2026, 1, 15), 1, (2025, 12, 15)),
        ((2026, 11, 24), 24, (2024, 11, 24)),
        ((2026, 11, 24), 99_999, (1, 1, 1)),
    ],
)
def test_months_are_those_of_the_calendar(now, months, before):
    assert months_before(datetime(*now, tzinfo=UTC), months) == datetime(*before, tzinfo=UTC)
