"""What matching asks of the ledger and the list: letters by every name they go by, and whose they were."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, TextClause, func, or_, select, text

from newsletter.domain.delivery import BatchState
from newsletter.domain.inbound_match import FoundReader, RecentLetter, SentLetter
from newsletter.domain.subscriber import SubscriberStatus
from newsletter.store.database.database import Database
from newsletter.store.people.signing_keys import SqlSigningKeys
from newsletter.store.schema.inbound import inbound, message_alias, reply_answer
from newsletter.store.schema.tables import attempt, batch, campaign, delivery, service_mail, subscriber

__all__ = ["SqlMatchDesk"]

_MOST_ISSUES = 1_000  # twenty years of a weekly letter; more values than that one statement may not hold
_LEFT = (BatchState.ACCEPTED, BatchState.UNKNOWN, BatchState.SUBMITTING)


class SqlMatchDesk:
    """The desk of a database; see `protocols.matching.MatchDesk`."""

    def __init__(
        self,
        database: Database,
        keys: SqlSigningKeys,
        now: Callable[[], datetime],
        subjects: Callable[[str, str], tuple[str, ...]],
    ) -> None:
        """Ask `database`; `subjects` gives those of an issue by slug and path, none when it is gone."""
        self._database = database
        self._keys = keys
        self._now = now
        self._subjects = subjects

    def now(self) -> datetime:
        """Return the time."""
        return self._now()

    def secrets(self) -> Sequence[bytes]:
        """Return every key that ever signed, the current one first."""
        keys = self._keys.read()
        return (keys.current, *(key.secret for key in keys.retired))

    def letters(self, delivery_ids: Collection[str]) -> Mapping[str, SentLetter]:
        """Return the letters among `delivery_ids`, and the mails to one person, by id."""
        with self._database.reading() as connection:
            found = {row.id: _letter(row) for row in connection.execute(letters_query(delivery_ids))}
            if len(found) < len(set(delivery_ids)):
                others = connection.execute(_service_mails(delivery_ids))
                found |= {row.delivery_id: _of_reader(row, None, None) for row in others}
        return found

    def letters_known_as(self, message_ids: Collection[str]) -> Mapping[str, SentLetter]:
        """Return the letters by other Message-IDs; an answer of the author stands for what it answers."""
        by_id = {one.partition("@")[0]: one for one in message_ids}
        found: dict[str, SentLetter] = {}
        with self._database.reading() as connection:
            for row in connection.execute(batches_query(by_id)):
                found[by_id[row.provider_id]] = SentLetter(issue=row.issue)
            for row in connection.execute(provider_ids_query(by_id)):
                found[by_id[row.provider_id]] = _letter(row)
            for row in connection.execute(_aliases(message_ids)):
                found[row.alias] = _of_reader(row, row.issue, row.delivery_id)
            for row in connection.execute(_own_mails(message_ids, by_id)):
                known = row.message_id if row.message_id in message_ids else by_id[row.provider_id]
                found[known] = _of_reader(row, row.issue, row.delivery_id)
        return found

    def reader(self, email_key: str) -> FoundReader | None:
        """Return whose address `email_key` is, or was when a letter went there."""
        with self._database.reading() as connection:
            who = connection.scalar(
                select(subscriber.c.id).where(
                    subscriber.c.email_key == email_key, subscriber.c.status != SubscriberStatus.ERASED
                )
            )
            if who is not None:
                return FoundReader(subscriber_id=who, email_keys=frozenset({email_key}))
            query = former_address_query(email_key, _issue_paths(connection))
            row = connection.execute(query).first()
        if row is None:
            return None
        return FoundReader(subscriber_id=row.id, email_keys=frozenset({email_key, row.email_key}))

    def recent(self, reader: FoundReader, since: datetime, until: datetime) -> Sequence[RecentLetter]:
        """Return what left for `reader` between two moments, the latest first."""
        with self._database.reading() as connection:
            paths = _issue_paths(connection)
            rows = connection.execute(recent_query(reader.email_keys, paths)).all()
        letters = [
            RecentLetter(
                issue=row.issue,
                delivery_id=row.id,
                sent_at=row.left_at,
                subjects=self._subjects(row.issue, paths[row.issue]),
            )
            for row in rows
            if since <= row.left_at <= until
        ]
        return sorted(letters, key=lambda one: one.sent_at, reverse=True)


def letters_query(delivery_ids: Collection[str]) -> Select[Any]:
    """Return the query for deliveries by id."""
    return _deliveries().where(delivery.c.id.in_(list(delivery_ids)))


def provider_ids_query(provider_ids: Collection[str]) -> Select[Any]:
    """Return the query for deliveries by the id a provider gave each; asks the partial index."""
    return _deliveries().where(delivery.c.provider_id.in_(list(provider_ids)), _word("delivery"))


def batches_query(provider_ids: Collection[str]) -> Select[Any]:
    """Return the query for issues by the id a provider gave a request of many readers."""
    return (
        select(batch.c.provider_id, campaign.c.issue)
        .join(campaign, campaign.c.id == batch.c.campaign_id)
        .where(batch.c.provider_id.in_(list(provider_ids)), _word("batch"))
    )


def former_address_query(email_key: str, issues: Collection[str]) -> Select[Any]:
    """Return the query for the reader whose letter of any of `issues` went to `email_key`.

    With the issues named, each is one probe of an index; a join may be walked from the other end.
    """
    return (
        select(subscriber.c.id, subscriber.c.email_key)
        .join(delivery, delivery.c.subscriber_id == subscriber.c.id)
        .where(
            delivery.c.issue.in_(list(issues)),
            delivery.c.email_key == email_key,
            subscriber.c.status != SubscriberStatus.ERASED,
        )
        .limit(1)
    )


def recent_query(email_keys: Collection[str], issues: Collection[str]) -> Select[Any]:
    """Return the query for what of `issues` left for an address, and when."""
    left = func.max(attempt.c.started_at, type_=attempt.c.started_at.type).label("left_at")
    return (
        select(delivery.c.issue, delivery.c.id, left)
        .join(batch, batch.c.id == delivery.c.batch_id)
        .join(attempt, attempt.c.batch_id == batch.c.id)
        .where(
            delivery.c.issue.in_(list(issues)),
            delivery.c.email_key.in_(list(email_keys)),
            delivery.c.override.is_(None),
            batch.c.state.in_(_LEFT),
        )
        .group_by(delivery.c.issue, delivery.c.id)
    )


def _issue_paths(connection: Connection) -> dict[str, str]:
    """Return where the latest of the issues that were planned lie, by slug; of one mended twice, the last."""
    rows = connection.execute(select(campaign.c.issue, campaign.c.issue_path).order_by(campaign.c.seq)).all()
    paths = {row.issue: row.issue_path for row in rows}
    return dict(list(paths.items())[-_MOST_ISSUES:])


def _deliveries() -> Select[Any]:
    return select(
        delivery.c.id,
        delivery.c.issue,
        delivery.c.provider_id,
        delivery.c.email_key,
        subscriber.c.id.label("reader"),
        subscriber.c.email_key.label("reader_key"),
    ).join_from(delivery, subscriber, subscriber.c.id == delivery.c.subscriber_id, isouter=True)


def _word(table: str) -> TextClause:
    """Return the condition of the indexes on provider ids: what an SMTP server said is no name."""
    return text(f"{table}.provider_id NOT LIKE '% %'")


def _service_mails(delivery_ids: Collection[str]) -> Select[Any]:
    return (
        select(
            service_mail.c.delivery_id,
            subscriber.c.id.label("reader"),
            subscriber.c.email_key.label("reader_key"),
        )
        .join(subscriber, subscriber.c.id == service_mail.c.subscriber_id)
        .where(service_mail.c.delivery_id.in_(list(delivery_ids)))
    )


def _aliases(message_ids: Collection[str]) -> Select[Any]:
    return (
        select(
            message_alias.c.alias,
            message_alias.c.issue,
            message_alias.c.delivery_id,
            subscriber.c.id.label("reader"),
            subscriber.c.email_key.label("reader_key"),
        )
        .join_from(message_alias, subscriber, subscriber.c.id == message_alias.c.subscriber_id, isouter=True)
        .where(message_alias.c.alias.in_(list(message_ids)))
    )


def _own_mails(message_ids: Collection[str], provider_ids: Collection[str]) -> Select[Any]:
    """Return the query for what the author answered or asked, by its Message-ID or the provider's."""
    return (
        select(
            reply_answer.c.message_id,
            reply_answer.c.provider_id,
            inbound.c.issue,
            inbound.c.delivery_id,
            subscriber.c.id.label("reader"),
            subscriber.c.email_key.label("reader_key"),
        )
        .select_from(reply_answer)
        .join(inbound, inbound.c.id == reply_answer.c.inbound_id)
        .join(subscriber, subscriber.c.id == inbound.c.subscriber_id, isouter=True)
        .where(
            or_(
                reply_answer.c.message_id.in_(list(message_ids)),
                reply_answer.c.provider_id.in_(list(provider_ids)),
            )
        )
    )


def _letter(row: Row[Any]) -> SentLetter:
    is_known = row.reader is not None
    return SentLetter(
        issue=row.issue,
        subscriber_id=row.reader,
        delivery_id=row.id,
        email_keys=frozenset({row.email_key, row.reader_key}) if is_known else frozenset(),
    )


def _of_reader(row: Row[Any], issue: str | None, delivery_id: str | None) -> SentLetter:
    keys = frozenset({row.reader_key}) if row.reader_key else frozenset[str]()
    return SentLetter(issue=issue, subscriber_id=row.reader, delivery_id=delivery_id, email_keys=keys)
