"""Mails to a mail server of this machine, over 16 connections, and over one that is 20 ms away.

Floor: postfix's `smtp-source`, which sends the same bytes to everybody, against postfix's `smtp-sink`, which
throws them away; nodemailer's pool, which builds a mail for each reader; `smtplib` for the round trips; the
bare RSA operation for signing. Each sender runs in a process of its own, in turn.
"""

from __future__ import annotations

import json
import os
import shutil
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from benchmarks.delaying import delaying
from benchmarks.figures import Figure
from benchmarks.peers import Missing, nodemailer, postfix_tool
from benchmarks.sample import fill_list, letter_mailing, letter_reader, make_newsletter, open_newsletter
from benchmarks.smtp_ours import ready_message, transport
from benchmarks.timing import in_turn, median, run_module, spending
from newsletter.providers.smtp.dkim import open_signer
from newsletter.render.message import MessageTemplate
from newsletter.testing.smtp_faults import FaultySmtp

__all__ = ["measure"]

_CONNECTIONS = 16
_COUNT = 10_000
_SIZE = 12_000
_ROUNDS = 3
_ROUND_TRIP_S = 0.02
_FAR_MAILS = 40
_SOURCE = "postfix smtp-source, the same bytes to all"
_SCRIPT = Path(__file__).with_name("nodemailer_pool.js")


def measure(work: Path, *, quick: bool) -> list[Figure]:
    """Return mails a second against each floor, round trips a mail, and what signing costs."""
    count, rounds = (_COUNT // 100, 1) if quick else (_COUNT, _ROUNDS)
    figures = [_round_trips(work), _signing(work)]
    for compare in (_transport, _campaign):
        try:
            figures += compare(work, count, rounds)
        except Missing as missing:
            print(f"smtp: {missing}", file=sys.stderr)
    return figures


def _figure(measured: str, unit: str, ours: float, floor: float, floor_name: str) -> Figure:
    return Figure(
        benchmark="smtp", measure=measured, unit=unit, ours=ours, floor=floor, floor_name=floor_name
    )


# --- to a sink on this machine ------------------------------------------------------------------------------


def _transport(work: Path, count: int, rounds: int) -> list[Figure]:  # noqa: ARG001  # like the other
    floor, ours = [], []
    with _sink() as port:
        for _ in range(rounds):
            floor.append(_smtp_source(port, count, _SIZE))
            ran = run_module(
                "benchmarks.smtp_ours", "transport", str(port), str(_CONNECTIONS), str(count), str(_SIZE)
            )
            ours.append(count / ran["wall"])
    name = f"transport, {_CONNECTIONS} connections, {_SIZE // 1000} kB, mails a second"
    return [_figure(name, "", median(ours), median(floor), _SOURCE)]


def _campaign(work: Path, count: int, rounds: int) -> list[Figure]:
    """Send a campaign, each time to a fresh list."""
    original = make_newsletter(work / "list")
    with open_newsletter(original) as project:
        fill_list(project, count, all_active=True)
    mail, letter = _letter(original)
    size = len(mail)
    (work / "letter.json").write_text(json.dumps(letter))
    try:
        node: Path | None = nodemailer()
    except Missing as missing:
        print(f"smtp: {missing}", file=sys.stderr)
        node = None
    ours, source, pool, cpu = [], [], [], []
    with _sink() as port:
        for number in range(rounds):
            source.append(_smtp_source(port, count, size))
            root = work / f"run{number}"
            shutil.copytree(original, root)
            ran = run_module("benchmarks.smtp_ours", "campaign", str(port), str(_CONNECTIONS), str(root))
            shutil.rmtree(root)
            ours.append(count / ran["wall"])
            cpu.append(ran["cpu"] / count * 1e6)
            if node is not None:
                pool.append(_nodemailer(node, work, port, max(count // 10, 100)))
    name = f"campaign with ledger, {size // 1000} kB, mails a second"
    figures = [_figure(name, "", median(ours), median(source), _SOURCE)]
    if pool:
        figures.append(_figure(name, "", median(ours), median(pool), "nodemailer's pool, builds each mail"))
    return [*figures, Figure(benchmark="smtp", measure="campaign, CPU a mail", unit="µs", ours=median(cpu))]


def _smtp_source(port: int, count: int, size: int) -> float:
    """Return how many mails a second `smtp-source` hands over."""
    command = [postfix_tool("smtp-source"), "-d", "-s", str(_CONNECTIONS), "-m", str(count), "-l", str(size)]
    command += ["-f", "renata@brief.example", "-t", "lezer@gemeente.example", f"127.0.0.1:{port}"]
    with spending() as spent:
        subprocess.run(command, check=True)
    return count / spent.wall_s


def _nodemailer(home: Path, work: Path, port: int, count: int) -> float:
    """Return how many mails a second nodemailer's pool builds and hands over."""
    command = ["node", str(_SCRIPT), str(work / "letter.json"), str(port), str(_CONNECTIONS), str(count)]
    done = subprocess.run(command, cwd=home, check=True, stdout=subprocess.PIPE)
    return float(count / json.loads(done.stdout)["wall"])


@contextmanager
def _sink() -> Iterator[int]:
    """Give the port of an `smtp-sink`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    with subprocess.Popen([postfix_tool("smtp-sink"), *user, f"127.0.0.1:{port}", "100"]) as sink:
        try:
            _wait_for(port)
            yield port
        finally:
            sink.terminate()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.02)
    raise TimeoutError("smtp-sink does not answer")


# --- alone --------------------------------------------------------------------------------------------------


def _round_trips(work: Path) -> Figure:
    """Count round trips by the clock, over one connection to a server that offers PIPELINING."""
    extensions = ("PIPELINING", "8BITMIME", "SIZE 1000000")
    with (
        FaultySmtp(work / "far", extensions=extensions) as server,
        delaying(server.port, _ROUND_TRIP_S) as port,
    ):
        ours = transport(port, 1, _FAR_MAILS, _SIZE)
        with smtplib.SMTP("127.0.0.1", port) as client, spending() as floor:
            for _ in range(_FAR_MAILS):
                client.sendmail("renata@brief.example", ["lezer@gemeente.example"], ready_message(_SIZE))
    each = _FAR_MAILS * _ROUND_TRIP_S
    return _figure("round trips a mail, 20 ms", "", ours.wall_s / each, floor.wall_s / each, "smtplib")


def _signing(work: Path) -> Figure:
    """Sign the sample letter with DKIM, and as often a few bytes with the bare key."""
    key = rsa.generate_private_key(65_537, 2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    signer = open_signer("brief.example", "benchmark", pem.decode())
    mail, _ = _letter(make_newsletter(work / "signed"))
    spent = in_turn(
        {
            "ours": lambda: [signer.sign(mail) for _ in range(20)],
            "bare": lambda: [key.sign(bytes(300), padding.PKCS1v15(), hashes.SHA256()) for _ in range(20)],
        },
        rounds=5,
    )
    return _figure(
        "DKIM, CPU a mail", "µs", spent["ours"].cpu_s / 20e-6, spent["bare"].cpu_s / 20e-6, "RSA-2048 alone"
    )


def _letter(root: Path) -> tuple[bytes, dict[str, str]]:
    """Return the sample letter for one reader, as a mail and as the parts it is built from."""
    mailing, links = letter_mailing(root)
    reader = letter_reader(0, links)
    parts = {
        name: getattr(mailing.rendered, name).fill(reader.values | {"first_name": "NAME"})
        for name in ("subject", "text", "html")
    }
    return MessageTemplate(mailing).build(reader), parts
