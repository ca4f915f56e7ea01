"""People's rights on a project: to be forgotten, with a word on what is out of reach."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from newsletter.audience.forgetting import Forgotten, Unreached
from newsletter.audience.traces import Traces
from newsletter.domain.address import AddressError, address_key, readable_address
from newsletter.domain.person_hash import person_hash
from newsletter.errors import Problem, UsageError
from newsletter.project.people.out_of_reach import out_of_reach
from newsletter.project.people.trace_files import FileAction, TraceFile, clean_file, trace_files

if TYPE_CHECKING:
    from newsletter.project import Project
    from newsletter.store.opening import Store

__all__ = ["Privacy"]


@dataclass(frozen=True, slots=True)
class _Person:
    """Somebody who is to be forgotten: address keys, and what to look for in files."""

    keys: tuple[str, ...]
    traces: Traces
    providers: tuple[str, ...]


class Privacy:
    """What can be done for people about what is kept of them."""

    def __init__(self, project: Project) -> None:
        """Work on everything that `project` keeps."""
        self._project = project
        self._config = project.config

    @cached_property
    def _store(self) -> Store:
        return self._project.list_store

    def known(self, email: str) -> Forgotten:
        """Return what is known of `email`, and what `forget` could not reach; changes nothing.

        Raises UsageError for what is no address, StoreError.
        """
        person = self._person(email)
        files = self._files(person)
        return Forgotten(
            rows=self._store.erasure.count(person.keys),
            files=tuple(file.shown for file in files if file.action is not FileAction.NAME),
            unreached=tuple(self._unreached(person, files)),
        )

    def forget(self, email: str) -> Forgotten:
        """Erase everything about `email` but a keyed hash; say what was, and what is out of reach.

        Safe while a campaign is being sent: what waits for them is not mailed. Calling it again goes on where
        an error stopped it. Raises UsageError for what is no address, StoreError.
        """
        person = self._person(email)
        self._read_mails()
        files = self._files(person)
        rows = self._erase([person], keeps_refusal=False)
        self._clean(files, person.traces)
        self._project.replies.removal.sweep()
        return Forgotten(
            rows=rows,
            files=tuple(file.shown for file in files if file.action is not FileAction.NAME),
            unreached=tuple(self._unreached(person, files)),
            is_scoured=self._store.erasure.scour(),
        )

    def forget_all(self, emails: Iterable[str]) -> None:
        """Erase everything about `emails` but keyed hashes; whoever refused every mail still does.

        As `forget` does, but files are looked through once for all of them. Unused pages of the database are
        left to be cleaned (`SqlErasure.scour`), which writes all of it anew. Raises as `forget` does.
        """
        people = [self._person(one) for one in emails]
        if not people:
            return
        self._read_mails()
        traces = Traces([address for one in people for address in one.traces.addresses])
        # First the files: a second run is told whom to look for by the database alone.
        self._clean(list(trace_files(self._config, self._store.database.path, traces)), traces)
        self._erase(people, keeps_refusal=True)
        self._project.replies.removal.sweep()

    def replay_erasures(self) -> int:
        """Erase again whoever was erased before, as after restoring a backup; return how many came back.

        The list of them is a file beside the database that no backup overwrites. Raises StoreError.
        """
        now = self._project.clock.now()
        self._store.erased.add(self._store.erasure.erased_hashes(), now)
        found = self._store.erasure.known_under(self._store.erased.read())
        self.forget_all(found)
        self._store.erasure.scour()
        return len(found)

    def _read_mails(self) -> None:
        """See whose every mail is: of one that waits, or cannot be read, nobody knows yet."""
        self._project.replies.read_waiting()
        self._project.replies.removal.name_unread()

    def _clean(self, files: Sequence[TraceFile], traces: Traces) -> None:
        gone = [file.path for file in files if file.action is FileAction.REMOVE]
        self._project.replies.removal.drop_files(gone)
        for file in files:
            clean_file(file, traces)

    def _erase(self, people: Sequence[_Person], *, keeps_refusal: bool) -> Mapping[str, int]:
        """Erase `people` from the database one after another; return the rows of all of them."""
        rows: Counter[str] = Counter()
        now = self._project.clock.now()
        quotes = self._store.reply_quotes.names_of([key for one in people for key in one.keys])
        self._project.replies.removal.forget_quotes(quotes)
        for one in people:
            rows.update(self._store.erasure.erase(one.keys, one.traces, now, keeps_refusal=keeps_refusal))
        hashes = [person_hash(self._store.person_key, key) for one in people for key in one.keys]
        self._store.erased.add(hashes, now)
        self._store.consent.note_head()
        return rows

    def _person(self, email: str) -> _Person:
        try:
            key = address_key(email)
        except AddressError as error:
            raise UsageError(Problem(what=f'"{email}" is not an address', why=str(error))) from error
        addresses = self._store.erasure.addresses(key)
        keys = dict.fromkeys([key, *(address_key(one) for one in addresses)])
        providers = dict.fromkeys(one.provider for one in self._store.ledger.campaigns())
        known = [email.strip(), *addresses, *keys]
        return _Person(
            keys=tuple(keys),
            traces=Traces([*known, *map(readable_address, [*addresses, *keys])]),
            providers=tuple(name for name in providers if name != "outbox"),
        )

    def _files(self, person: _Person) -> list[TraceFile]:
        return list(trace_files(self._config, self._store.database.path, person.traces))

    def _unreached(self, person: _Person, files: list[TraceFile]) -> list[Unreached]:
        told = [file.unreached for file in files]
        others = out_of_reach(self._project, person.keys[0], person.providers)
        return [*(one for one in told if one is not None), *others]
