"""Kills a process at every state-changing system call, without trying the same state twice.

`stepper` says which calls those are, and why not the others. A first run goes to its end and writes down,
before each of them, what a death there would leave: the bytes of the files, the contents that SQLite
recovers from them, and what the peer has taken. Moments that leave the same contents are one: whoever goes
on after them finds the same. SQLite has recovered, and looked through, every one of those databases, also
those that differ in bytes alone, as with half a transaction in the log; the file that connections share
(`-shm`) is made anew by the next.
Of each such group the first moment is tried with a real kill, and so is every call on which a peer is told
something, where what was under way may still arrive. A draft (`.copying`) that nobody reads again is there
or not, whatever is in it.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from kill import KILLED, After, Launcher, Peer, Scenario, Verdict, go_on
from kill_launcher import Step

__all__ = ["Sweep", "sweep"]

_NOT_KEPT = {"talk", "gate", "journal"}  # what the harness and the peer write themselves


@dataclass(frozen=True, slots=True, kw_only=True)
class _Left:
    """What a death would leave: digests of the bytes, and of what is in them."""

    bytes: str
    contents: str


@dataclass(kw_only=True)
class Sweep:
    """What came of all moments of one scenario."""

    name: str
    moments: int = 0
    states: int = 0
    verdicts: list[Verdict] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Render as one line."""
        calls = Counter(one.position.call for one in self.verdicts if isinstance(one.position, Step))
        unknown = sum(one.unknown > 0 for one in self.verdicts)
        return (
            f"{self.name}: {self.moments} moments, {self.states} states on disk, {len(self.verdicts)} kills"
            f" {dict(calls)}, {len(self.violations)} violations, {unknown} left somebody unknown"
        )


def sweep(
    launcher: Launcher,
    scenario: Scenario,
    work: Path,
    *,
    after: After = go_on,
    is_tried: Callable[[Step], bool] = lambda step: step.is_on_wire,
) -> Sweep:
    """Kill `scenario` at every moment that can differ from the one before, and judge each as `after` does.

    Moments that `is_tried` names are also tried where nothing differs.
    """
    template = work / "template"
    template.mkdir()
    scenario.prepare(template)
    made = Sweep(name=scenario.name)
    for step in _moments(launcher, scenario, template, work / "first", made, is_tried):
        verdict = _kill_at(launcher, scenario, step, template, work / "case", after)
        made.verdicts.append(verdict)
        made.violations += [f"{verdict.position}: {one}" for one in verdict.violations]
    return made


def _moments(
    launcher: Launcher,
    scenario: Scenario,
    template: Path,
    project: Path,
    made: Sweep,
    is_tried: Callable[[Step], bool],
) -> Iterator[Step]:
    """Run to the end; return the moments to die at, and count the others in `made`."""
    steps: list[tuple[Step, _Left]] = []
    shutil.copytree(template, project)
    peer = scenario.open_peer(project)
    seen: dict[str, str] = {}

    def look(step: Step) -> bool:
        steps.append((step, _left(project, peer, seen)))
        return True

    try:
        code = launcher.run_in_steps(scenario, scenario.send(), project, peer.environment, look)
    finally:
        peer.close()
        shutil.rmtree(project)
    if code not in scenario.ends:
        made.violations.append(f"a run that nobody kills ended with {code}")
    made.moments = len(steps)
    made.states = len({left.bytes for _, left in steps})
    before = None
    for step, left in steps:
        if left.contents != before or is_tried(step):
            yield step
        before = left.contents


def _kill_at(
    launcher: Launcher, scenario: Scenario, step: Step, template: Path, project: Path, after: After
) -> Verdict:
    shutil.copytree(template, project)
    peer = scenario.open_peer(project)
    last: list[Step] = []

    def is_before(now: Step) -> bool:
        last[:] = [now]
        return now.number < step.number

    try:
        code = launcher.run_in_steps(scenario, scenario.send(), project, peer.environment, is_before)
        wrong = [] if code in (KILLED, *scenario.ends) else [f"the process itself ended with {code}"]
        return after(launcher, scenario, project, peer, last[-1], code == KILLED, wrong)
    finally:
        peer.close()
        shutil.rmtree(project)


def _left(project: Path, peer: Peer, seen: dict[str, str]) -> _Left:
    """Look at what a death would leave; `seen` keeps the contents of databases by their bytes."""
    raw, contents = hashlib.sha256(), hashlib.sha256()
    files = {path: path.read_bytes() for path in _files(project)}
    for path, data in files.items():
        name = str(path.relative_to(project)).encode()
        raw.update(name + b"\0" + hashlib.sha256(data).digest())
        if ".copying" in path.name:
            contents.update(name)
        elif path.suffix == ".db":
            contents.update(name + b"\0" + _recovered(path, files, seen).encode())
        elif not path.name.endswith(".db-wal"):
            contents.update(name + b"\0" + hashlib.sha256(data).digest())
    taken = repr(sorted(peer.accepted().items())).encode()
    raw.update(taken)
    contents.update(taken)
    return _Left(bytes=raw.hexdigest(), contents=contents.hexdigest())


def _files(project: Path) -> list[Path]:
    found = [path for path in project.rglob("*") if path.relative_to(project).parts[0] not in _NOT_KEPT]
    return sorted(path for path in found if path.is_file() and not path.name.endswith(".db-shm"))


def _recovered(database: Path, files: Mapping[Path, bytes], seen: dict[str, str]) -> str:
    """Return the digest of what SQLite finds in a copy of `database` and its log."""
    log = database.with_name(f"{database.name}-wal")
    both = hashlib.sha256(files[database] + b"\0" + files.get(log, b"")).hexdigest()
    if both not in seen:
        with tempfile.TemporaryDirectory() as directory:
            copy = Path(directory) / database.name
            copy.write_bytes(files[database])
            if log in files:
                copy.with_name(log.name).write_bytes(files[log])
            seen[both] = _contents(copy)
    return seen[both]


def _contents(database: Path) -> str:
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA quick_check").fetchone() == ("ok",), f"{database} is broken"
        dump = "\n".join(connection.iterdump())
    return hashlib.sha256(dump.encode()).hexdigest()
