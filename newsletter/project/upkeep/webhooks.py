"""Reports of providers over the network: verified, kept, answered, and then applied."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from newsletter.domain.address import AddressError, address_key
from newsletter.domain.events_taken import EventsTaken
from newsletter.domain.provider_event import ProviderEvent
from newsletter.errors import NewsletterError
from newsletter.plugins import plugin_names
from newsletter.protocols import Confirming, EventReader, EventRefused
from newsletter.store.events.bodies import Body, BodySummary

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["Replayed", "Webhooks"]

_Read: TypeAlias = "tuple[Body, Sequence[ProviderEvent]]"

_log = logging.getLogger(__name__)
_AT_ONCE = 20
_BYTES_AT_ONCE = 256 * 1024  # some five hundred events


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What reading the kept reports again changed; `unreadable` of them still cannot be read."""

    bodies: int
    taken: EventsTaken
    unreadable: int = 0


class Webhooks:
    """What can be done with reports that come in by themselves."""

    def __init__(self, project: Project, readers: Mapping[str, EventReader] | None = None) -> None:
        """Work on the ledger and list of `project`; `readers` win over those installed, by provider.

        A reader is kept, with what it fetched to verify reports.
        """
        self._project = project
        self._readers = dict(readers or {})

    def knows(self, provider: str) -> bool:
        """Say whether anybody can read the reports of `provider`."""
        return provider in self._readers or provider in self._installed

    @cached_property
    def _installed(self) -> frozenset[str]:
        """Return whose reports can be read; looking takes ten milliseconds, and it does not change."""
        from newsletter.project.upkeep.events import READERS

        return frozenset(plugin_names(READERS))

    def receive(self, provider: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Verify and keep a report; False when the very same one was kept before.

        Raises what `verify` and `keep` raise.
        """
        self.verify(provider, headers, body)
        return self.keep(provider, body)

    def verify(self, provider: str, headers: Mapping[str, str], body: bytes) -> None:
        """See that a report is `provider`'s own; a question whether it may send reports is answered with yes.

        Raises EventRefused for what is not the provider's own; EventNotVerifiable and ConfigError for what is
        our failure, so that the provider tries again.
        """
        reader = self._reader(provider)
        reader.verify(headers, body, self._project.clock.now())
        if isinstance(reader, Confirming):
            reader.confirm(body)

    def keep(self, provider: str, body: bytes) -> bool:
        """Keep a verified report; False when the very same one was kept before. Raises StoreError.

        It is on disk when this returns, and need not be sent again; `apply` does what it asks.
        """
        return self._project.store.event_bodies.keep(provider, body, self._project.clock.now())

    def apply(self) -> EventsTaken:
        """Do all that kept reports ask, also those of a process that died. Raises as `apply_some`."""
        taken = EventsTaken()
        while (some := self.apply_some()) is not None:
            taken += some
        return taken

    def apply_some(self) -> EventsTaken | None:
        """Do what the oldest reports ask that are not applied yet; None when there are none.

        A report that cannot be read is put aside with the reason, and stays. Raises ConfigError, StoreError;
        what was not applied then is applied next time.
        """
        kept = self._project.store.event_bodies
        waiting = _few(kept.waiting(_AT_ONCE))
        if not waiting:
            return None
        read = [(body, self._read(body)) for body in waiting]
        done = [(body, events) for body, events in read if events is not None]
        taken, applied = self._apply(done)
        if applied:
            ids = [body.id for body, _ in applied]
            kept.take_out_erased(ids, _keys(event for _, events in applied for event in events))
            kept.done(ids, self._project.clock.now())
        return taken

    def prune(self) -> int:
        """Remove the reports that are older than `[events] keep_days`; return how many."""
        days = self._project.config.events.keep_days
        return self._project.store.event_bodies.prune(self._project.clock.now() - timedelta(days=days))

    def replay(
        self, *, since: datetime | None = None, provider: str | None = None, is_trial: bool = False
    ) -> Replayed:
        """Read the kept reports again, by the rules of today, and do what they ask beyond what was done.

        Nothing that was done is taken back: who is never mailed stays so. Raises UsageError, StoreError.
        """
        kept = self._project.list_store.event_bodies
        bodies = unreadable = 0
        taken = EventsTaken()
        for chunk in _chunks(kept.stored(since=since, provider=provider)):
            read = [(body, self._read(body, is_trial=is_trial)) for body in chunk]
            some, done = self._apply(
                [(body, events) for body, events in read if events is not None],
                is_trial=is_trial,
                is_reread=True,
            )
            bodies += len(chunk)
            unreadable += len(chunk) - len(done)
            taken += some
            if not is_trial:
                kept.done([body.id for body, _ in done], self._project.clock.now())
        return Replayed(bodies=bodies, taken=taken, unreadable=unreadable)

    def summaries(self, most: int) -> Sequence[BodySummary]:
        """Return the newest reports kept, at most `most`."""
        return self._project.list_store.event_bodies.summaries(most)

    def body(self, number: int) -> Body | None:
        """Return one report kept, byte for byte; None when there is none of that number."""
        return self._project.list_store.event_bodies.get(number)

    def _reader(self, provider: str) -> EventReader:
        if provider not in self._readers:
            self._readers[provider] = self._project.events.reader(provider)
        return self._readers[provider]

    def _read(self, body: Body, *, is_trial: bool = False) -> Sequence[ProviderEvent] | None:
        try:
            return self._reader(body.provider).read(body.data)
        except EventRefused as error:
            _log.warning("report %d of %s cannot be read: %s", body.id, body.provider, error)
            trouble = str(error)
        except Exception as error:  # noqa: BLE001  # one report a reader trips over must not hold up all others
            _log.exception("the reader of %s stumbled over report %d", body.provider, body.id)
            trouble = f"a fault of the reader: {type(error).__name__}"
        if not is_trial:
            self._project.store.event_bodies.park(body.id, trouble)
        return None

    def _apply(
        self, reports: Sequence[_Read], *, is_trial: bool = False, is_reread: bool = False
    ) -> tuple[EventsTaken, Sequence[_Read]]:
        """Do what `reports` ask; return what came of it and those it was done for.

        One that we trip over is put aside, so that it holds up no other. Raises StoreError.
        """
        if not reports:
            return EventsTaken(), ()
        told = [(body.provider, events) for body, events in reports]
        try:
            return self._project.events.apply(told, is_trial=is_trial, is_reread=is_reread), reports
        except NewsletterError:
            raise
        except Exception as error:  # noqa: BLE001  # which one it is shows when each is applied by itself
            if len(reports) == 1:
                body = reports[0][0]
                _log.exception("report %d of %s cannot be applied", body.id, body.provider)
                if not is_trial:
                    trouble = f"a fault in applying it: {type(error).__name__}"
                    self._project.store.event_bodies.park(body.id, trouble)
                return EventsTaken(), ()
        taken = EventsTaken()
        done: list[_Read] = []
        for one in reports:
            some, applied = self._apply([one], is_trial=is_trial, is_reread=is_reread)
            taken += some
            done += applied
        return taken, done


def _keys(events: Iterable[ProviderEvent]) -> Iterator[str]:
    """Yield the keys of the addresses that `events` name: only when asked for, as each takes time."""
    for email in dict.fromkeys(event.email for event in events if event.email):
        with suppress(AddressError):
            yield address_key(email)


def _few(bodies: Sequence[Body]) -> list[Body]:
    """Return the first of `bodies`, so few that applying them does not hold up others for long."""
    few: list[Body] = []
    size = 0
    for body in bodies:
        if few and size + len(body.data) > _BYTES_AT_ONCE:
            break
        few.append(body)
        size += len(body.data)
    return few


def _chunks(bodies: Iterator[Body]) -> Iterator[list[Body]]:
    chunk: list[Body] = []
    for body in bodies:
        chunk.append(body)
        if len(chunk) == _AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
