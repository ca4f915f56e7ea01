"""Limits hold across processes, and for whoever sends slowly."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from click.testing import CliRunner
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from newsletter.cli import cli
from newsletter.project import FixedClock, Project, SystemClock
from newsletter.site.limits import BodyLimit
from newsletter.store.people.visit_limits import VisitLimit
from tests.unit.site.site_world import NOW, Site

HOUR = 3600.0


def test_two_processes_share_one_limit(site: Site) -> None:
    with Project.open(site.project.config.root, environment={}, clock=FixedClock(NOW)) as other:
        admitted = [
            project.admission.admit("203.0.113.9") for _ in range(4) for project in (site.project, other)
        ]

    assert admitted == [True] * 5 + [False] * 3


def test_a_limit_gives_back_one_at_a_time(site: Site) -> None:
    limit, limits = VisitLimit(name="x", most=2, seconds=HOUR), site.project.store.visit_limits

    at_once = [limits.admit([limit], NOW) is None for _ in range(3)]
    later = [limits.admit([limit], NOW + timedelta(minutes=31)) is None for _ in range(2)]
    when_the_clock_was_set_back = limits.admit([limit], NOW - timedelta(days=1))
    next_day = limits.admit([limit], NOW + timedelta(days=1))

    assert (at_once, later) == ([True, True, False], [True, False])
    assert (when_the_clock_was_set_back, next_day) == (limit, None)


def test_what_is_refused_by_one_limit_counts_under_none(site: Site) -> None:
    narrow, wide = VisitLimit(name="n", most=1, seconds=HOUR), VisitLimit(name="w", most=2, seconds=HOUR)
    limits = site.project.store.visit_limits

    answers = [limits.admit([narrow, wide], NOW) for _ in range(5)]

    assert (answers, limits.admit([wide], NOW)) == ([None, *[narrow] * 4], None)


def test_limits_that_are_free_again_leave_nothing_behind(site: Site) -> None:
    limits = site.project.store.visit_limits
    for number in range(50):
        limits.admit([VisitLimit(name=f"visitor:{number}", most=5, seconds=HOUR)], NOW)

    limits.admit([VisitLimit(name="last", most=5, seconds=HOUR)], NOW + timedelta(days=1))

    with site.project.store.database.reading() as connection:
        left = connection.exec_driver_sql("SELECT name FROM bucket").all()
    assert left == [("site:last",)]


def answer_to(receive: Receive, seconds: float) -> int:
    """Return how a request whose body comes by `receive` is answered, if it may take that long."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        status = 200
        try:
            await Request(scope, receive).body()
        except HTTPException as error:
            status = error.status_code
        await PlainTextResponse("", status)(scope, receive, send)

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [(b"content-length", b"5")]}
    asyncio.run(BodyLimit(app, longest=lambda _path: seconds)(scope, receive, send))
    return int(sent[0]["status"])


def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    async def never() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    assert answer_to(never, 0.0) == 408


def test_a_body_that_comes_in_drops_is_not_waited_for_either() -> None:
    drops = iter(range(20))

    async def drop() -> Message:
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"x", "more_body": next(drops) < 19}

    assert answer_to(drop, 0.1) == 408


def test_status_tells_that_the_form_is_being_abused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.project.clock = SystemClock()
    for number in range(60):
        site.project.admission.admit(f"2001:db8:{number:x}::1")
    monkeypatch.chdir(site.project.config.root)

    said = CliRunner().invoke(cli, ["status"]).stderr

    assert "The site: more than 60 people an hour ask for the letter" in said
