"""A worker is gone when its process has certainly ended, and only then."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from newsletter.project.sending import process_ids
from newsletter.project.sending.process_ids import ProcessId, is_gone, new_worker_id

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only Linux tells of processes")

_TELL = """
from newsletter.project.sending.process_ids import new_worker_id
print(new_worker_id(), flush=True)
input()
"""


def _worker() -> tuple[subprocess.Popen[str], str]:
    """Start a process that is a worker by its id alone."""
    process = subprocess.Popen(
        [sys.executable, "-c", _TELL], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def test_a_process_is_gone_once_it_was_killed_and_not_before():
    process, worker = _worker()

    before = is_gone(worker)
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and its parent did not look yet
    unburied = is_gone(worker)
    process.communicate()

    assert (before, unburied, is_gone(worker)) == (False, True, True)


def _written(one: ProcessId) -> str:
    return f"c0ffee.{one.boot}.{one.space}.{one.number}.{one.started}"


def test_a_number_that_another_process_has_now_does_not_keep_a_worker_alive():
    own = ProcessId.own()
    assert own is not None

    assert is_gone(_written(replace(own, started="1"))) is True
    assert is_gone(_written(own)) is False


@pytest.mark.parametrize("elsewhere", [{"boot": "another"}, {"space": "1"}])
def test_of_another_machine_or_container_nothing_is_certain(elsewhere):
    own = ProcessId.own()
    assert own is not None

    assert is_gone(_written(replace(own, number=2**30, **elsewhere))) is False


@pytest.mark.parametrize("worker", ["", "anna", "a.b.c.d", "a.b.c.d.e", "a.b.c.-1.e"])
def test_of_an_id_that_says_nothing_nothing_is_certain(worker):
    assert is_gone(worker) is False


def test_no_two_workers_of_a_process_have_one_id():
    assert new_worker_id() != new_worker_id()


def test_a_process_that_the_system_does_not_show_is_not_taken_for_gone(monkeypatch):
    process, worker = _worker()
    shown = process_ids._stat

    def hidden(number: int) -> list[str]:
        if number == process.pid:
            raise FileNotFoundError(f"/proc/{number}/stat")
        return shown(number)

    monkeypatch.setattr(process_ids, "_stat", hidden)  # as with hidepid, see proc(5)
    while_it_runs = is_gone(worker)
    process.kill()
    process.communicate()

    assert (while_it_runs, is_gone(worker)) == (False, True)
