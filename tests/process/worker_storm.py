"""Workers that are killed and stopped at random while they send one campaign: a harness, and its command.

    python tests/process/worker_storm.py --readers 200000 --workers 8 --kill-every 0.2

Starts PostgreSQL and a stub of SendGrid that fails now and then, forks worker processes, kills one after the
other, stops one past its lease, pauses the campaign and lets it go on, and compares at the end what the stub
took with what the ledger says.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from weather import Storm, Weather

from newsletter.delivery.mailing import sender_of
from newsletter.delivery.rate import parse_rate
from newsletter.domain.campaign import Campaign, Member, NewCampaign
from newsletter.domain.delivery import CampaignEvent
from newsletter.project import Project
from newsletter.project.sending.pumping import Pumping
from newsletter.workers.serve import serve_worker

__all__ = ["Workers", "campaign_under", "run_storm"]

_ROOT = Path(__file__).resolve().parents[2]
_STUB = Path(__file__).with_name("slow_stub.py")
_KEY = "SG.stub.key"
_ISSUE = "issues/2026-11-24-storm.md"
_TOML = """\
[newsletter]
name = "Storm"
lang = "en"
base_url = "https://brief.example"
postal_address = "Street 1, Utrecht"

[sender]
from = "An <an@brief.example>"

[store]
url = "{url}"

[provider]
name = "sendgrid"
concurrency = 1
{rate}

[provider.sendgrid]
host = "{host}"
api_key = "env:STORM_KEY"
fence = {fence}
timeout_s = 60.0
"""
_LETTER = """\
---
subject: "A letter in a storm"
---

