"""Cuts the power at every state-changing system call: what was not synced is gone, and the peer is not.

One run is followed step by step, and beside it a disk is kept that forgets: of a file it has what was there
when the file was synced last, of a directory the names of when that was synced last. Before each call that
disk is what a cut would leave; every one that differs is put in place, with a peer that has taken what it had
by then, and a fresh process goes on.
A real disk may also keep a part of what was not synced; whether SQLite sees that is SQLite's own test.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kill import Launcher, Peer, Scenario, Verdict, go_on
from kill_launcher import Step
from kill_steps import Sweep

__all__ = ["sweep_power_cuts"]

_PEERS_OWN = ("journal", "peer.jsonl")  # what the peer has written down: it stands elsewhere
_NOT_KEPT = {"talk", "gate", *_PEERS_OWN}


@dataclass(kw_only=True)
class _ForgetfulDisk:
    """What would be left of `root`: contents by inode, and names by directory (None: a directory)."""

    root: Path
    contents: dict[int, bytes] = field(default_factory=dict)
    names: dict[Path, dict[str, int | None]] = field(default_factory=dict)

    def sync_all(self) -> None:
        """Take everything as it is now for synced."""
        for path in [self.root, *self.root.rglob("*")]:
            self.sync(path)

    def sync(self, path: Path) -> None:
        """Note that the file or directory at `path` was synced."""
        if path.is_dir():
            self.names[path] = {
                one.name: None if one.is_dir() else one.stat().st_ino
                for one in path.iterdir()
                if not (path == self.root and one.name in _NOT_KEPT) and not one.name.endswith("-shm")
            }
        elif path.is_file():
            self.contents[path.stat().st_ino] = path.read_bytes()

    def left(self) -> dict[Path, bytes | None]:
        """Return every path that a cut would leave, below the root, with its content; None: a directory."""
        found: dict[Path, bytes | None] = {}
        waiting = [self.root]
        while waiting:
            directory = waiting.pop()
            for name, inode in self.names.get(directory, {}).items():
                path = directory / name
                found[path.relative_to(self.root)] = None if inode is None else self.contents.get(inode, b"")
                if inode is None:
                    waiting.append(path)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cut:
    """A cut before `step`: what it leaves, and what the peer had written down by then."""

    step: Step
    files: Mapping[Path, bytes | None]
    peers: Mapping[str, bytes]


def sweep_power_cuts(launcher: Launcher, scenario: Scenario, work: Path) -> Sweep:
    """Cut the power at every moment of `scenario` that leaves something else, and judge each."""
    template = work / "template"
    template.mkdir()
    scenario.prepare(template)
    made = Sweep(name=f"{scenario.name}, power")
    cuts = _cuts(launcher, scenario, template, work / "first", made)
    made.states = len(cuts)
    for cut in cuts:
        verdict = _go_on_after(launcher, scenario, cut, work / "case")
        made.verdicts.append(verdict)
        made.violations += [f"{verdict.position}: {one}" for one in verdict.violations]
    return made


def _cuts(launcher: Launcher, scenario: Scenario, template: Path, project: Path, made: Sweep) -> list[_Cut]:
    shutil.copytree(template, project)
    disk = _ForgetfulDisk(root=project)
    disk.sync_all()
    cuts: list[_Cut] = []
    last: list[Step] = []
    peer = scenario.open_peer(project)

    def look(step: Step) -> bool:
        if last and last[0].call in ("fsync", "fdatasync"):
            disk.sync(Path(last[0].on))
        last[:] = [step]
        made.moments += 1
        cut = _Cut(step=step, files=disk.left(), peers=_records(project))
        if not cuts or (cuts[-1].files, cuts[-1].peers) != (cut.files, cut.peers):
            cuts.append(cut)
        return True

    try:
        code = launcher.run_in_steps(scenario, scenario.send(), project, peer.environment, look)
    finally:
        peer.close()
        shutil.rmtree(project)
    if code not in scenario.ends:
        made.violations.append(f"a run whose power is not cut ended with {code}")
    return cuts


def _records(project: Path) -> Mapping[str, bytes]:
    """Return what the peers wrote down; a line that is being written is an answer that has not left."""
    found = (project / name for name in _PEERS_OWN)
    return {path.name: _whole_lines(path.read_bytes()) for path in found if path.is_file()}


def _whole_lines(content: bytes) -> bytes:
    return content[: content.rfind(b"\n") + 1]


def _go_on_after(launcher: Launcher, scenario: Scenario, cut: _Cut, project: Path) -> Verdict:
    project.mkdir()
    for path, content in sorted(cut.files.items()):
        if content is None:
            (project / path).mkdir(parents=True)
        else:
            (project / path).write_bytes(content)
    for name, content in cut.peers.items():
        (project / name).write_bytes(content)
    peer: Peer = scenario.open_peer(project)
    try:
        return go_on(launcher, scenario, project, peer, cut.step, was_hit=True)
    finally:
        peer.close()
        shutil.rmtree(project)
