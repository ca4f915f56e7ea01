"""Opening a store: the database of `[store] url`, made or brought up to date, and what is in it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import insert, select

from newsletter.audience.expression import Expression
from newsletter.domain.correction import Correction
from newsletter.domain.preferences import Rest
from newsletter.errors import Problem, StoreError
from newsletter.source import Place
from newsletter.store.database.database import BUSY_TIMEOUT_S, Database
from newsletter.store.database.database_url import database_at
from newsletter.store.database.migrate import ensure_schema
from newsletter.store.events.bodies import SqlEventBodies
from newsletter.store.events.letters import SqlLetters
from newsletter.store.events.reports import SqlEvents
from newsletter.store.events.tallies import SqlTallies
from newsletter.store.imports.applying import SqlImports
from newsletter.store.inbound.acts import SqlReplyActs
from newsletter.store.inbound.answers import SqlReplyAnswers
from newsletter.store.inbound.arriving import SqlInbound
from newsletter.store.inbound.brief import SqlReplyBrief
from newsletter.store.inbound.desk import SqlInboundDesk
from newsletter.store.inbound.figures import SqlReplyFigures
from newsletter.store.inbound.quotes import SqlReplyQuotes
from newsletter.store.inbound.removal import SqlInboundRemoval
from newsletter.store.ledger.addressees import SqlAddressees
from newsletter.store.ledger.correction_view import CorrectionView
from newsletter.store.ledger.corrections import SqlCorrections
from newsletter.store.ledger.languages import SqlLanguages
from newsletter.store.ledger.leases import SqlLeases
from newsletter.store.ledger.ledger import SqlLedger
from newsletter.store.ledger.planning import discard_unfinished
from newsletter.store.moving.moved import refuse_what_is_closed
from newsletter.store.people.consent import SqlConsent
from newsletter.store.people.dossier import SqlDossier
from newsletter.store.people.erased_list import ErasedList
from newsletter.store.people.erasure import SqlErasure
from newsletter.store.people.opt_in import SqlOptIn
from newsletter.store.people.person_keys import PERSON_KEY
from newsletter.store.people.retention import SqlRetention
from newsletter.store.people.rights import SqlRights
from newsletter.store.people.service_mails import SqlServiceMails
from newsletter.store.people.signing_keys import SqlSigningKeys
from newsletter.store.people.visit_limits import SqlVisitLimits
from newsletter.store.readers.audience_view import SqlAudienceView
from newsletter.store.readers.field_indexes import SqlFieldIndexes
from newsletter.store.readers.preferences import SqlPreferences
from newsletter.store.readers.resting import SqlResting
from newsletter.store.readers.subscribers import SqlSubscribers
from newsletter.store.schema.tables import meta

__all__ = ["Store", "has_store", "locate_store", "open_store"]

_SECRET_BYTES = 32


class Store:
    """An open store; use it as a context manager, or call `close`."""

    def __init__(
        self, database: Database, secret: bytes, person_key: bytes, replaced: Path | None = None
    ) -> None:
        """Give access to what `database` holds; `secret` are 32 bytes that nobody else knows.

        `person_key` are the 32 bytes under which addresses are hashed; they never change.
        `replaced` is the copy of the database as it was, when opening it brought it to a new version.
        """
        self.database = database
        self.replaced = replaced
        self.secret = secret
        self.person_key = person_key
        self.ledger = SqlLedger(database, secret)
        self.leases = SqlLeases(database)
        self.subscribers = SqlSubscribers(database)
        self.imports = SqlImports(database)
        self.events = SqlEvents(database)
        self.event_bodies = SqlEventBodies(database)
        self.tallies = SqlTallies(database)
        self.letters = SqlLetters(database)
        self.corrections = SqlCorrections(database)
        self.languages = SqlLanguages(database)
        self.addressees = SqlAddressees(database)
        self.preferences = SqlPreferences(database)
        self.resting = SqlResting(database)
        self.visit_limits = SqlVisitLimits(database)
        self.rights = SqlRights(database)
        self.signing_keys = SqlSigningKeys(database, secret)
        self.consent = SqlConsent(database)
        self.erasure = SqlErasure(database, person_key)
        self.retention = SqlRetention(database, person_key)
        self.dossier = SqlDossier(database)
        self.erased = ErasedList(database, person_key)
        self.opt_in = SqlOptIn(database, person_key, self.consent)
        self.service_mails = SqlServiceMails(database)
        self.reply_answers = SqlReplyAnswers(database)
        self.reply_quotes = SqlReplyQuotes(database)
        self.inbound = SqlInbound(database)
        self.inbound_desk = SqlInboundDesk(database)
        self.reply_acts = SqlReplyActs(database)
        self.inbound_removal = SqlInboundRemoval(database)
        self.reply_brief = SqlReplyBrief(database)
        self.reply_figures = SqlReplyFigures(database)
        self.field_indexes = SqlFieldIndexes(database)

    @property
    def server(self) -> str | None:
        """Return how the server is reached from which several may send; None: one process at a time."""
        return self.database.server

    def audience_view(
        self, resolve: Callable[[str], Expression], rest: Rest | None = None
    ) -> SqlAudienceView:
        """Return what checks and plans may ask; `resolve` turns a segment's name or expression into its tree.

        Its members are without those who rest as `rest` says.
        """
        return SqlAudienceView(self.subscribers, self.ledger, resolve, rest)

    def correction_view(self, correction: Correction, resolve: Callable[[str], Expression]) -> CorrectionView:
        """Return what checks and plans may ask about the readers a correction mails."""
        return CorrectionView(correction, self.corrections, self.audience_view(resolve), resolve)

    def close(self) -> None:
        """Close every connection."""
        self.database.close()

    def __enter__(self) -> Store:
        """Return the store itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close every connection."""
        self.close()


def open_store(
    url: str, root: Path, *, read_only: bool = False, busy_timeout_s: float = BUSY_TIMEOUT_S
) -> Store:
    """Open the store at `url`; a relative path is below `root`, the project.

    The database is made when there is none (not when `read_only`), readable by its owner only, and
    brought to this version's schema after a copy was put beside it. A plan that a dead process left
    unfinished is removed. Raises ConfigError for a wrong `url`, StoreError for all else, also for a store
    that was moved elsewhere, unless it is only read.
    """
    database = database_at(url, root, read_only=read_only, busy_timeout_s=busy_timeout_s)
    try:
        if not read_only:
            database.create()
        elif not database.exists():
            raise StoreError(
                Problem(
                    what="there is no database yet",
                    place=Place(path=database.shown),
                    fix="make one by putting readers in it: newsletter subscribers import FILE --apply",
                )
            )
        replaced = ensure_schema(database)
        if not read_only:
            refuse_what_is_closed(database)
        secret, person_key = (_secret(database, name) for name in ("secret", PERSON_KEY))
        if not read_only:
            discard_unfinished(database)
    except BaseException:
        database.close()
        raise
    return Store(database, secret, person_key, replaced)


def locate_store(url: str, root: Path) -> Database:
    """Return the database of the store at `url`, not opened, as old as it may be. Raises ConfigError."""
    return database_at(url, root)


def has_store(url: str, root: Path) -> bool:
    """Say whether the store at `url` exists already. Raises ConfigError for a wrong `url`."""
    database = database_at(url, root, read_only=True)
    try:
        return database.exists()
    finally:
        database.close()


def _secret(database: Database, name: str) -> bytes:
    wanted = select(meta.c.value).where(meta.c.name == name)
    with database.reading() as connection:
        found = connection.scalar(wanted)
    if found is None:
        with database.writing() as connection:
            found = connection.scalar(wanted)  # another process may have been first
            if found is None:
                found = secrets.token_hex(_SECRET_BYTES)
                connection.execute(insert(meta).values(name=name, value=found))
    return bytes.fromhex(found)
