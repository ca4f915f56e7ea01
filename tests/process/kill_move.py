"""Moving a store put to the kill sweep: `newsletter store copy FROM TO`, either way and between files.

After a death the store is in use in one place at most, whole, and doing the same again ends the move.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from kill import Launcher, Peer, Position, Scenario, Verdict
from kill_launcher import Step

from newsletter.domain.delivery import CampaignEvent
from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.errors import StoreError
from newsletter.store.database.closed import CLOSED
from newsletter.store.database.database_url import database_at
from newsletter.store.moving.copying import Copying, copy_store
from newsletter.store.moving.tables import digest_tables, first_full_table
from newsletter.store.opening import open_store
from newsletter.testing.ledger_samples import NOW, a_campaign, accepted, an_attempt, members
from newsletter.testing.received import ReceivedMail
from tests.postgres_server import PostgresServer

__all__ = ["MOVE_PRELOAD", "MoveScenario", "judge_move"]

MOVE_PRELOAD = (
    "newsletter.cli.store",
    "newsletter.project.upkeep.stores",
    "newsletter.store.opening",
    "newsletter.store.database.postgres_database",
    "newsletter.store.database.postgres_copy",
    "newsletter.store.database.migrate",
    "alembic.command",
    "alembic.config",
    "sqlalchemy.dialects.sqlite",
    "sqlalchemy.dialects.postgresql",
)
_OLD = "sqlite:///.newsletter/newsletter.db"
_NEW = "sqlite:///.newsletter/other.db"
_HELD = "SELECT (SELECT count(*) FROM subscriber), (SELECT count(*) FROM meta WHERE name = %s)"
_READERS = 8
_CHANGES = frozenset({"operator_log"})  # a line says that it moved
_ALLOWED = {("used", "empty"), ("used", "closed"), ("closed", "closed"), ("closed", "used")}


@dataclass(kw_only=True)
class _Databases:
    """The peer: what servers hold, as far as a move changes it."""

    urls: Sequence[str]
    environment: Mapping[str, str]
    server: PostgresServer | None
    held: dict[str, str] = field(default_factory=dict)

    def accepted(self) -> Counter[str]:
        """Count nothing, and tell what each database holds; while a move changes one, what it held before."""
        for url in self.urls:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("SET lock_timeout = '20ms'")
                with suppress(psycopg.errors.LockNotAvailable):
                    self.held[url] = str(connection.execute(_HELD, [CLOSED]).fetchall())
        return Counter(self.held.values())

    def mails(self) -> Sequence[ReceivedMail]:
        return ()

    def requests(self) -> int:
        return 0

    def close(self) -> None:
        """Remove the databases of this case."""
        for url in self.urls:
            assert self.server is not None
            self.server.drop(url)


@dataclass(kw_only=True)
class MoveScenario:
    """A move from a file or a `server` to a file or a server."""

    name: str
    server: PostgresServer | None = None
    is_from_server: bool = False
    entry: str = "newsletter.cli:main"
    concurrency: int = 1
    batch: int = 2
    is_conclusive: bool = True
    left: frozenset[str] = frozenset()
    ends: frozenset[int] = frozenset({0})
    digests: Mapping[str, str] = field(default_factory=dict)
    _prepared: str = ""

    def prepare(self, project: Path) -> None:
        """Make a newsletter whose ledger stands in the middle of a campaign."""
        (project / "newsletter.toml").write_text('[newsletter]\nname = "Brief"\n', "utf-8")
        with open_store(_OLD, project) as store:
            for one in members(_READERS):
                store.subscribers.add(
                    Subscriber(
                        id=0,
                        email=one.email,
                        key=one.key,
                        status=SubscriberStatus.ACTIVE,
                        fields={"naam": "Zoë", "leden": 12, "deel": 0.1},
                        tags=frozenset({"Één"}),
                    )
                )
            store.ledger.plan(a_campaign(batch_size=2), members(_READERS))
            store.ledger.change("c1", CampaignEvent.RUN)
            batch = store.ledger.next_batch("c1", NOW)
            assert batch is not None
            store.ledger.intend(batch, an_attempt(batch))
            store.ledger.settle(an_attempt(batch), accepted(), NOW)
            store.erased.add(["0" * 32], NOW)
        self.digests = _digests(_OLD, project)
        if self.server is not None:
            self._prepared = self.server.new_database()
            old, new = database_at(_OLD, project), database_at(self._prepared, project)
            with closing(old), closing(new):
                if self.is_from_server:
                    copy_store(old, new, Copying(), now=NOW)
                else:
                    open_store(self._prepared, project).close()
            if self.is_from_server:
                for left in (project / ".newsletter").glob("newsletter.db*"):
                    left.unlink()

    def open_peer(self, project: Path) -> Peer:
        """Give the case a database of its own."""
        del project
        if self.server is None:
            return _Databases(urls=(), environment={"KILL_FROM": _OLD, "KILL_TO": _NEW}, server=None)
        url = self.server.copy_database(self._prepared)
        both = (
            {"KILL_FROM": url, "KILL_TO": _NEW}
            if self.is_from_server
            else {"KILL_FROM": _OLD, "KILL_TO": url}
        )
        return _Databases(urls=(url,), environment=both, server=self.server)

    def send(self) -> Sequence[str]:
        """Move it."""
        return ("store", "copy", "env:KILL_FROM", "env:KILL_TO")

    def resume(self, project: Path) -> Sequence[str]:
        """Do the same again."""
        del project
        return self.send()

    def states(self, project: Path) -> Mapping[str, str]:
        """Return nothing: no mail leaves."""
        del project
        return {}

    def everybody(self) -> frozenset[str]:
        """Return nobody."""
        return frozenset()

    def wrong_letters(self, project: Path, mails: Sequence[ReceivedMail]) -> Sequence[str]:
        """Find nothing wrong."""
        del project, mails
        return ()


def judge_move(
    launcher: Launcher,
    scenario: Scenario,
    project: Path,
    peer: Peer,
    position: Position | Step,
    was_hit: bool,
    violations: Sequence[str] = (),
) -> Verdict:
    """See that one store at most is in use after a death; do the same again, and compare what arrived."""
    assert isinstance(scenario, MoveScenario)
    wrong = list(violations)
    old, new = peer.environment["KILL_FROM"], peer.environment["KILL_TO"]
    stand = (_stand(old, project), _stand(new, project))
    if stand not in _ALLOWED:
        wrong.append(f"after the death the old store is {stand[0]} and the new one {stand[1]}")
    if stand[1] != "used":
        code = launcher.run(scenario, scenario.resume(project), project, peer.environment)
        if code:
            wrong.append(f"{stand}: doing it again ended with {code}")
    if (stand := (_stand(old, project), _stand(new, project))) != ("closed", "used"):
        wrong.append(f"in the end the old store is {stand[0]} and the new one {stand[1]}")
    elif _digests(new, project) != scenario.digests:
        wrong.append("what arrived is not what was there")
    wrong += [
        f"{left.name} is left behind"
        for left in (project / ".newsletter").iterdir()
        if any(mark in left.name for mark in (".copying", ".before-copy", ".partial", ".tmp"))
    ]
    return Verdict(
        position=position,
        was_hit=was_hit,
        violations=tuple(wrong),
        talk=(project / "talk").read_text(encoding="utf-8", errors="replace"),
    )


def _stand(url: str, project: Path) -> str:
    """Return how a command that writes finds the store at `url`."""
    if url == _NEW and not (project / ".newsletter" / "other.db").exists():
        return "empty"
    try:
        with open_store(url, project) as store, store.database.reading() as connection:
            return "empty" if first_full_table(connection) is None else "used"
    except StoreError as error:
        first = error.problems[0]
        return "closed" if "newsletter store copy " in (first.fix or "") else f"broken: {first.what}"


def _digests(url: str, project: Path) -> Mapping[str, str]:
    database = database_at(url, project, read_only=True)
    with closing(database), database.reading() as connection:
        return {name: one.hex for name, one in digest_tables(connection).items() if name not in _CHANGES}
