"""The sending process is killed at every state-changing system call, and nobody is mailed twice or lost.

By default some positions are tried; `NEWSLETTER_FULL=1` tries them all.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest
from kill import Position, disk_faults, judge, try_position
from kill_launcher import warm_launcher
from kill_scenarios import PRELOAD, SCENARIOS
from kill_steps import sweep

IS_FULL = bool(os.environ.get("NEWSLETTER_FULL"))
_DATABASE = [("pwrite64", "ENOSPC"), ("pwrite64", "EIO"), ("fdatasync", "EIO")]
DISK_FAULTS = {
    "scripted": [("pwrite64", "ENOSPC"), ("fdatasync", "EIO")],
    "events": [("pwrite64", "ENOSPC"), ("fdatasync", "EIO")],
    "smtp": _DATABASE,
    "sendgrid": _DATABASE,
    "sendgrid-fence": _DATABASE,
    "outbox": [("pwrite64", "ENOSPC"), ("write", "ENOSPC"), ("fsync", "EIO"), ("link", "ENOSPC")],
}
QUICK = {
    "scripted": [("pwrite64", 1), ("pwrite64", 20), ("fdatasync", 6), ("write", 1), ("fsync", 1)],
    "outbox": [("link", 3), ("fsync", 2), ("unlink", 4)],
    "smtp": [("sendto", 9), ("connect", 2), ("pwrite64", 60)],
    "smtp-ahead": [("sendto", 5), ("sendto", 6)],
    "events": [("pwrite64", 3), ("fdatasync", 1)],
    "ses": [("sendto", 4), ("pwrite64", 60)],
    "postmark": [("sendto", 3), ("pwrite64", 60)],
    "sendgrid": [("sendto", 2), ("sendto", 3), ("pwrite64", 60)],
    "sendgrid-fence": [("sendto", 4), ("sendto", 5), ("pwrite64", 60)],
}


@pytest.fixture(scope="module")
def launcher():
    return warm_launcher(PRELOAD)


@pytest.fixture(scope="module")
def template_of(tmp_path_factory):
    made = {}

    def of(name):
        kind = "events" if name == "events" else "scripted"
        if kind not in made:
            made[kind] = tmp_path_factory.mktemp("kill") / "template"
            made[kind].mkdir()
            SCENARIOS[kind].prepare(made[kind])
        return made[kind]

    return of


@pytest.mark.kill
@pytest.mark.parametrize(
    ("name", "syscall", "number"), [(name, *place) for name, places in QUICK.items() for place in places]
)
def test_a_killed_run_is_resumed_without_sending_twice_or_losing_anybody(
    launcher, template_of, tmp_path, name, syscall, number
):
    position = Position(syscall=syscall, number=number)

    verdict = try_position(launcher, SCENARIOS[name], position, template_of(name), tmp_path / "case")

    assert verdict.was_hit, verdict.talk
    assert verdict.violations == (), verdict.talk


@pytest.mark.kill
@pytest.mark.parametrize(
    ("name", "position"),
    [
        ("scripted", Position(syscall="pwrite64", number=30, error="ENOSPC")),
        ("outbox", Position(syscall="write", number=4, error="ENOSPC")),
    ],
    ids=str,
)
def test_a_full_disk_neither_repeats_nor_loses_anybody(launcher, template_of, tmp_path, name, position):
    verdict = try_position(launcher, SCENARIOS[name], position, template_of(name), tmp_path / "case")

    assert verdict.was_hit, verdict.talk
    assert verdict.violations == (), verdict.talk


if IS_FULL:

    @pytest.mark.kill
    @pytest.mark.parametrize("name", SCENARIOS)
    def test_no_system_call_is_a_bad_moment_to_die(launcher, tmp_path, name):
        swept = sweep(launcher, SCENARIOS[name], tmp_path)

        print(swept)
        assert not swept.violations

    @pytest.mark.kill
    @pytest.mark.parametrize("name", DISK_FAULTS)
    def test_no_write_is_a_bad_moment_for_a_full_or_broken_disk(launcher, tmp_path, name):
        verdicts = list(disk_faults(launcher, SCENARIOS[name], tmp_path, DISK_FAULTS[name]))

        print(f"{name}: {Counter(str(verdict.position).split()[0] for verdict in verdicts)}")
        assert not [verdict for verdict in verdicts if verdict.violations]


@pytest.mark.parametrize(
    ("states", "accepted", "wrong"),
    [
        ({"a": "accepted"}, {"a": 2}, "a got it 2 times"),
        ({"a": "accepted"}, {"a": 1, "b": 1}, "b got it without being in the plan"),
        ({}, {}, "r00@brief.example is nowhere in the ledger"),
        ({"a": "accepted"}, {}, "a is accepted in the ledger, but was never taken"),
        ({"a": "pending"}, {"a": 1}, "a is left pending, but has it"),
        ({"a": "submitting"}, {}, "a is left submitting"),
        (dict.fromkeys("abcdef", "unknown"), {}, "6 are unknown, at most 5 may be"),
    ],
)
def test_the_judge_sees_every_kind_of_broken_promise(states, accepted, wrong):
    wrongs = judge(SCENARIOS["scripted"], states, Counter(accepted))

    assert wrong in wrongs
