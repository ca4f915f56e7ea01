"""The mailbox answers come to: whether it opens, and whether anybody takes mails out of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsletter.doctor.mailbox import judge_mailbox
from newsletter.domain.diagnosis import Health
from newsletter.domain.mailbox_state import MailboxState
from newsletter.errors import Problem
from newsletter.project import Project
from newsletter.project.replies.mailbox_state import read_mailbox_state

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
WHERE = "INBOX of renata at mail.example"


@pytest.mark.parametrize(
    ("state", "codes"),
    [
        (MailboxState(where=None), [None]),
        (MailboxState(where=WHERE, fault=Problem(what="no answer")), ["mailbox-closed"]),
        (MailboxState(where=WHERE, waiting=3), ["mailbox-unfetched"]),
        (MailboxState(where=WHERE, waiting=3, checked_at=NOW - timedelta(days=2)), ["mailbox-unfetched"]),
        (MailboxState(where=WHERE, waiting=3, checked_at=NOW - timedelta(hours=2)), [None]),
        (MailboxState(where=WHERE, waiting=0, fetched_at=NOW, parked=2), [None, "mails-parked"]),
    ],
)
def test_each_way_a_mailbox_can_stand_is_told(state: MailboxState, codes: list[str | None]) -> None:
    found = list(judge_mailbox(state, NOW))

    assert [one.code for one in found] == codes
    assert all((one.health is Health.FINE) == (one.code is None) for one in found)


def test_a_server_that_is_not_there_and_a_path_that_is_not_there_are_told(tmp_path: Path) -> None:
    def state(mailbox: str) -> MailboxState:
        (tmp_path / "newsletter.toml").write_text(
            f'[replies]\nmailbox = "{mailbox}"\npassword = "env:PASSWORD"\ntimeout_s = 5\n'
        )
        with Project.open(tmp_path, environment={}) as project:
            return read_mailbox_state(project)

    unset = state("imaps://renata@127.0.0.1:1/INBOX")
    nowhere = state("maildir:nowhere")

    assert unset.fault is not None
    assert "PASSWORD is not set" in unset.fault.what
    assert nowhere.fault is not None
    assert nowhere.fault.what == "nowhere is not there"
