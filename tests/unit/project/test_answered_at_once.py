"""Who answers before anybody could have read the letter is likelier a program."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from replies_world import a_newsletter, answer_to, letters, take_in

from newsletter.domain.inbound import InboundKind
from newsletter.domain.read_mail import ReadMail
from newsletter.project import Project
from newsletter.replies.classify import classify

_AWAY = "Ik ben op reis en lees mijn post pas weer in maart."
_READ = "Mooi! Wij hebben er veertien, en de conciërge weet van elk waar de sleutel ligt. Kom je eens kijken?"


def _kind(project: Project, root: Path, text: str, after: timedelta) -> tuple[str | None, list[str]]:
    address, letter = sorted(letters(root).items())[0]
    known = project.replies.get(take_in(project, answer_to(letter, address, text + " ")))
    assert known.facts.delivery_id is not None
    taken_at = project.store.reply_figures.taken_at(known.facts.delivery_id)
    assert taken_at is not None
    mail = answer_to(letter, address, text).replace(
        b"Date: Tue, 24 Nov 2026 10:00:00 +0100", f"Date: {format_datetime(taken_at + after)}".encode()
    )
    facts = project.replies.get(take_in(project, mail)).facts
    return facts.kind, [one.rule for one in facts.evidence]


@pytest.mark.parametrize(
    ("after", "is_told"),
    [
        (timedelta(seconds=20), True),
        (timedelta(hours=2), False),
        (timedelta(seconds=-90), False),  # clocks that differ prove nothing
    ],
)
def test_an_answer_within_a_minute_is_told_and_people_may_be_quick(
    tmp_path: Path, after: timedelta, *, is_told: bool
) -> None:
    with a_newsletter(tmp_path) as project:
        kind, rules = _kind(project, tmp_path, _READ, after)

    assert kind == "human"
    assert ("time:at-once" in rules) is is_told


@pytest.mark.parametrize(
    ("after", "kind"),
    [
        (None, InboundKind.HUMAN),
        (timedelta(hours=2), InboundKind.HUMAN),
        (timedelta(seconds=20), InboundKind.OUT_OF_OFFICE),
    ],
)
def test_words_that_prove_too_little_prove_enough_at_once(after: timedelta | None, kind: InboundKind) -> None:
    mail = ReadMail(subject="Re: Wie beheert jullie groepen?", text=_AWAY, has_plain_text=True)

    assert classify(mail, answered_after=after, weights={}).kind is kind


def test_a_letter_that_nobody_sent_was_taken_at_no_time(tmp_path: Path) -> None:
    with a_newsletter(tmp_path) as project:
        assert project.store.reply_figures.taken_at("nobody") is None
