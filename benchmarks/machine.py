"""The machine a benchmark ran on, in words that tell neither its name nor a path."""

from __future__ import annotations

import os
import platform
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.timing import ROOT

__all__ = ["Machine", "describe_machine"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What the reader of a figure has to know of where it was measured."""

    day: str
    commit: str
    processor: str
    cores: int
    memory_gib: int
    system: str
    python: str
    load: float

    def sentences(self) -> list[str]:
        """Return what is known, one sentence each."""
        return [
            f"Measured on {self.day}, at commit `{self.commit}`, with Python {self.python} on {self.system}.",
            f"The machine has {self.cores} cores ({self.processor}) and {self.memory_gib} GiB of memory.",
            f"The load before the first benchmark was {self.load:.2f}.",
        ]


def describe_machine() -> Machine:
    """Look at this machine and at the commit that is measured."""
    return Machine(
        day=datetime.now(UTC).date().isoformat(),
        commit=_commit(),
        processor=_from_file(Path("/proc/cpuinfo"), "model name", ":") or platform.machine() or "unknown",
        cores=os.cpu_count() or 1,
        memory_gib=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        system=_from_file(Path("/etc/os-release"), "PRETTY_NAME", "=") or platform.system(),
        python=platform.python_version(),
        load=os.getloadavg()[0],
    )


def _commit() -> str:
    def git(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no")
    return (git("rev-parse", "--short", "HEAD") or "unknown") + (" with changes" if changed else "")


def _from_file(path: Path, name: str, separator: str) -> str:
    """Return the value of the first line `name SEPARATOR value`; "" without one."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError:
        return ""
    for line in lines:
        key, found, value = line.partition(separator)
        if found and key.strip() == name:
            return value.strip().strip('"')
    return ""
