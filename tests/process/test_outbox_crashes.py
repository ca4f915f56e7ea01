"""The outbox, killed at every call that changes a file, and with a disk that fails at every one of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from newsletter.config.schema import Config
from newsletter.protocols import Shipment
from newsletter.providers.outbox import open_provider
from newsletter.testing.received import read_message
from newsletter.testing.sample_mailing import sample_attempt, sample_mailing, sample_recipients

SENDER = Path(__file__).with_name("outbox_sender.py")
READERS = sample_recipients([f"Lezer {number}" for number in range(3)])
# Each letter is written, forced to disk, linked and its temporary name removed; both directories are made
# and forced, and in the end the directory of the letters once more. The write after those is the report.
CALLS = {"mkdir": 2, "write": 3, "fsync": 6, "link,linkat": 3, "unlink,unlinkat": 3}
POSITIONS = [(call, number) for call, count in CALLS.items() for number in range(1, count + 1)]

pytestmark = pytest.mark.kill


def run(root: Path, injection: str) -> subprocess.CompletedProcess[bytes]:
    calls, _, what = injection.partition(":")
    command = ["strace", "-f", "-qq", "-o", str(root / "trace"), "-e", f"trace={calls}"]
    command += ["-e", f"inject={injection}"]
    if what.startswith("error"):  # the other calls do not stop it then; a signal would get lost (strace 6.1)
        command.append("--seccomp-bpf")
    command += [sys.executable, "-B", str(SENDER), str(root), str(len(READERS))]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(command, capture_output=True, env=environment, timeout=300, check=False)


def open_shipment(root: Path) -> Shipment:
    return open_provider(Config(root=root)).prepare(sample_mailing())


def letters(root: Path) -> list[Path]:
    return sorted(root.glob("outbox/proef/*.eml"))


def assert_whole(root: Path) -> None:
    for letter, reader in zip(letters(root), READERS, strict=True):
        assert letter.name == f"{reader.delivery_id}.eml"
        assert read_message(letter.read_bytes(), reader.email).subject.startswith("Dag Lezer")
    assert not list(root.glob("outbox/proef/.*"))


@pytest.mark.parametrize(("call", "number"), POSITIONS)
def test_after_a_kill_evidence_is_exact_and_a_repeat_completes(
    tmp_path: Path, call: str, number: int
) -> None:
    killed = run(tmp_path, f"{call}:signal=KILL:when={number}")
    assert killed.returncode in (-9, 137), "the call was made and the process died of it"
    there = {letter.stem for letter in letters(tmp_path)}
    shipment = open_shipment(tmp_path)

    evidence = shipment.evidence(READERS, sample_attempt("c.1.1"))
    assert evidence is not None
    proven = {one.delivery_id for one in READERS if evidence.of(one.position).kind == "accepted"}
    rest = [one for one in READERS if one.delivery_id not in proven]
    again = shipment.submit(shipment.build(rest, "c.1.2"))

    assert proven == there
    assert {again.of(one.position).kind for one in rest} <= {"accepted"}
    assert_whole(tmp_path)


@pytest.mark.parametrize("error", ["ENOSPC", "EIO", "EROFS"])
@pytest.mark.parametrize(("call", "number"), [at for at in POSITIONS if not at[0].startswith("unlink")])
def test_a_failing_disk_makes_no_outcome_lie(tmp_path: Path, call: str, number: int, error: str) -> None:
    done = run(tmp_path, f"{call}:error={error}:when={number}")

    kinds = json.loads(done.stdout)
    there = {letter.stem for letter in letters(tmp_path)}
    for reader, kind in zip(READERS, kinds, strict=True):
        assert kind in ("accepted", "halt", "unknown")
        assert kind != "accepted" or reader.delivery_id in there
        assert kind != "halt" or reader.delivery_id not in there
    assert set(kinds) != {"accepted"}


def test_a_disk_without_hard_links_is_as_good(tmp_path: Path) -> None:
    done = run(tmp_path, "link,linkat:error=EPERM")

    assert json.loads(done.stdout) == ["accepted"] * 3
    assert_whole(tmp_path)
