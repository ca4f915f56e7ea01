"""The public site at 200 requests a second while a campaign is being sent from the same database.

The site has one core; whoever asks shares the other with the process that sends. Requests leave at their
time whether or not earlier ones were answered, and each is timed from when it was due. Of ten, seven open
the page to leave, two the one to choose, and one leaves by one click. Floor: one bare route with a page as
large, asked the same in every other second, while the same campaign is being sent.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.figures import Figure
from benchmarks.sample import EVERYBODY, LETTER, clear, fill_list, make_newsletter, open_newsletter
from benchmarks.site_served import first_of_all
from benchmarks.timing import ROOT
from newsletter.domain.links import ReaderLinks

__all__ = ["measure"]

_A_SECOND = 200
_SECONDS = 20
_MAILS_A_SECOND = 400
_QUICK_MAILS_A_SECOND = 100
_CONNECTIONS = 64
_ONE_CLICK = b"List-Unsubscribe=One-Click"
_LEAVE = (
    b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: %d\r\n\r\n%s"
)


class _Answer(NamedTuple):
    kind: str
    took_ms: float
    status: int


def measure(work: Path, *, quick: bool) -> list[Figure]:
    """Return the 50th and 99th percentile of all requests, and of leaving alone."""
    seconds, rate, spare = (1, _QUICK_MAILS_A_SECOND, 30) if quick else (_SECONDS, _MAILS_A_SECOND, 20)
    root = make_newsletter(work / "newsletter")
    readers = rate * (seconds * 2 + spare)
    with open_newsletter(root) as project:
        fill_list(project, readers, all_active=True)
        letter = root / "issues" / LETTER
        prepared = project.sending.prepare(letter, segment=EVERYBODY)
        campaign = project.sending.freeze(prepared, clear(project, letter)).id
        links = ReaderLinks(secret=project.store.signing_keys.read().current, base_url="", slug="x")
        rows = [row.delivery_id for row in project.store.ledger.deliveries(campaign)]
    first_of_all()  # both sites do so too: each has its core, and the clock is nobody's victim
    requests = list(_requests(links, rows[-_A_SECOND * seconds :]))
    with (
        _running("sending", str(root), campaign, f"{rate}/s") as sending,
        _running("ours", str(root)) as ours,
        _running("bare") as bare,
    ):
        for port in (ours.port, bare.port):
            asyncio.run(_ask(port, requests[:_A_SECOND]))  # warms up
        found, floor = [], []
        for at in range(0, len(requests), _A_SECOND):  # a second each in turn: what else runs here hits both
            found += asyncio.run(_ask(ours.port, requests[at : at + _A_SECOND]))
            floor += asyncio.run(_ask(bare.port, requests[at : at + _A_SECOND]))
        assert sending.process.poll() is None, "the campaign was being sent all the time"
    assert {answer.status for answer in found} == {200}, "never locked, never failed"
    with open_newsletter(root) as project:
        gone = project.store.subscribers.counts()["unsubscribed"]  # type: ignore[index]  # a StrEnum
    assert gone == sum(answer.kind == "leave" for answer in found), "everybody who left has left"
    return [*_against("all", found, floor), *_against("leave", found, floor)]


def _requests(links: ReaderLinks, deliveries: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    for number, one in enumerate(deliveries):
        urls = links.of(one)
        if number % 10 == 9:
            path = urls["unsubscribe_url"].encode()
            yield "leave", _LEAVE % (path, len(_ONE_CLICK), _ONE_CLICK)
        else:
            name = "preferences_url" if number % 10 in (3, 6) else "unsubscribe_url"
            yield name, b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % urls[name].encode()


async def _ask(port: int, requests: Sequence[tuple[str, bytes]]) -> list[_Answer]:
    """Send each request at its time over the connections that are free."""
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(_CONNECTIONS)]
    for one in opened:
        free.put_nowait(one)
    begun = time.perf_counter()

    async def ask(number: int, kind: str, request: bytes) -> _Answer:
        due = begun + number / _A_SECOND
        await asyncio.sleep(due - time.perf_counter())
        reader, writer = await free.get()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length")
        )
        await reader.readexactly(length)
        free.put_nowait((reader, writer))
        return _Answer(kind, (time.perf_counter() - due) * 1e3, int(head.split(b" ", 2)[1]))

    answers = await asyncio.gather(*(ask(number, *one) for number, one in enumerate(requests)))
    for _, writer in opened:
        writer.close()
    return answers


class _Process(NamedTuple):
    process: subprocess.Popen[str]
    port: int


@contextmanager
def _running(*words: str) -> Iterator[_Process]:
    command = ["nice", "-n", "15", sys.executable] if words[0] == "sending" else [sys.executable]
    command += ["-m", "benchmarks.site_served", *words]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    first = process.stdout.readline().strip()
    try:
        yield _Process(process, int(first) if first.isdigit() else 0)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _against(kind: str, found: Sequence[_Answer], floor: Sequence[_Answer]) -> list[Figure]:
    mine, bare = (
        statistics.quantiles([one.took_ms for one in answers if kind in ("all", one.kind)], n=100)
        for answers in (found, floor)
    )
    return [
        Figure(
            benchmark="site",
            measure=f"{kind}, {percent}th percentile at {_A_SECOND}/s",
            unit="ms",
            ours=mine[percent - 1],
            floor=bare[percent - 1],
            floor_name="a bare Starlette route",
        )
        for percent in (50, 99)
    ]
