"""The harness for senders of others finds what a naive one does: readers mailed twice, readers lost."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from newsletter.testing.sender_sweep import Sender, main, sweep

NAIVE = Path(__file__).resolve().parents[2] / "examples/naive_sender"
READERS = ("an@brief.example", "jo@brief.example")


def _naive(when: str) -> Sender:
    command = (sys.executable, "-S", "send.py", when)
    return Sender(command=command, resume=command, readers=frozenset(READERS), folder=NAIVE)


def test_a_sender_that_notes_afterwards_mails_readers_twice() -> None:
    verdicts = list(sweep(_naive("after"), ["write"]))

    doubled = {email for verdict in verdicts for email in verdict.doubled}
    assert doubled == set(READERS)
    assert not any(verdict.lost for verdict in verdicts)


def test_a_sender_that_notes_before_loses_readers() -> None:
    verdicts = list(sweep(_naive("before"), ["fsync"]))

    assert [verdict.lost for verdict in verdicts] == [(READERS[0],), (READERS[1],)]
    assert not any(verdict.doubled for verdict in verdicts)


def test_whoever_a_sender_cannot_tell_about_is_held_and_not_lost(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--folder", str(NAIVE), "--readers", str(NAIVE / "readers.txt"), "--calls", "fsync", "--json"]
    command = [sys.executable, "-S", "send.py", "before"]

    code = main([*options, "--held", "tail -n 1 mailed.txt; echo an@brief.example", "--", *command])

    told = json.loads(capsys.readouterr().out)
    assert code == 0
    assert [one["lost"] for one in told] == [[], []]
    assert told[0]["held"] == list(READERS)


def test_a_command_that_does_nothing_is_no_proof(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "readers").write_text("an@brief.example\n")

    code = main(["--readers", str(tmp_path / "readers"), "--calls", "fsync", "--", "true"])

    assert code == 1
    assert "an@brief.example never got it" in capsys.readouterr().out
