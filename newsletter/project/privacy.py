"""People's rights on a project: to be forgotten, with a word on what is out of reach."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.audience.forgetting import Forgotten, Unreached
from newsletter.audience.traces import Traces
from newsletter.domain.address import AddressError, address_key, readable_address
from newsletter.domain.person_hash import person_hash
from newsletter.errors import Problem, UsageError
from newsletter.project.trace_files import FileAction, TraceFile, clean_file, trace_files
from newsletter.source import shown_path

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

    def forget(self, email: str, *, is_last: bool = True, keeps_refusal: bool = False) -> Forgotten:
        """Erase everything about `email` but a keyed hash; say what was, and what is out of reach.

        Safe while a campaign is being sent: what waits for them is not mailed. Calling it again goes on where
        an error stopped it. Of several people only after the last one the unused pages of the database are
        cleaned, which writes all of it anew. With `keeps_refusal`, for who did not ask for it,
        whoever refused every mail still does. Raises UsageError for what is no address, StoreError.
        """
        person = self._person(email)
        files = self._files(person)
        now = self._project.clock.now()
        rows = self._store.erasure.erase(person.keys, person.traces, now, keeps_refusal=keeps_refusal)
        self._store.erased.add([person_hash(self._store.person_key, key) for key in person.keys], now)
        self._store.consent.note_head()
        for file in files:
            clean_file(file, person.traces)
        return Forgotten(
            rows=rows,
            files=tuple(file.shown for file in files if file.action is not FileAction.NAME),
            unreached=tuple(self._unreached(person, files)),
            is_scoured=is_last and self._store.erasure.scour(),
        )

    def replay_erasures(self) -> int:
        """Erase again whoever was erased before, as after restoring a backup; return how many came back.

        The list of them is a file beside the database that no backup overwrites. Raises StoreError.
        """
        now = self._project.clock.now()
        self._store.erased.add(self._store.erasure.erased_hashes(), now)
        found = self._store.erasure.known_under(self._store.erased.read())
        for key in found:
            self.forget(key, keeps_refusal=True)
        return len(found)

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
        copies = [
            Unreached(
                where=shown_path(path, self._config.root),
                why="it is a copy of the database from before",
                fix=f"rm {shown_path(path, self._config.root)}, or keep it: a restore erases them again",
            )
            for path in self._copies()
        ]
        providers = [
            Unreached(
                where=name,
                why="what it keeps of the mail it took is its own",
                fix="erase the address there too, or wait until it does",
            )
            for name in person.providers
        ]
        return [one for one in told if one is not None] + copies + providers

    def _copies(self) -> list[Path]:
        """Return the copies of the database that are known: beside it, and in the folder of backups."""
        path = self._store.database.path
        beside = path.parent.glob(f"{path.name}.*")
        found = [one for one in beside if one.is_file() and _is_copy(one)]
        folder = self._project.backups.folder
        packed = folder.glob("*.zip") if folder.is_dir() else iter(())
        return sorted({*found, *packed})


def _is_copy(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(16).startswith((b"SQLite format 3\0", b"PK\x03\x04"))
    except OSError:
        return False
