"""Mails to one person: sent once, held when nobody knows, and never lost."""

from __future__ import annotations

import json

import pytest

from newsletter.domain.consent import Origin
from newsletter.domain.delivery import BatchState
from newsletter.errors import ConfigError
from newsletter.project import Project
from newsletter.testing.fake_clock import FakeClock
from newsletter.testing.sendgrid_stub import API_KEY, SendgridStub

FORM = Origin(source="form")
CONFIG = """
[newsletter]
name = "Brief"
lang = "nl"
postal_address = "Postbus 1"
base_url = "https://brief.example"
[sender]
from = "Renata <renata@brief.example>"
"""
SENDGRID = '[provider]\nname = "sendgrid"\n[provider.sendgrid]\napi_key = "env:STUB_KEY"\nhost = "{url}"\n'


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def stub(tmp_path, monkeypatch):
    monkeypatch.setenv("STUB_KEY", API_KEY)
    with SendgridStub(tmp_path / "journal") as stub:
        yield stub


@pytest.fixture
def project(tmp_path, clock, stub):
    (tmp_path / "newsletter.toml").write_text(CONFIG + SENDGRID.format(url=stub.url))
    with Project.open(tmp_path, clock=clock) as project:
        yield project


@pytest.fixture
def local(tmp_path, clock):
    """Return a project whose mails become files, of which it can always be told what was written."""
    (tmp_path / "newsletter.toml").write_text(CONFIG)
    with Project.open(tmp_path, clock=clock) as project:
        yield project


def ask(project, name="anna"):
    project.consent.request(f"{name}@gemeente.example", lang="nl", origin=FORM)


def arrived(stub):
    return [mail.email for mail in stub.mails()]


def states(project):
    return dict(project.store.service_mails.counts())


def test_a_mail_is_sent_once_however_often_it_is_asked_for(project, stub):
    ask(project)

    reports = [project.post.deliver() for _ in range(3)]

    assert [report.accepted for report in reports] == [1, 0, 0]
    assert arrived(stub) == ["anna@gemeente.example"]


def test_a_mail_that_nobody_answered_is_asked_about_and_not_sent_again(project, stub, clock):
    ask(project)
    stub.arrange("accepted-reset")

    first = project.post.deliver()
    clock.jump(3600)
    second = project.post.deliver()

    assert (first.unknown, second.proven, second.accepted) == (1, 1, 0)
    assert states(project) == {BatchState.ACCEPTED: 1}
    assert arrived(stub) == ["anna@gemeente.example"]


def test_an_event_about_it_proves_that_it_was_taken(project, stub, tmp_path):
    ask(project)
    stub.arrange("accepted-reset")
    project.post.deliver()
    (mail,) = project.store.service_mails.unknown(9)
    event = {"id": "e1", "event": "delivered", "at": "2026-11-24T09:31:07Z", "delivery": mail.delivery_id}
    (tmp_path / "events.json").write_text(json.dumps(event))
    project.events.import_files([tmp_path / "events.json"])

    assert project.post.deliver().proven == 1
    assert states(project) == {BatchState.ACCEPTED: 1}


def test_what_provably_did_not_leave_is_tried_again_later_and_later(project, stub, clock):
    ask(project)
    stub.arrange("429", "429")

    now = [project.post.deliver().later, project.post.deliver().later]
    clock.jump(600)
    later = project.post.deliver().later
    clock.jump(3600)

    assert (now, later) == ([1, 0], 1)
    assert project.post.deliver().accepted == 1
    assert arrived(stub) == ["anna@gemeente.example"]


def test_a_key_that_is_refused_stops_the_round_and_loses_nothing(project, stub, clock):
    ask(project)
    ask(project, "bob")
    stub.arrange("401")

    report = project.post.deliver()
    clock.jump(3600)

    assert report.halted
    assert arrived(stub) == []
    assert project.post.deliver().accepted == 2


def test_a_rate_holds_for_these_mails_too(tmp_path, clock, stub):
    rated = SENDGRID.replace("[provider]\n", '[provider]\nrate = "1/m"\n')
    (tmp_path / "newsletter.toml").write_text(CONFIG + rated.format(url=stub.url))
    with Project.open(tmp_path, clock=clock) as project:
        ask(project)
        ask(project, "bob")

        report = project.post.deliver()

        assert report.accepted == 1
        assert (report.waits_until - clock.now()).total_seconds() == 60


def die_while_sending(project):
    with project.store.database.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE service_mail SET state = 'submitting', attempt = 1, attempt_key = 'service.1.1.dead',"
            " body_digest = 'x', started_at = created_at"
        )


def test_a_mail_that_was_under_way_when_the_process_died_is_held_as_unknown(project, stub, clock):
    ask(project)
    die_while_sending(project)

    for _ in range(3):
        project.post.deliver()
        clock.jump(7200)

    assert states(project) == {BatchState.UNKNOWN: 1}
    assert arrived(stub) == []


def test_where_it_can_be_told_a_mail_that_never_left_is_sent_after_a_death(local):
    ask(local)
    die_while_sending(local)

    report = local.post.deliver()

    assert (report.proven, report.accepted) == (1, 1)
    assert len(list((local.config.root / "outbox").rglob("*.eml"))) == 1


def test_where_it_can_be_told_a_mail_that_left_is_not_sent_again_after_a_death(local):
    ask(local)
    local.post.deliver()
    die_while_sending(local)

    report = local.post.deliver()

    assert (report.proven, report.accepted) == (1, 0)
    assert len(list((local.config.root / "outbox").rglob("*.eml"))) == 1


def test_only_one_process_sends_at_a_time(local):
    ask(local)

    with local.store.service_mails.runner():
        assert local.post.deliver().is_elsewhere

    assert local.post.deliver().accepted == 1


def test_nothing_is_opened_while_nothing_waits(tmp_path, clock):
    (tmp_path / "newsletter.toml").write_text(CONFIG + '[provider]\nname = "sendgrid"\n')
    with Project.open(tmp_path, clock=clock) as project:
        assert project.post.deliver().accepted == 0
        ask(project)
        with pytest.raises(ConfigError):
            project.post.deliver()


def test_what_waits_longer_than_its_link_would_hold_is_dropped(project, stub, clock):
    ask(project)
    clock.jump(8 * 86_400)

    assert project.post.deliver().accepted == 0
    assert states(project) == {BatchState.CANCELLED: 1}
    assert arrived(stub) == []
