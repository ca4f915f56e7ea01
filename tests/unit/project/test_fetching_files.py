"""Mail taken in from a Maildir or an mbox file that is the mailbox of a project."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.domain.inbound_mail import InboundFilter
from newsletter.project import Project
from newsletter.project.replies.fetching import Fetching
from newsletter.testing.fake_clock import FakeClock


def _subjects(root: Path, config: str) -> list[str]:
    (root / "newsletter.toml").write_text(f"[replies]\n{config}\n")
    with Project.open(root, environment={}, clock=FakeClock()) as project:
        Fetching(project).fetch()
        return sorted(str(mail.facts.subject) for mail in project.replies.find(InboundFilter()))


@pytest.mark.parametrize(
    ("since", "subjects"), [('since = "2026-11-01"', ["new"]), ('since = "2020-01-01"', ["new", "old"])]
)
def test_mails_from_before_the_letters_stay_in_a_maildir_or_mbox_file(
    tmp_path: Path, since: str, subjects: list[str]
) -> None:
    (tmp_path / "post" / "cur").mkdir(parents=True)
    box = b""
    for name, day in (
        ("old", datetime(2024, 5, 1, 12, tzinfo=UTC)),
        ("new", datetime(2026, 11, 20, tzinfo=UTC)),
    ):
        raw = f"From: jan@b.nl\nSubject: {name}\n\nHoi\n".encode()
        path = tmp_path / "post" / "cur" / f"{name}.1:2,S"
        path.write_bytes(raw)
        os.utime(path, (day.timestamp(), day.timestamp()))
        box += f"From jan@b.nl {day:%a %b %d %H:%M:%S %Y}\n".encode() + raw + b"\n"
    (tmp_path / "box").write_bytes(box)

    assert _subjects(tmp_path, f'mailbox = "maildir:post"\n{since}') == subjects
    (tmp_path / "other").mkdir()
    assert _subjects(tmp_path / "other", f'mailbox = "mbox:../box"\n{since}') == subjects
