"""Kills a sender of your own, in any language, at every system call that can change something, and counts.

`python -m newsletter.testing.sender_sweep --readers FILE -- COMMAND…` runs COMMAND in a copy of a folder,
once for each moment: under strace, which kills it on entering the N-th `write`, `sendto`, `fsync` … Then it
runs what goes on after a crash until that ends well, and asks the other side, a mail server that has every
mail on disk before it takes it: who got the letter twice, and who never did without the sender saying so.

COMMAND finds the server in SMTP_HOST and SMTP_PORT, and has to mail every address of FILE, one a line.
Needs Linux, strace and the extra `testing`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path

from newsletter.testing.received import Journal
from newsletter.testing.smtp_stub import SmtpStub

__all__ = ["CALLS", "Sender", "Verdict", "main", "sweep"]

CALLS = (
    *("write", "pwrite64", "writev", "sendto", "sendmsg", "connect"),
    *("fsync", "fdatasync", "ftruncate", "rename", "renameat2", "link", "unlink", "unlinkat"),
)
"""System calls after which the disk or the server can know something new (Linux man-pages, section 2)."""

_KILLED = (-9, 137)
_TRIES = 5  # to go on after a crash, until it ends well
_LONGEST_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """A program to try: `command` sends, `resume` goes on, `held` prints who it cannot tell about."""

    command: Sequence[str]
    resume: Sequence[str]
    readers: frozenset[str]
    folder: Path | None = None
    held: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of one death: addresses mailed twice, those lost without a word, and those held."""

    call: str
    number: int
    was_killed: bool
    doubled: tuple[str, ...]
    lost: tuple[str, ...]
    held: tuple[str, ...]
    is_stuck: bool

    @property
    def is_clean(self) -> bool:
        """Say whether nobody was mailed twice or lost, and the sender came to an end."""
        return not (self.doubled or self.lost or self.is_stuck)


def sweep(sender: Sender, calls: Sequence[str] = CALLS) -> Iterator[Verdict]:
    """Kill `sender` at every moment of `calls`, each in a fresh copy of its folder; yield what came of each.

    A call's moments end where the program is no longer hit. Raises FileNotFoundError without strace.
    """
    for call in calls:
        for number in count(1):
            verdict = _try(sender, call, number)
            if verdict.was_killed or not verdict.is_clean:
                yield verdict
            if not verdict.was_killed:
                break


def _try(sender: Sender, call: str, number: int) -> Verdict:
    with tempfile.TemporaryDirectory(prefix="sender-sweep-") as work:
        folder, journal = Path(work) / "folder", Path(work) / "journal"
        if sender.folder is None:
            folder.mkdir()
        else:
            shutil.copytree(sender.folder, folder)
        with SmtpStub(journal) as server:
            environment = {**os.environ, "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(server.port)}
            inject = f"inject={call}:signal=KILL:when={number}"
            trace = ["strace", "-f", "-o", "/dev/null", "-e", f"trace={call}", "-e", inject, "--"]
            code = _run([*trace, *sender.command], folder, environment).returncode
            is_stuck = code != 0 and not any(
                _run(sender.resume, folder, environment).returncode == 0 for _ in range(_TRIES)
            )
            told = _run(sender.held, folder, environment).stdout if sender.held else ""
        taken = Counter(str(entry["email"]) for entry in Journal(journal).entries())
    held = sender.readers.intersection(told.split())
    return Verdict(
        call=call,
        number=number,
        was_killed=code in _KILLED,
        doubled=tuple(sorted(email for email, times in taken.items() if times > 1)),
        lost=tuple(sorted(sender.readers - taken.keys() - held)),
        held=tuple(sorted(held)),
        is_stuck=is_stuck,
    )


def _run(
    command: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # running what the caller gives is its purpose
        list(command),
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        timeout=_LONGEST_S,
        check=False,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Sweep as the arguments say, print a line for each system call; return 1 when somebody was harmed."""
    options = _parser().parse_args(arguments)
    sender = Sender(
        command=options.command,
        resume=["sh", "-c", options.resume] if options.resume else options.command,
        held=["sh", "-c", options.held] if options.held else (),
        readers=frozenset(options.readers.read_text("utf-8").split()),
        folder=options.folder,
    )
    verdicts = []
    for verdict in sweep(sender, options.calls.split(",")):
        verdicts.append(verdict)
        if not options.as_json:
            print(".x"[not verdict.is_clean], end="", file=sys.stderr, flush=True)  # noqa: T201
    print("" if options.as_json else "\n", end="", file=sys.stderr)  # noqa: T201
    print(_as_json(verdicts) if options.as_json else _as_table(verdicts))  # noqa: T201
    return int(not verdicts or not all(verdict.is_clean for verdict in verdicts))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m newsletter.testing.sender_sweep", description=(__doc__ or "").split("\n", 1)[0]
    )
    parser.add_argument("--readers", type=Path, required=True, help="who has to be mailed, one a line")
    parser.add_argument("--folder", type=Path, help="what the sender needs; each try gets a fresh copy")
    parser.add_argument("--resume", metavar="SHELL", help="what goes on after a crash; default the command")
    parser.add_argument("--held", metavar="SHELL", help="prints who the sender cannot tell about")
    parser.add_argument(
        "--calls", default=",".join(CALLS), help="system calls to die at; default: %(default)s"
    )
    parser.add_argument("--json", action="store_true", dest="as_json", help="write what came of each death")
    parser.add_argument("command", nargs="+", metavar="COMMAND")
    return parser


def _as_json(verdicts: Sequence[Verdict]) -> str:
    return json.dumps([asdict(verdict) for verdict in verdicts], indent=2)


def _as_table(verdicts: Sequence[Verdict]) -> str:
    lines = [f"{'call':<12}{'deaths':>8}{'doubled':>9}{'lost':>6}{'held':>6}{'stuck':>7}"]
    for call in dict.fromkeys(verdict.call for verdict in verdicts):
        of = [verdict for verdict in verdicts if verdict.call == call]
        hit = [
            sum(bool(getattr(one, what)) for one in of) for what in ("doubled", "lost", "held", "is_stuck")
        ]
        lines.append(f"{call:<12}{len(of):>8}{hit[0]:>9}{hit[1]:>6}{hit[2]:>6}{hit[3]:>7}")
    if not verdicts:
        return "the command was never killed: it makes none of these calls, or did not start"
    lines += [f"{one.call} #{one.number}: {_harm(one)}" for one in verdicts if not one.is_clean]
    return "\n".join(lines)


def _harm(verdict: Verdict) -> str:
    told = [f"{email} got it twice" for email in verdict.doubled]
    told += [f"{email} never got it, and nobody was told" for email in verdict.lost]
    told += ["it never came to an end"] if verdict.is_stuck else []
    return "; ".join(told)


if __name__ == "__main__":
    sys.exit(main())
