"""That a reader answered counts in segments, for the mails of people alone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from reply_world import LATER, a_newsletter, delivery_of, reply, send
from sqlalchemy import select

from newsletter.domain.inbound_mail import MailFacts
from newsletter.domain.subject_test import Reactions, SubjectMetric
from newsletter.project import Project
from newsletter.store.ledger.waves import reactions
from newsletter.store.schema.tables import reader_event
from newsletter.testing.ledger_samples import NOW, members


@pytest.fixture
def project(tmp_path: Path):
    with a_newsletter(tmp_path) as opened:
        yield opened


def _replied(project: Project) -> list[tuple[object, ...]]:
    columns = (
        reader_event.c.subscriber_id,
        reader_event.c.issue,
        reader_event.c.delivery_id,
        reader_event.c.at,
    )
    with project.store.database.reading() as connection:
        query = (
            select(*columns).where(reader_event.c.kind == "replied").order_by(reader_event.c.subscriber_id)
        )
        return [tuple(row) for row in connection.execute(query)]


def test_a_reader_who_answers_twice_replied_once_and_at_first(project: Project) -> None:
    reply(project, "Nog iets.", 1, at=NOW + timedelta(days=2))
    reply(project, "Mooi!", 1, at=NOW + timedelta(days=1))

    assert [(1, "woo", delivery_of(project, 1), NOW + timedelta(days=1))] == _replied(project)


def test_segments_know_who_replied(project: Project) -> None:
    reply(project, "Mooi!", 1)
    reply(project, "Ik ben er niet.", 2, kind="out_of_office")

    counts = [
        project.audience.count(text)
        for text in ("replied:woo", "replied:last1", "replied:last3", "-replied:any")
    ]

    assert [1, 1, 1, 5] == counts


def test_two_subjects_are_judged_by_who_replied(project: Project) -> None:
    reply(project, "Mooi!", 1)
    reply(project, "Nog eens: mooi!", 1)

    with project.store.database.reading() as connection:
        shown = reactions(connection, "c1", 0, SubjectMetric.REPLIES)

    assert Reactions(readers=6, reacted=1) == shown


def test_a_reply_to_an_older_letter_is_none_to_the_last_ones(project: Project) -> None:
    reply(project, "Mooi!", 1)
    for number in range(2):
        send(project, members(2), campaign=f"d{number}", issue=f"later-{number}")

    assert [0, 1] == [project.audience.count(text) for text in ("replied:last2", "replied:last3")]


def test_when_a_later_reading_finds_a_machine_nobody_replied(project: Project) -> None:
    number = reply(project, "Mooi!", 1)

    facts = MailFacts(kind="acknowledgement", issue="woo", subscriber_id=1)
    project.store.inbound.note(number, facts, LATER)

    assert [] == _replied(project)


def test_when_a_later_reading_finds_another_reader_they_replied(project: Project) -> None:
    number = reply(project, "Mooi!", 1)

    project.store.inbound.note(number, MailFacts(kind="human", issue="woo", subscriber_id=2), LATER)

    assert [2] == [row[0] for row in _replied(project)]


def test_a_mail_that_is_removed_for_good_was_no_reply(project: Project) -> None:
    number = reply(project, "Mooi!", 1)
    reply(project, "Ook mooi!", 2)

    project.store.inbound_removal.remove([number], LATER)

    assert [2] == [row[0] for row in _replied(project)]


def test_who_answers_a_letter_that_was_passed_on_replied_to_their_own(project: Project) -> None:
    reply(project, "Mooi!", 2, delivery_id=delivery_of(project, 1), via_subscriber_id=1)

    assert [delivery_of(project, 2)] == [row[2] for row in _replied(project)]


def test_somebody_who_is_not_on_the_list_is_in_nobody_s_history(project: Project) -> None:
    reply(project, "Mooi!", None)

    assert [] == _replied(project)
