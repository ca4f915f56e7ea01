"""The readers of a project: who they are, who is in a segment, and why."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from newsletter.audience.conditions import condition_problems, key_of, read_condition
from newsletter.audience.expression import Expression, mentions_status
from newsletter.audience.list_files import reader_rows
from newsletter.audience.names import Names
from newsletter.audience.parse import check_segments
from newsletter.delivery.plan import RESTING, LeftOut
from newsletter.domain.campaign import Member
from newsletter.domain.preferences import Rest
from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.domain.variant import Condition
from newsletter.errors import Problem, UsageError
from newsletter.project.issues.slugs import Slugs
from newsletter.project.people.choosing import has_frequency
from newsletter.project.readers import explaining
from newsletter.project.readers.explaining import Answer, Clause
from newsletter.project.readers.reading_language import ReadingLanguages
from newsletter.protocols import AudienceView

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["ReaderToTry", "Readers", "SegmentSize"]

_LOOKED_AT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentSize:
    """A segment of the configuration and how many readers it has now.

    `languages` says how many of them get an issue that is in several languages in which of them.
    """

    name: str
    where: str
    description: str
    count: int
    languages: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderToTry:
    """A reader worth looking at in the preview."""

    email: str
    label: str


class Readers:
    """What can be done with the list, reading only; see `importing` for what changes it."""

    def __init__(self, project: Project) -> None:
        """Work on the list of `project`."""
        self._project = project
        self._config = project.config

    # --- segments -------------------------------------------------------------------------------------

    def expression(self, text: str) -> Expression:
        """Return the segment called `text`, or `text` as an expression. Raises UsageError."""
        return read_condition(text, self._names())

    def condition_problems(self, conditions: Sequence[Condition]) -> list[Problem]:
        """Return what is wrong with the conditions of a letter's blocks, at every place they stand."""
        return condition_problems(conditions, self._names())

    def segment_problems(self) -> list[Problem]:
        """Return what is wrong with the expressions in `[segments]`, each fault once."""
        return check_segments(self._names())

    def segments(self) -> list[SegmentSize]:
        """Return every segment with its size. Raises UsageError naming every wrong expression."""
        UsageError.raise_if(self.segment_problems())
        languages = self.languages(self._config.segments)
        return [
            SegmentSize(
                name=segment.name,
                where=segment.where,
                description=segment.description,
                count=self.count(segment.name),
                languages=shared,
            )
            for segment, shared in zip(self._config.segments.values(), languages, strict=True)
        ]

    def count(self, text: str) -> int:
        """Return how many would get an issue sent to `text`."""
        expression = self.expression(text)
        return self._project.list_store.subscribers.count(expression)

    def languages(self, texts: Iterable[str]) -> list[dict[str, int]]:
        """Return how many of each of `texts` would get an issue in which language, as the latest in several.

        Nothing where every issue is in one language.
        """
        return ReadingLanguages(self._project).counts(map(self.expression, texts))

    def explain(self, text: str, email: str | None = None) -> list[Clause]:
        """Return `text` clause by clause, with numbers, or with yes or no for the reader at `email`."""
        return explaining.explain(self._project, text, email)

    def left_out(self, text: str, rest: Rest | None = None) -> tuple[LeftOut, ...]:
        """Return how many of a segment are not mailed, and why: who rests, and others by status.

        Nothing of statuses when it names `status:` itself.
        """
        expression = self.expression(text)
        resting = self._project.list_store.resting.count(expression, rest) if rest else 0
        found = (LeftOut(count=resting, reason=RESTING),) if resting else ()
        if mentions_status(expression):
            return found
        counts = self._project.list_store.subscribers.left_out(expression)
        return found + tuple(LeftOut(count=number, reason=reason) for reason, number in counts.items())

    # --- one reader -----------------------------------------------------------------------------------

    def member_or_none(self, email: str) -> Member | None:
        """Return the reader at `email` with all their values, None when they are not on the list."""
        found = self._project.list_store.subscribers.get(email) if self._project.has_store else None
        if found is None:
            return None
        return Member(subscriber_id=found.id, email=found.email, key=found.key, values=found.fields)

    def variant_of(self, email: str, conditions: Sequence[str]) -> str | None:
        """Return which of `conditions` hold for the reader at `email`; None when they are not on the list."""
        subscribers = self._project.list_store.subscribers if self._project.has_store else None
        found = subscribers.get(email) if subscribers else None
        if subscribers is None or found is None:
            return None
        return key_of([self.expression(one) for one in conditions], found, subscribers.facts(found))

    def member(self, email: str) -> Member:
        """Return the reader at `email`. Raises UsageError when they are not on the list."""
        found = self.member_or_none(email)
        if found is None:
            raise UsageError(
                Problem(
                    what=f"{email} is not on the list",
                    fix="leave them out to see every fallback; see: newsletter subscribers why EMAIL",
                )
            )
        return found

    def why(self, email: str, segment: str | None = None, campaign: str | None = None) -> Answer:
        """Say whether `email` would be mailed, and why (not); `campaign` is an id. Raises UsageError."""
        return explaining.why(self._project, email, segment, campaign)

    def readers_to_try(self, most: int = 12) -> list[ReaderToTry]:
        """Return readers a letter may look odd for, with the reason, then others; at most `most`.

        Odd are no value, the longest value, and letters beyond ASCII. Only the first readers of a long
        list are looked at.
        """
        everybody = self._project.list_store.subscribers.all()
        active = (one for one in everybody if one.status is SubscriberStatus.ACTIVE)
        readers = list(islice(active, _LOOKED_AT))
        picked: dict[str, str] = {}
        for name in self._config.fields if readers else ():
            picked.setdefault(max(readers, key=lambda one: len(_shown(one, name))).email, f"longest {name}")
            without = next((one for one in readers if not _shown(one, name)), None)
            if without:
                picked.setdefault(without.email, f"no {name}")
        accented = next(
            (one for one in readers if not "".join(map(str, one.fields.values())).isascii()), None
        )
        if accented:
            picked.setdefault(accented.email, "accents")
        for one in readers[:most]:
            picked.setdefault(one.email, "")
        return [
            ReaderToTry(email=email, label=f"{email} ({why})" if why else email)
            for email, why in islice(picked.items(), most)
        ]

    # --- the whole list -------------------------------------------------------------------------------

    def status_counts(self) -> dict[str, int]:
        """Return how many subscribers have each status, only those that occur."""
        return {
            str(status): number for status, number in self._project.list_store.subscribers.counts().items()
        }

    def export(self) -> Iterator[str]:
        """Yield the list as lines of CSV (RFC 4180), also who left; it can be imported again."""
        fields = sorted(self._config.fields)
        yield from map(_csv, reader_rows(self._project.list_store.subscribers.all(), fields))

    def unsubscribe(self, email: str) -> bool:
        """Never mail `email` again; False when they had left already. Raises UsageError."""
        subscribers = self._project.list_store.subscribers
        found = subscribers.get(email)
        subscribers.unsubscribe(email, self._project.clock.now())
        self._project.list_store.consent.note_head()
        return found is None or found.status is not SubscriberStatus.UNSUBSCRIBED

    def view(self, rest: Rest | None = None) -> AudienceView:
        """Return what checks and plans may ask; who rests as `rest` says is no member."""
        return self._project.list_store.audience_view(self.expression, rest)

    def rest(self, issue: str, at: datetime, known_at: datetime | None = None) -> Rest | None:
        """Return who rests from a letter of `issue` (a slug) that leaves `at`; None where nobody may choose.

        With `known_at` only campaigns count that were made before it.
        """
        if not has_frequency(self._config):
            return None
        return Rest.around(issue, at, ZoneInfo(self._config.newsletter.timezone), known_at)

    def _names(self) -> Names:
        today = self._project.clock.now().astimezone(UTC).date()
        return Names.of(self._config, Slugs(self._project), today=today)


def _shown(reader: Subscriber, name: str) -> str:
    return str(reader.fields.get(name, ""))


def _csv(row: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(row)
    return out.getvalue()
