"""One sender at a time: a second process is refused at once, and a dead one holds nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from newsletter.errors import AnotherRunner
from newsletter.store.opening import Store, open_store
from newsletter.testing.ledger_samples import a_campaign, members

_HOLD = """
import sys
from pathlib import Path
from newsletter.store.opening import open_store
store = open_store("sqlite:///ledger.db", Path(sys.argv[1]))
with store.ledger.runner("c1"):
    print("held", flush=True)
    sys.stdin.read()
"""

_PLAN = """
import sys, time
from pathlib import Path
from newsletter.store.opening import open_store
from newsletter.testing.ledger_samples import a_campaign, members

def endless():
    yield from members(45_000)
    print("planning", flush=True)
    sys.stdin.read()

open_store("sqlite:///ledger.db", Path(sys.argv[1])).ledger.plan(a_campaign("dying"), endless())
"""


def _start(code: str, root: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline()
    return process


def _kill(process: subprocess.Popen[str]) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        pipe.close()


def test_a_second_sender_is_refused_until_the_first_dies(tmp_path: Path) -> None:
    with open_store("sqlite:///ledger.db", tmp_path) as store:
        store.ledger.plan(a_campaign(), members(3))
        process = _start(_HOLD, tmp_path)

        with pytest.raises(AnotherRunner) as caught, store.ledger.runner("c1"):
            raise AssertionError("nobody gets here")
        assert f"process {process.pid}" in str(caught.value)
        assert caught.value.exit_code == 75

        _kill(process)
        with store.ledger.runner("c1"):
            pass


def test_a_plan_of_a_process_that_is_alive_is_left_alone_and_that_of_a_dead_one_goes(tmp_path: Path) -> None:
    process = _start(_PLAN, tmp_path)
    with open_store("sqlite:///ledger.db", tmp_path) as store:
        assert store.ledger.campaigns() == []
        assert _rows(store) > 0
        with pytest.raises(AnotherRunner, match="planning issue herfst"):
            store.ledger.plan(a_campaign(), members(3))

    _kill(process)
    with open_store("sqlite:///ledger.db", tmp_path) as store:
        assert _rows(store) == 0
        assert store.ledger.plan(a_campaign(), members(3)).total == 3


def _rows(store: Store) -> int:
    with store.database.reading() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM delivery").scalar() or 0)
