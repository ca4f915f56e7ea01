"""The Python API: the only place that knows everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING

from newsletter.config.reader import find_config, load_config
from newsletter.config.schema import Config
from newsletter.errors import Problem, UsageError
from newsletter.project.clock import FixedClock, SystemClock
from newsletter.project.issues.shelf import Issues
from newsletter.protocols import Clock, Telemetry
from newsletter.source import shown_path

if TYPE_CHECKING:
    from newsletter.checks.outside import Outside
    from newsletter.project.archive.building import Archive
    from newsletter.project.issues.templates import Templates
    from newsletter.project.issues.words import Words
    from newsletter.project.people.admission import Admission
    from newsletter.project.people.choosing import Choosing
    from newsletter.project.people.consent import Consent
    from newsletter.project.people.privacy import Privacy
    from newsletter.project.people.refusing import Refusing
    from newsletter.project.people.rights import Rights
    from newsletter.project.people.visits import Visits
    from newsletter.project.readers.importing import Imports
    from newsletter.project.readers.segments import Readers
    from newsletter.project.replies.answering import Answering
    from newsletter.project.replies.digest import ReplyDigests
    from newsletter.project.replies.inbox import Replies
    from newsletter.project.replies.quoting import Quoting
    from newsletter.project.sending.campaigns import Sending
    from newsletter.project.sending.correcting import Correcting
    from newsletter.project.sending.gate import Gate
    from newsletter.project.sending.post import Post
    from newsletter.project.sending.steering import Steering
    from newsletter.project.upkeep.backup import Backups
    from newsletter.project.upkeep.events import Events
    from newsletter.project.upkeep.stores import Stores
    from newsletter.project.upkeep.webhooks import Webhooks
    from newsletter.store.opening import Store

__all__ = ["FixedClock", "Project", "SystemClock"]


class Project:
    """One newsletter: its configuration, issues, readers and campaigns.

    Use it as a context manager. Nothing but the configuration is read until it is asked for, so writing
    and checking front matter works without a database.
    """

    def __init__(self, config: Config, clock: Clock | None = None) -> None:
        """Put the parts together for `config`; `clock` defaults to the machine's."""
        self.config = config
        self.clock = clock or SystemClock()
        self.tell: Callable[[str], None] = lambda _text: None
        """Who is told what happens beside what was asked for; nobody, unless somebody takes its place."""
        self._store: Store | None = None
        self._opening = Lock()
        self._telemetry: Telemetry | None = None
        self._has_store = False

    @classmethod
    def open(
        cls,
        start: Path,
        *,
        overrides: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
        clock: Clock | None = None,
    ) -> Project:
        """Open the newsletter in `start` or a directory above it.

        `overrides` are dotted keys, such as `provider.name`, that win over everything else. Raises
        UsageError when there is no newsletter, ConfigError with every problem of its configuration.
        """
        path = find_config(start)
        return cls(load_config(path, environment=environment, overrides=overrides), clock)

    @property
    def telemetry(self) -> Telemetry:
        """Return whom `[telemetry]` says to tell what happens, one for all threads. Raises ConfigError."""
        from newsletter.telemetry import open_telemetry

        with self._opening:
            if self._telemetry is None:
                self._telemetry = open_telemetry(self.config.telemetry, self.tell)
            return self._telemetry

    def close(self) -> None:
        """Close the store and the telemetry, as far as they were opened."""
        if self._telemetry is not None:
            self._telemetry.close()
            self._telemetry = None
        if self._store is not None:
            self._store.close()
            self._store = None

    def __enter__(self) -> Project:
        """Return the project itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close what was opened."""
        self.close()

    @property
    def store(self) -> Store:
        """Return the store, opened on first use. Raises ConfigError, StoreError."""
        if self._store is None:
            from newsletter.store.backups.owed import owes_erasures, settle_erasures
            from newsletter.store.database.modes import loose_files
            from newsletter.store.opening import open_store  # SQLAlchemy takes its time

            self._store = open_store(self.config.store.url, self.config.root)
            loose = [shown_path(path, self.config.root) for path in loose_files(self._store.database)]
            if loose:
                self.tell(
                    f"Everybody on this machine may read {', '.join(loose)}."
                    f" Mend it with: chmod 600 {' '.join(loose)}"
                )
            if owes_erasures(self._store.database):
                self.privacy.replay_erasures()
                settle_erasures(self._store.database)
            if self._store.replaced is not None:
                self.tell(
                    "The database was brought to this version; as it was, it is in"
                    f" {shown_path(self._store.replaced, self.config.root)}"
                )
        return self._store

    @property
    def has_store(self) -> bool:
        """Say whether there is a database already; asking makes none."""
        from newsletter.store.opening import has_store

        if not self._has_store:  # one that is there stays, and a server need not be asked again
            self._has_store = self._store is not None or has_store(self.config.store.url, self.config.root)
        return self._has_store

    @property
    def list_store(self) -> Store:
        """Return the store of a newsletter that has a list; asking makes none. Raises UsageError."""
        if not self.has_store:
            raise UsageError(
                Problem(
                    what="there is no list yet", fix="begin with: newsletter subscribers import FILE --apply"
                )
            )
        return self.store

    def outside(
        self, stages: Iterable[str], tell: Callable[[str], None] = lambda _text: None
    ) -> AbstractContextManager[Outside]:
        """Return, for a `with`, who answers for `stages` on request: "network", "browser", "spam".

        Give it to `issues.check`, for as many issues as you like. `tell` is told what is going on. Nothing is
        asked before a rule wants to know.
        """
        from newsletter.project.issues.outside import open_outside

        return open_outside(self, stages, tell)

    @cached_property
    def issues(self) -> Issues:
        """Return what can be done with issues: find, load, render, check, build."""
        return Issues(self)

    @property
    def archive(self) -> Archive:
        """Return what can be done with letters that went out, for everybody: build."""
        from newsletter.project.archive.building import Archive

        return Archive(self)

    @property
    def words(self) -> Words:
        """Return what can be done with the project's own words: list, add."""
        from newsletter.project.issues.words import Words

        return Words(self.config.root)

    @cached_property
    def gate(self) -> Gate:
        """Return what decides whether a letter may leave: receipts of checks, approvals."""
        from newsletter.project.sending.gate import Gate

        return Gate(self)

    @cached_property
    def templates(self) -> Templates:
        """Return what can be done with templates: list, copy, check."""
        from newsletter.project.issues.templates import Templates

        return Templates(self)

    @cached_property
    def audience(self) -> Readers:
        """Return what can be done with the list: count, explain, unsubscribe."""
        from newsletter.project.readers.segments import Readers

        return Readers(self)

    @cached_property
    def imports(self) -> Imports:
        """Return what changes the list from files: plan, apply, undo."""
        from newsletter.project.readers.importing import Imports

        return Imports(self)

    @cached_property
    def consent(self) -> Consent:
        """Return what can be done with consent: ask, take, withdraw, show, verify."""
        from newsletter.project.people.consent import Consent

        return Consent(self)

    @cached_property
    def post(self) -> Post:
        """Return what sends mails to one person, such as the one that asks to confirm."""
        from newsletter.project.sending.post import Post

        return Post(self)

    @property
    def privacy(self) -> Privacy:
        """Return what can be done for people about what is kept of them: forget."""
        from newsletter.project.people.privacy import Privacy

        return Privacy(self)

    @cached_property
    def sending(self) -> Sending:
        """Return what can be done with campaigns: plan, send, resume, settle."""
        from newsletter.project.sending.campaigns import Sending

        return Sending(self)

    @cached_property
    def steering(self) -> Steering:
        """Return what can be decided about a campaign that is planned: take it back, let it leave late."""
        from newsletter.project.sending.steering import Steering

        return Steering(self)

    @property
    def correcting(self) -> Correcting:
        """Return what can be done about a fault in a letter that is out."""
        from newsletter.project.sending.correcting import Correcting

        return Correcting(self)

    @property
    def backups(self) -> Backups:
        """Return what can be done with backups of the database: make, verify, restore."""
        from newsletter.project.upkeep.backup import Backups

        return Backups(self)

    @property
    def stores(self) -> Stores:
        """Return what can be done with the store as a whole: copy it to another database."""
        from newsletter.project.upkeep.stores import Stores

        return Stores(self)

    @cached_property
    def webhooks(self) -> Webhooks:
        """Return what can be done with reports that come in by themselves: receive, apply, replay."""
        from newsletter.project.upkeep.webhooks import Webhooks

        return Webhooks(self)

    @property
    def events(self) -> Events:
        """Return what can be done with what providers tell later: take it, from a webhook or from files."""
        from newsletter.project.upkeep.events import Events

        return Events(self)

    @cached_property
    def replies(self) -> Replies:
        """Return what can be done with mail that comes in: take it, list it, look at it, put it away."""
        from newsletter.project.replies.inbox import Replies

        return Replies(self)

    @property
    def answering(self) -> Answering:
        """Return what the author does with one reply: answer it, once."""
        from newsletter.project.replies.answering import Answering

        return Answering(self)

    @property
    def quoting(self) -> Quoting:
        """Return what can be done about quoting readers: ask, decide, take back."""
        from newsletter.project.replies.quoting import Quoting

        return Quoting(self)

    @property
    def reply_digests(self) -> ReplyDigests:
        """Return what can be gathered from the replies to an issue."""
        from newsletter.project.replies.digest import ReplyDigests

        return ReplyDigests(self)

    @cached_property
    def visits(self) -> Visits:
        """Return what the public site does for whoever holds a link of a letter."""
        from newsletter.project.people.visits import Visits

        return Visits(self)

    @cached_property
    def admission(self) -> Admission:
        """Return what guards the form of the site: how fast and how often people may ask."""
        from newsletter.project.people.admission import Admission

        return Admission(self)

    @cached_property
    def rights(self) -> Rights:
        """Return what people may ask about themselves on the site."""
        from newsletter.project.people.rights import Rights

        return Rights(self)

    @cached_property
    def refusing(self) -> Refusing:
        """Return what takes the word of whoever never wants a mail again."""
        from newsletter.project.people.refusing import Refusing

        return Refusing(self)

    @cached_property
    def choosing(self) -> Choosing:
        """Return what readers choose about their letters."""
        from newsletter.project.people.choosing import Choosing

        return Choosing(self)
