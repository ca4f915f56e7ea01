"""A campaign to a mail server of this machine. Floor: `smtplib` sending mails that are ready, one connection.

The server is aiosmtpd, in a process of its own; it is slow, so look at the CPU time, which is the sender's.
"""

from __future__ import annotations

import smtplib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.sample import EVERYBODY, LETTER, clear, fill_list, make_newsletter, open_newsletter
from benchmarks.timing import ROOT, Spent, spending
from newsletter.delivery.engine import Ending

__all__ = ["measure"]

_COUNT = 1_000


def measure(work: Path, *, quick: bool) -> list[Figure]:
    """Return CPU per mail and mails per second, of the sending alone."""
    count = _COUNT // 10 if quick else _COUNT
    journal = work / "mails"
    journal.touch()
    with _mail_server(journal) as port:
        ours = _campaign(make_newsletter(work / "newsletter"), port, count)
        taken = journal.stat().st_size
        floor = _smtplib(
            port, count, b"Subject: benchmark\r\n\r\n" + (b"x" * 70 + b"\r\n") * (taken // count // 72)
        )

    def figure(measured: str, unit: str, mine: float, bare: float) -> Figure:
        return Figure(
            benchmark="smtp",
            measure=f"{measured} ({count:,} mails)",
            unit=unit,
            ours=mine,
            floor=bare,
            floor_name="smtplib, ready mails, no ledger",
        )

    return [
        figure("CPU per mail", "µs", ours.cpu_s / count * 1e6, floor.cpu_s / count * 1e6),
        figure("mails a second", "", count / ours.wall_s, count / floor.wall_s),
    ]


def _campaign(root: Path, port: int, count: int) -> Spent:
    settings = {
        "provider.name": "smtp",
        "provider.smtp.host": "127.0.0.1",
        "provider.smtp.port": str(port),
        "provider.smtp.security": "none",
    }
    with open_newsletter(root, settings) as project:
        fill_list(project, count, all_active=True)
        letter = root / "issues" / LETTER
        prepared = project.sending.prepare(letter, segment=EVERYBODY)
        campaign = project.sending.freeze(prepared, clear(project, letter))
        with spending() as spent:
            report = project.sending.run(campaign.id, stop=lambda: False, progress=lambda _progress: None)
        assert report.ending is Ending.FINISHED, report
    return spent


def _smtplib(port: int, count: int, message: bytes) -> Spent:
    with smtplib.SMTP("127.0.0.1", port) as client, spending() as spent:
        for number in range(count):
            client.sendmail("renata@brief.example", [f"lezer.{number}@gemeente.example"], message)
    return spent


@contextmanager
def _mail_server(journal: Path) -> Iterator[int]:
    command = [sys.executable, "-m", "newsletter.testing.smtp_stub", "--journal", str(journal)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()
