"""How many answered, how soon, and how soon they were answered."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from reply_world import LATER, a_newsletter, delivery_of, reply, send
from sqlalchemy import insert, text, update

from newsletter.cli import cli
from newsletter.domain.campaign import Member
from newsletter.domain.campaign_figures import KindFigures
from newsletter.domain.inbound_mail import ReplyAct
from newsletter.domain.inbox import InboundState
from newsletter.domain.reply_figures import SPANS, AnswerTimes, ReplyFigures, Spread, spread_of
from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.errors import UsageError
from newsletter.events.figures import group_kinds
from newsletter.project import Project
from newsletter.store.inbound.figures import times_query
from newsletter.store.schema.inbound import inbound, reply_answer, spool
from newsletter.store.schema.tables import campaign, reader_event
from newsletter.testing.ledger_samples import NOW, members

_HOUR = 3600.0
_KINDS = {"gemeente": 30, "Gemeente": 4, "provincie": 10, "waterschap": 3, "": 2}


@pytest.fixture
def project(tmp_path: Path):
    with a_newsletter(tmp_path) as opened:
        yield opened


def _figures(project: Project, campaign: str = "c1") -> ReplyFigures:
    return project.events.report(campaign).replies


def _answer(project: Project, number: int, after: timedelta, state: str = "accepted") -> None:
    values = {
        "inbound_id": number,
        "key": f"k{number}{state}",
        "state": state,
        "message_id": f"m{number}{state}",
        "to_address": "x@brief.example",
        "subject": "Re: Re:",
        "body": "Dank.",
        "created_at": LATER,
        "ended_at": LATER + after,
    }
    with project.store.database.writing() as connection:
        connection.execute(insert(reply_answer).values(values))


def _run(project: Project, *arguments: str):
    return CliRunner().invoke(cli, ["-C", str(project.config.root), "report", *arguments])


def test_readers_count_once_from_their_first_mail_on(project: Project) -> None:
    reply(project, "Nog iets.", 1, at=NOW + timedelta(hours=5))
    reply(project, "Mooi!", 1, at=NOW + timedelta(hours=1))
    reply(project, "Ook mooi!", 2, at=NOW + timedelta(hours=3))

    figures = _figures(project)

    assert (3, 2, 6) == (figures.mails, figures.readers, figures.accepted)
    assert pytest.approx(1 / 3) == figures.rate
    assert Spread(count=2, first_s=1.5 * _HOUR, median_s=2 * _HOUR, third_s=2.5 * _HOUR) == figures.replied
    assert (1, 1, 0, 0, 0) == figures.spans


def test_machines_other_issues_and_people_not_on_the_list_are_no_readers_of_it(project: Project) -> None:
    reply(project, "Ik ben er niet.", 1, kind="out_of_office")
    reply(project, "Zomer.", 2, issue="zomer")
    reply(project, "Ik las mee.", None)

    figures = _figures(project)

    assert (0, 0, 1) == (figures.mails, figures.readers, figures.strangers)


def test_the_author_s_time_runs_from_when_the_mail_came_in_to_when_the_answer_left(project: Project) -> None:
    numbers = [reply(project, f"Vraag {reader}?", reader) for reader in (1, 2, 3)]
    _answer(project, numbers[0], timedelta(hours=4))
    _answer(project, numbers[1], timedelta(hours=1), "unknown")
    project.replies.move([numbers[2]], InboundState.ARCHIVED)

    figures = _figures(project)

    assert Spread(count=1, first_s=4 * _HOUR, median_s=4 * _HOUR, third_s=4 * _HOUR) == figures.answered
    assert 1 == figures.waiting  # what was archived waits for nothing


def test_each_campaign_of_an_issue_has_the_replies_of_its_own_readers(project: Project) -> None:
    for email in ("s1@x.example", "s2@x.example"):
        one = Subscriber(id=0, email=email, key=email, status=SubscriberStatus.ACTIVE)
        project.store.subscribers.add(one)
    found = {one.email: one.id for one in project.store.subscribers.all()}
    who = [Member(found[email], email, email, {}) for email in ("s1@x.example", "s2@x.example")]
    send(project, who, campaign="c2")
    reply(project, "Mooi!", 1)
    reply(project, "Ook!", found["s1@x.example"])

    assert [(6, 1), (2, 1)] == [
        (one.accepted, one.readers) for one in (_figures(project, "c1"), _figures(project, "c2"))
    ]


def test_the_report_says_it_in_words_bars_and_json(project: Project) -> None:
    for reader in (1, 2):
        reply(project, f"Mooi {reader}!", reader, at=NOW + timedelta(hours=reader))

    shown, told = _run(project).stdout, json.loads(_run(project, "--json").stdout)

    assert "2 mails from 2 readers" in shown
    assert "they took     1 h 30 min, half of them 1 h 15 min to 1 h 45 min" in shown
    assert "2 mails without an answer yet" in shown
    assert (2, 0.3333, 5400) == (
        told["replies"]["readers"],
        told["replies"]["rate"],
        told["replies"]["time_to_reply"]["median"],
    )


def test_all_letters_stand_in_one_table_with_their_segments(project: Project) -> None:
    send(project, members(2), campaign="c2", issue="zomer")
    reply(project, "Mooi!", 1)

    shown = _run(project, "--replies").stdout.splitlines()
    told = json.loads(_run(project, "--replies", "--json").stdout)

    assert shown[0].split()[:5] == ["letter", "segment", "readers", "replied", "rate"]
    assert [("zomer", 2, 0), ("woo", 6, 1)] == [
        (one["issue"], one["accepted"], one["readers"]) for one in told
    ]


def test_bounces_by_mail_are_told_below_the_report_followed_waiting_or_untied(project: Project) -> None:
    reply(project, "Undelivered.", 1, kind="bounce")
    untied = reply(project, "Undelivered.", None, kind="bounce", issue=None)
    act = ReplyAct(inbound_id=untied, act="suspend", proposed_at=NOW)
    project.store.reply_acts.propose(act)

    told = json.loads(_run(project, "--json").stdout)["bounce_mails"]
    said = _run(project).stderr

    assert {"followed": 1, "waiting": [untied], "untied": 1} == told
    assert "came by mail, counted above: 1." in said
    assert f"newsletter replies show {untied}" in said
    assert "1 bounce by mail without a word" in said


def test_the_page_shows_replies_by_the_field_of_kinds_and_few_readers_stand_together(tmp_path: Path) -> None:
    with a_newsletter(tmp_path, readers=44, listed=43) as project:
        for hours, reader in enumerate((1, 3, 3, 2), start=1):
            reply(project, "Mooi!", reader, at=NOW + timedelta(hours=hours))

        figures = project.events.figures("c1")
        page = project.events.page(figures)

    shown = [(one.name, one.accepted, one.replied) for one in figures.kinds]
    assert shown == [("gemeente", 22, 2), ("", 22, 1)]
    assert "Antwoorden naar soort" in page
    assert "overige en onbekend" in page


def test_kinds_with_few_readers_are_nobody_s_to_see() -> None:
    kinds = [KindFigures(name=name, accepted=number, replied=1) for name, number in _KINDS.items()]

    assert [one.name for one in group_kinds(kinds)] == ["gemeente", ""]
    assert sum(one.accepted for one in group_kinds(kinds)) == sum(_KINDS.values())


def test_the_page_of_all_letters_shows_replies_by_segment(project: Project) -> None:
    everybody = project.events.overview()
    assert "Antwoorden naar segment" not in everybody

    send(project, members(3), campaign="c2", issue="later")
    with project.store.database.writing() as connection:
        connection.execute(update(campaign).where(campaign.c.id == "c2").values(segment="raadsleden"))

    assert "Antwoorden naar segment" in project.events.overview()


@pytest.mark.parametrize("more", [("c1",), ("--silent",), ("--csv",)])
def test_the_table_of_all_letters_is_asked_for_alone(project: Project, more: tuple[str, ...]) -> None:
    result = _run(project, "--replies", *more)

    assert isinstance(result.exception, UsageError)


def test_counting_the_replies_to_an_issue_reads_no_table_whole(project: Project) -> None:
    query = times_query("woo").compile(compile_kwargs={"literal_binds": True}, dialect=_dialect(project))
    with project.store.database.reading() as connection:
        plan = [row[3] for row in connection.execute(text(f"EXPLAIN QUERY PLAN {query}"))]

    assert [] == [step for step in plan if step.startswith("SCAN")]


def _dialect(project: Project):
    with project.store.database.reading() as connection:
        return connection.dialect


def test_thousands_of_replies_are_counted_in_one_statement(tmp_path: Path) -> None:
    with a_newsletter(tmp_path, readers=1_000, listed=0) as project:
        rows = range(1, 1_001)
        with project.store.database.writing() as connection:
            connection.execute(
                insert(spool),
                [{"sha256": str(n), "path": str(n), "size_bytes": 1, "first_seen": NOW} for n in rows],
            )
            connection.execute(
                insert(inbound),
                [
                    {
                        "sha256": str(n),
                        "state": "new",
                        "kind": "human",
                        "issue": "woo",
                        "subscriber_id": n,
                        "received_at": LATER,
                        "sent_at": NOW + timedelta(minutes=n),
                        "reply_text": f"Mag dat in rooster {n}?",
                    }
                    for n in rows
                ],
            )
            connection.execute(
                insert(reader_event),
                [
                    {
                        "subscriber_id": n,
                        "delivery_id": delivery_of(project, n),
                        "issue": "woo",
                        "kind": "replied",
                        "at": NOW,
                    }
                    for n in rows
                ],
            )

        figures = _figures(project)
        digest = project.reply_digests.digest("woo")

    assert (1_000, 1_000) == (figures.readers, len(digest.questions))
    assert figures.replied is not None
    assert 500.5 * 60 == figures.replied.median_s


def test_nobody_s_time_runs_backwards() -> None:
    assert Spread(count=1, first_s=0.0, median_s=0.0, third_s=0.0) == spread_of([-5.0])


def test_nothing_has_no_middle() -> None:
    assert spread_of([]) is None


@given(seconds=st.lists(st.floats(min_value=-1e9, max_value=1e9), min_size=1, max_size=20))
def test_quartiles_stand_in_order_among_the_lengths_of_time(seconds: list[float]) -> None:
    mails = [
        AnswerTimes(reader=n, replied_after_s=one, answered_after_s=None, is_waiting=True)
        for n, one in enumerate(seconds)
    ]

    figures = ReplyFigures.of(mails, accepted=len(mails))

    assert figures.replied is not None
    assert 0 <= figures.replied.first_s <= figures.replied.median_s <= figures.replied.third_s
    assert max(0.0, *seconds, 0.0) >= figures.replied.third_s * (1 - 1e-9)
    assert len(seconds) == sum(figures.spans)
    assert len(SPANS) == len(figures.spans)