Dear {{ email }}, this letter comes once.
"""


class Workers:
    """Forked worker processes of one project, whose letter was rendered before the fork."""

    def __init__(self, root: Path, campaign: Campaign, weather: Weather) -> None:
        """Make ready; nobody works yet."""
        self._weather = weather
        self._root = root
        self._project = Project.open(root)
        self._ready = Pumping(self._project).letters_of(campaign)
        self._campaign = campaign
        self.pids: list[int] = []
        self.stopped: set[int] = set()

    def add(self) -> int:
        """Start one more."""
        pid = os.fork()
        if pid == 0:
            self._work()
        self.pids.append(pid)
        return pid

    def kill(self, pid: int) -> None:
        """Kill one, as a power cut does."""
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        self.pids.remove(pid)

    def change(self, event: CampaignEvent) -> None:
        """Do what somebody at a terminal does, such as to pause the campaign."""
        with Project.open(self._root) as project:
            project.store.ledger.change(self._campaign.id, event)

    def end(self) -> list[int]:
        """Ask all to stop; return how each ended."""
        for pid in self.pids:
            os.kill(pid, signal.SIGCONT)
            os.kill(pid, signal.SIGTERM)
        codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in self.pids]
        self.pids.clear()
        return codes

    def _work(self) -> None:
        code = 70
        try:
            asked = False

            def ask(_number: int, _frame: object) -> None:
                nonlocal asked
                asked = True

            signal.signal(signal.SIGTERM, ask)
            logging.basicConfig(format=f"worker {os.getpid()}: %(message)s", force=True)
            random.seed()
            ready = {self._campaign.id: self._ready}
            pumping = Pumping(self._project, lease_s=self._weather.lease_s, letters=ready)
            serve_worker(self._project, pumping, stop=lambda: asked)
            code = 0
        except BaseException as error:  # noqa: BLE001  # whatever it is, this process must not go on as the harness
            sys.stderr.write(f"worker {os.getpid()}: {error!r}\n")
        finally:
            os._exit(code)


@contextmanager
def campaign_under(url: str, root: Path, weather: Weather) -> Iterator[tuple[Campaign, Path]]:
    """Give a running campaign with the store at `url`, and the journal of the stub that takes its mail."""
    os.environ["STORM_KEY"] = _KEY
    journal = root / "journal.jsonl"
    with _stub(journal, weather.faults(), weather.delay_s) as host:
        yield _plan(url, host, root, weather), journal


def run_storm(url: str, root: Path, weather: Weather, *, say: bool = False) -> Storm:
    """Send one campaign through `weather` with the store at `url`; `root` is an empty directory."""
    with campaign_under(url, root, weather) as (campaign, journal):
        storm = Storm(weather=weather)
        workers = Workers(root, campaign, weather)
        begun = time.monotonic()
        try:
            for _ in range(weather.workers):
                workers.add()
            _rage(storm, workers, url, campaign, say=say)
        finally:
            codes = workers.end()
        storm.seconds = time.monotonic() - begun
        assert set(codes) <= {0}, f"workers ended with {codes}"
        storm.read(root, campaign, journal)
    return storm


def _rage(storm: Storm, workers: Workers, url: str, campaign: Campaign, *, say: bool) -> None:
    """Kill, stop and wake workers, and pause the campaign, until it is finished."""
    weather = storm.weather
    chance, begun = random.Random(weather.seed), time.monotonic()
    wake: list[tuple[float, int]] = []
    pauses = _Pauses(storm, url, workers.change)
    next_look = 0.0
    while time.monotonic() - begun < weather.longest_s:
        time.sleep(weather.kill_every_s or 0.1)
        now = time.monotonic()
        _wake(workers, wake, now)
        if storm.stops < weather.stops and now - begun > weather.first_stop_s:
            pid = chance.choice(workers.pids)
            os.kill(pid, signal.SIGSTOP)
            workers.stopped.add(pid)
            wake.append((now + weather.lease_s * 1.5 + 1.0, pid))
            storm.stops += 1
        awake = [pid for pid in workers.pids if pid not in workers.stopped]
        if weather.kill_every_s and awake:
            workers.kill(chance.choice(awake))
            storm.kills += 1
            workers.add()
        if now >= next_look:
            next_look = now + min(1.0, weather.pause_s / 2)
            state, counts = _state(url, campaign)
            pauses.look(state, now)
            if say:
                told = ", ".join(f"{number} {name}" for name, number in sorted(counts.items()))
                sys.stderr.write(f"{now - begun:6.1f} s, {storm.kills} kills: {state}, {told}\n")
            if state == "finished" and not wake:
                return
    raise AssertionError(f"not finished after {weather.longest_s} s: {_state(url, campaign)}")


def _wake(workers: Workers, wake: list[tuple[float, int]], now: float) -> None:
    """Let those go on that were stopped for long enough."""
    for at, pid in list(wake):
        if at <= now:
            os.kill(pid, signal.SIGCONT)
            workers.stopped.discard(pid)
            wake.remove((at, pid))


class _Pauses:
    """Pauses the campaign now and then, and lets it go on."""

    def __init__(self, storm: Storm, url: str, change: Callable[[CampaignEvent], None]) -> None:
        self._storm = storm
        self._url = url
        self._change = change
        self._next = time.monotonic() + storm.weather.first_pause_s
        self._since: float | None = None

    def look(self, state: str, now: float) -> None:
        """Pause or go on when it is time for it."""
        weather = self._storm.weather
        if now < self._next:
            return
        if self._since is not None:
            self._storm.pauses.append((self._since, self._clock()))
            self._change(CampaignEvent.RUN)
            self._since, self._next = None, now + weather.first_pause_s
        elif state == "running" and len(self._storm.pauses) < weather.pauses:
            self._change(CampaignEvent.PAUSE)
            self._since, self._next = self._clock(), now + weather.pause_s

    def _clock(self) -> float:
        with psycopg.connect(self._url) as connection:
            row = connection.execute("SELECT extract(epoch FROM clock_timestamp())::float8").fetchone()
        assert row is not None
        return float(row[0])


def _state(url: str, campaign: Campaign) -> tuple[str, dict[str, int]]:
    """Ask the server itself, by a connection that no fork takes along: it has to be quick."""
    with psycopg.connect(url) as connection:
        states = connection.execute("SELECT state FROM campaign WHERE id = %s", [campaign.id]).fetchone()
        sizes = connection.execute(
            "SELECT state, sum(size) FROM batch WHERE campaign_id = %s GROUP BY state", [campaign.id]
        )
        return states[0] if states else "", {str(state): int(size) for state, size in sizes}


def _plan(url: str, host: str, root: Path, weather: Weather) -> Campaign:
    (root / "issues").mkdir()
    rate = f'rate = "{weather.rate}"' if weather.rate else ""
    fence = str(weather.fence).lower()
    (root / "newsletter.toml").write_text(_TOML.format(url=url, host=host, rate=rate, fence=fence))
    (root / _ISSUE).write_text(_LETTER)
    with Project.open(root) as project:
        issue = project.issues.load(root / _ISSUE)
        letters = project.issues.sibling_letters(root / _ISSUE)
        variants = letters.render_keys([""])
        new = NewCampaign(
            id="5707a1",
            issue=issue.slug,
            issue_path=_ISSUE,
            segment="everybody",
            provider="sendgrid",
            sender=str(sender_of(issue, project.config)),
            digests=letters.digests(variants, "0" * 64),
            batch_size=weather.batch_size,
            created_at=datetime.now(UTC),
            variants=tuple(variants.letters),
        )
        ledger = project.store.ledger
        ledger.plan(new, _members(weather))
        return ledger.change(new.id, CampaignEvent.RUN)


def _members(weather: Weather) -> Iterator[Member]:
    for at, email in enumerate(weather.emails(), 1):
        yield Member(subscriber_id=at, email=email, key=email, values={})


@contextmanager
def _stub(journal: Path, faults: dict[int, str], delay_s: float) -> Iterator[str]:
    options = [f"--fault={number}={name}" for number, name in faults.items()]
    stub = subprocess.Popen(
        [sys.executable, str(_STUB), str(delay_s), "--journal", str(journal), *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
    )
    assert stub.stdin is not None
    assert stub.stdout is not None
    try:
        yield stub.stdout.readline().strip()
    finally:
        stub.stdin.close()
        stub.stdout.close()
        stub.wait()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a storm of any size and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=200_000)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--kill-every", type=float, default=0.2)
    parser.add_argument("--lease", type=float, default=5.0)
    parser.add_argument("--rate", default=None)
    parser.add_argument("--pauses", type=int, default=2)
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--ambiguous", type=float, default=0.02)
    parser.add_argument("--fence", action="store_true")
    parser.add_argument("--longest", type=float, default=1800.0)
    given = parser.parse_args(arguments)
    weather = Weather(
        readers=given.readers,
        workers=given.workers,
        batch_size=given.batch,
        kill_every_s=given.kill_every or None,
        lease_s=given.lease,
        rate=given.rate,
        pauses=given.pauses,
        pause_s=2.0,
        first_pause_s=3.0,
        delay_s=given.delay,
        ambiguous=given.ambiguous,
        fence=given.fence,
        longest_s=given.longest,
        stops=1 if given.kill_every else 0,
    )
    sys.path.insert(0, str(_ROOT / "tests"))
    from postgres_server import running_server

    with running_server() as server, tempfile.TemporaryDirectory(prefix="storm-") as root:
        storm = run_storm(server.new_database(), Path(root), weather, say=True)
    print(f"{weather.workers} workers, {weather.readers} readers in batches of {weather.batch_size}")
    print(f"{storm.seconds:.0f} s, {storm.kills} killed, {storm.stops} stopped past the lease")
    print(f"{storm.ambiguous} ambiguous answers; the campaign is {storm.state}")
    print(", ".join(f"{number} {state}" for state, number in sorted(storm.counts.items())))
    print(f"mailed twice: {len(storm.twice)}, lost: {len(storm.lost)}")
    lost_batches = storm.counts["unknown"] / weather.batch_size
    print(
        f"unknown: {storm.counts['unknown']}, {lost_batches:.0f} batches; at most {storm.most_unknown_told}"
    )
    for why, number in storm.reasons.most_common():
        print(f"  {number}: {why}")
    print(
        f"paused {len(storm.pauses)} times: {storm.left_in_pauses} batches left after a pause was on record, "
        f"at most {storm.most_arrived_in_a_pause} that were in hand arrived"
    )
    is_held = _is_rate_held(storm)
    is_right = not (storm.twice or storm.lost or storm.left_in_pauses) and is_held
    raise SystemExit(not (is_right and storm.counts["unknown"] <= storm.most_unknown))


def _is_rate_held(storm: Storm) -> bool:
    """Print how fast mail left, and say whether it was within five percent of its rate.

    Who is killed, stopped or paused sends less than is allowed; more is allowed to nobody.
    """
    mean, worst = storm.mean_rate(), storm.most_in(10.0) / 10
    if storm.weather.rate is None:
        print(f"rate: {mean:.0f}/s on average, at most {worst:.0f}/s in any 10 s")
        return True
    rate = parse_rate(storm.weather.rate)
    limit = rate.messages / rate.per_s
    print(
        f"rate: {mean:.0f}/s on average, {mean / limit:.1%} of {limit:.0f}/s; "
        f"at most {worst:.0f}/s in any 10 s, {worst / limit:.1%}"
    )
    is_calm = not (storm.kills or storm.stops or storm.pauses)
    return worst <= limit * 1.05 and (mean >= limit * 0.95 or not is_calm)


if __name__ == "__main__":
    main()
