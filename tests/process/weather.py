"""What happens to workers in a storm, and what came of their campaign."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from newsletter.domain.campaign import Campaign
from newsletter.domain.delivery import DeliveryState
from newsletter.project import Project
from newsletter.store.schema.tables import attempt, batch

__all__ = ["Storm", "Weather"]

_AMBIGUOUS = ("accepted-reset", "reset-before-answer", "accepted-truncated", "accepted-500")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """What happens: times in seconds, `ambiguous` as a share of the requests, `delay_s` of each answer.

    The campaign is paused `pauses` times for `pause_s`, so many seconds after it began or went on.
    """

    readers: int
    workers: int = 8
    batch_size: int = 100
    kill_every_s: float | None = 0.2
    ambiguous: float = 0.02
    stops: int = 1
    lease_s: float = 5.0
    first_stop_s: float = 3.0
    pauses: int = 0
    pause_s: float = 1.0
    first_pause_s: float = 1.0
    rate: str | None = None
    fence: bool = False
    delay_s: float = 0.0
    longest_s: float = 900.0
    seed: int = 1

    def faults(self) -> dict[int, str]:
        """Return which requests get an answer that proves nothing, and how."""
        chance = random.Random(self.seed)
        most = self.readers // self.batch_size * 2
        return {n: chance.choice(_AMBIGUOUS) for n in range(1, most) if chance.random() < self.ambiguous}

    def emails(self) -> Iterator[str]:
        """Yield the address of each reader."""
        return (f"r{at}@brief.example" for at in range(1, self.readers + 1))


@dataclass(kw_only=True)
class Storm:
    """What came of it; `pauses` are from when to when, by the clock of the database.

    `reasons` say why readers are unknown.
    """

    weather: Weather
    kills: int = 0
    stops: int = 0
    pauses: list[tuple[float, float]] = field(default_factory=list)
    seconds: float = 0.0
    taken: Counter[str] = field(default_factory=Counter)
    arrivals: list[tuple[float, int]] = field(default_factory=list)
    departures: list[tuple[float, int]] = field(default_factory=list)
    states: dict[str, str] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    ambiguous: int = 0
    state: str = ""

    @classmethod
    def look(cls, weather: Weather, root: Path, campaign: Campaign, journal: Path) -> Storm:
        """Return what came of a campaign in a weather without a storm."""
        storm = cls(weather=weather)
        storm.read(root, campaign, journal)
        return storm

    def read(self, root: Path, campaign: Campaign, journal: Path) -> None:
        """Take in what the stub took and what the ledger says."""
        with journal.open(encoding="utf-8") as lines:
            for line in lines:
                entry = json.loads(line)
                people = [one["to"][0]["email"].lower() for one in entry["request"]["personalizations"]]
                self.taken.update(people)
                self.arrivals.append((entry["at"], len(people)))
        self.arrivals.sort()
        with Project.open(root) as project:
            ledger = project.store.ledger
            self.state = str(ledger.campaign(campaign.id).state)
            with project.store.database.reading() as connection:
                query = select(attempt.c.started_at, batch.c.size).join(
                    batch, batch.c.id == attempt.c.batch_id
                )
                self.departures = sorted((at.timestamp(), size) for at, size in connection.execute(query))
            for row in ledger.deliveries(campaign.id):
                self.states[row.email] = str(row.state)
                if row.state is DeliveryState.UNKNOWN:
                    self.reasons[row.detail or "no reason"] += 1
        requests = len(self.arrivals)
        faults = self.weather.faults()
        self.ambiguous = sum(number <= requests + len(faults) for number in faults)

    @property
    def counts(self) -> Counter[str]:
        """Return how many readers the ledger has in each state."""
        return Counter(self.states.values())

    @property
    def twice(self) -> list[str]:
        """Return who got it more than once."""
        return [email for email, number in self.taken.items() if number > 1]

    @property
    def lost(self) -> list[str]:
        """Return whose state is no truth: accepted without a mail, mailed and not even unknown, or gone."""
        known = ("accepted", "unknown")
        everybody = set(self.weather.emails())
        return [
            *(everybody - self.states.keys()),
            *(
                email
                for email, state in self.states.items()
                if (state == "accepted" and not self.taken[email])
                or (self.taken[email] and state not in known)
            ),
        ]

    @property
    def most_unknown(self) -> int:
        """Return how many may be unknown: of each death, stop and ambiguous answer one batch."""
        return (self.kills + self.stops + self.ambiguous) * self.weather.batch_size

    @property
    def most_unknown_told(self) -> str:
        """Return how `most_unknown` comes about."""
        causes = f"{self.kills} killed + {self.stops} stopped + {self.ambiguous} ambiguous"
        return f"{self.most_unknown} = ({causes}) × {self.weather.batch_size} in a batch"

    @property
    def left_in_pauses(self) -> int:
        """Return how many batches began to leave after a pause was on record and before it was over."""
        return sum(begun < at < ended for at, _ in self.departures for begun, ended in self.pauses)

    @property
    def most_arrived_in_a_pause(self) -> int:
        """Return the most requests that a provider took in one pause: what workers had in hand."""
        inside = [sum(begun < at < ended for at, _ in self.arrivals) for begun, ended in self.pauses]
        return max(inside, default=0)

    def most_in(self, window_s: float) -> int:
        """Return the most readers whose batches left in any `window_s` seconds, by the ledger."""
        best, start, inside = 0, 0, 0
        for at, number in self.departures:
            inside += number
            while self.departures[start][0] <= at - window_s:
                inside -= self.departures[start][1]
                start += 1
            best = max(best, inside)
        return best

    def mean_rate(self) -> float:
        """Return readers a second between the first and the last departure."""
        if len(self.departures) < 2:
            return 0.0
        span = self.departures[-1][0] - self.departures[0][0]
        return sum(number for _, number in self.departures[:-1]) / span if span else 0.0
