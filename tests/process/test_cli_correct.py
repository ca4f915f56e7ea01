"""`newsletter correct` beside a process that is still sending the faulty letter."""

from __future__ import annotations

import subprocess
import sys

import pytest

HOLD = """
import sys
from newsletter.project import Project
from pathlib import Path
with Project.open(Path.cwd(), environment={}) as project:
    campaign = project.sending.find(None).id
    with project.store.ledger.runner(campaign):
        print("held", flush=True)
        sys.stdin.read()
"""


@pytest.fixture
def faulty(project):
    """A project with a letter that waits for its time, and is mended meanwhile."""
    project.run("send", "first", "--yes", "--at", "2099-01-01 09:30")
    letter = project.issue
    letter.write_text(f"{letter.read_text('utf-8')}\nOne more line.\n", "utf-8")
    return project


def test_a_process_that_does_not_stop_is_waited_for_as_long_as_was_said(faulty):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        cwd=faulty.root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder, holder.stdin, holder.stdout:
        assert holder.stdout.readline() == "held\n"

        refused = faulty.run("correct", "first", "--yes", "--wait", "0")

    assert (refused.code, f"process {holder.pid}" in refused.err) == (75, True), refused.err
    assert faulty.mails() == 0
    done = faulty.run("correct", "first", "--yes", "--wait", "0")
    assert (done.code, faulty.mails()) == (0, 40), done.err


def test_a_wait_that_is_no_time_is_told(bare):
    wrong = bare.run("correct", "first", "--yes", "--wait", "a while")

    assert (wrong.code, "write --wait 60s" in wrong.err) == (2, True), wrong.err
