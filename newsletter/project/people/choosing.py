"""What readers choose about their letters, by the link in a letter: topics, language, how often, a pause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from newsletter.audience.expression import Compare, Operator, SegmentRef, fold_text
from newsletter.config.schema import Config
from newsletter.domain.local_time import at_local
from newsletter.domain.preferences import FREQUENCY_FIELD, LONGEST_PAUSE_DAYS, Frequency, Preferences, Topic
from newsletter.domain.subscriber import FieldType, FieldValue, Subscriber
from newsletter.errors import ConfigError, Problem
from newsletter.source import Place

if TYPE_CHECKING:
    from newsletter.project import Project
    from newsletter.store.readers.preferences import Chooser

__all__ = ["Choices", "Choosing", "has_frequency"]


def has_frequency(config: Config) -> bool:
    """Say whether readers may choose how often they hear."""
    declared = config.fields.get(FREQUENCY_FIELD)
    return declared is not None and declared.type is FieldType.TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What one reader chose, and what there is to choose from."""

    email: str
    chosen: Preferences
    topics: tuple[Topic, ...]
    has_frequency: bool
    first_day: date
    last_day: date


class Choosing:
    """Reads and writes preferences."""

    def __init__(self, project: Project) -> None:
        """Work on the readers of `project`."""
        self._project = project
        self._config = project.config
        self._zone = ZoneInfo(project.config.newsletter.timezone)

    def topics(self) -> tuple[Topic, ...]:
        """Return what readers may choose. Raises ConfigError when a topic is not who has one tag."""
        if any(segment.topic for segment in self._config.segments.values()):
            ConfigError.raise_if(self._project.audience.segment_problems())
        topics, problems = [], []
        for segment in self._config.segments.values():
            if not segment.topic:
                continue
            tree = self._project.audience.expression(segment.name)
            while isinstance(tree, SegmentRef):
                tree = tree.expression
            if isinstance(tree, Compare) and (tree.name, tree.operator) == ("tag", Operator.EQUAL):
                title = segment.description or segment.name
                topics.append(Topic(name=segment.name, tag=str(tree.value), title=title))
                continue
            problems.append(
                Problem(
                    what=f'segment "{segment.name}" cannot be a topic: it is not who has one tag',
                    place=Place(path=self._config.shown_path, line=segment.line),
                    why="a reader who chooses a topic gets its tag, and loses it again",
                    fix=f'write: where = "tag:{segment.name}", or leave out topic',
                )
            )
        ConfigError.raise_if(problems)
        return tuple(topics)

    def find(self, subscriber_id: int) -> Choices | None:
        """Return what that reader chose and may choose; None when they get no letters. Raises ConfigError."""
        found = self._project.store.preferences.find(subscriber_id)
        return self._choices(found) if found else None

    def save(self, subscriber_id: int, wanted: Preferences) -> Choices | None:
        """Write down what that reader wants; None when they get no letters any more.

        Topics there are not and a pause that is over or too long count for nothing: `find` says which are
        possible. Whatever else the reader has, such as other tags, stays.
        """
        topics = self.topics()

        def change(reader: Subscriber) -> Subscriber:
            own = {fold_text(topic.tag) for topic in topics}
            others = {tag for tag in reader.tags if fold_text(tag) not in own}
            chosen = {topic.tag for topic in topics if topic.name in wanted.topics}
            return replace(
                reader,
                lang=wanted.lang or reader.lang,
                tags=frozenset(others | chosen),
                fields=self._fields(reader, wanted),
            )

        found = self._project.store.preferences.choose(
            subscriber_id, change, self._until(wanted.paused_until), self._project.clock.now()
        )
        return self._choices(found) if found else None

    def wake(self) -> int:
        """End the pauses that are over; return how many readers get letters again."""
        return self._project.store.preferences.wake(self._project.clock.now())

    def _fields(self, reader: Subscriber, wanted: Preferences) -> Mapping[str, FieldValue]:
        if wanted.frequency is None or not has_frequency(self._config):
            return reader.fields
        return {**reader.fields, FREQUENCY_FIELD: str(wanted.frequency)}

    def _choices(self, found: Chooser) -> Choices:
        topics = self.topics()
        tags = {fold_text(tag) for tag in found.reader.tags}
        kept = fold_text(str(found.reader.fields.get(FREQUENCY_FIELD, "")))
        return Choices(
            email=found.reader.email,
            chosen=Preferences(
                lang=found.reader.lang,
                topics=frozenset(topic.name for topic in topics if fold_text(topic.tag) in tags),
                frequency=Frequency(kept) if kept in tuple(Frequency) else None,
                paused_until=found.paused_until and found.paused_until.astimezone(self._zone).date(),
            ),
            topics=topics,
            has_frequency=has_frequency(self._config),
            first_day=self._today() + timedelta(days=1),
            last_day=self._today() + timedelta(days=LONGEST_PAUSE_DAYS),
        )

    def _until(self, day: date | None) -> datetime | None:
        if day is None or not self._today() < day <= self._today() + timedelta(days=LONGEST_PAUSE_DAYS):
            return None
        return at_local(datetime.combine(day, time()), self._zone).at

    def _today(self) -> date:
        return self._project.clock.now().astimezone(UTC).astimezone(self._zone).date()
