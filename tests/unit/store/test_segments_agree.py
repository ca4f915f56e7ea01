"""SQL and plain Python choose the same readers, whatever the list and the expression."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, insert, select

from newsletter.audience.evaluate import belongs, matches
from newsletter.audience.expression import (
    And,
    AnyIssue,
    Compare,
    Expression,
    History,
    HistoryKind,
    IsNone,
    LastIssues,
    Not,
    OneIssue,
    OneOf,
    Operator,
    Or,
    Range,
    Sample,
    SegmentRef,
)
from newsletter.domain.address import address_key
from newsletter.domain.campaign import Attempt, Digests, Member, NewCampaign
from newsletter.domain.delivery import CampaignEvent
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.protocols import VariantReaders
from newsletter.store.ledger.mailable import GONE
from newsletter.store.opening import Store
from newsletter.store.readers.segments import SegmentCompiler
from newsletter.store.readers.selecting import Selector, selecting
from newsletter.store.schema.tables import metadata, reader_event, subscriber
from newsletter.testing.temporary_store import temporary_store

ACTIVE = SubscriberStatus.ACTIVE
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
WORDS = [
    "adviseur",
    "Adviseur",
    "STRASSE",
    "straße",
    "Ünïcode",
    "i\u0307",
    "İ",
    "é",
    "e\u0301",
    "",
    "a b",
    "%_",
    "' OR 1=1 --",
    '"}\\',
    "{{ naam }}",
    "\u202eomgekeerd",
    "😀",
]
DAYS = [date(2023, 12, 31), date(2024, 1, 1), date(2024, 2, 29), date.max, date.min]
NEARLY_DAYS = ["2024-02-31", "20240229", "2024-W01-1", "0000-01-01", "2023-02-29", "now", "5", "true"]
TEXTS = st.sampled_from([*WORDS, *(day.isoformat() for day in DAYS), *NEARLY_DAYS])
NUMBERS = st.integers(-5, 5) | st.sampled_from([0.5, 2.0, -1.5, 10**20, -(10**25), 2**63])
ISSUES = ["een", "twee", "drie"]

values = TEXTS | st.integers(-5, 5) | st.sampled_from([0.5, 2.0, -1.5]) | st.booleans()
moments = st.none() | st.sampled_from(
    [
        datetime(2024, 1, 1, tzinfo=UTC),
        datetime(2023, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2024, 2, 29, 12, tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
    ]
)


@st.composite
def readers(draw: st.DrawFn) -> list[Subscriber]:
    made = []
    for number in range(draw(st.integers(1, 6))):
        domain = draw(st.sampled_from(["Zwolle.nl", "zwolle.nl", "provincie.example"]))
        email = (
            f"{draw(st.sampled_from(['Jan', 'anna', 'ÉMILE'])) if number else 'x'}{number}@{domain.lower()}"
        )
        made.append(
            Subscriber(
                id=0,
                email=email,
                key=address_key(email),
                status=draw(st.sampled_from(SubscriberStatus)),
                lang=draw(st.none() | st.sampled_from(["nl", "NL", "en", ""])),
                fields=draw(st.dictionaries(st.sampled_from(["role", "size", "since"]), values, max_size=3)),
                tags=frozenset(draw(st.lists(st.sampled_from(["gemeente", "Nieuw", "straße"]), max_size=2))),
                joined=draw(moments),
                confirmed=draw(moments),
                source=draw(st.none() | TEXTS),
            )
        )
    return made


names = st.sampled_from(["role", "size", "since", "lang", "source", "domain", "email", "tag", "status"])
comparisons = st.one_of(
    st.builds(
        Compare,
        names,
        st.sampled_from([Operator.EQUAL, Operator.CONTAINS]),
        TEXTS | st.sampled_from(["gemeente", "NIEUW", "nl", "zwolle.NL", "active", "jan1@zwolle.nl"]),
    ),
    st.builds(Compare, names, st.sampled_from([o for o in Operator if o is not Operator.CONTAINS]), NUMBERS),
    st.builds(Compare, names, st.just(Operator.EQUAL), st.booleans()),
    st.builds(
        Compare,
        names | st.sampled_from(["joined", "confirmed"]),
        st.sampled_from([o for o in Operator if o is not Operator.CONTAINS]),
        st.sampled_from(DAYS),
    ),
)
histories = st.builds(
    History,
    st.sampled_from(HistoryKind),
    st.builds(OneIssue, st.sampled_from([*ISSUES, "nooit"]))
    | st.builds(LastIssues, st.integers(1, 3))
    | st.just(AnyIssue()),
)
leaves = st.one_of(
    comparisons,
    st.builds(Range, names, st.integers(-5, 5), NUMBERS),
    st.builds(Range, names, st.sampled_from(DAYS), st.sampled_from(DAYS)),
    st.builds(OneOf, names, st.lists(TEXTS | NUMBERS | st.booleans(), min_size=1, max_size=3).map(tuple)),
    st.builds(IsNone, names | st.sampled_from(["joined", "confirmed"])),
    st.builds(Sample, st.integers(1, 10_000), st.sampled_from(["", "ander"])),
    histories,
)


def _joined(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return (
        st.builds(And, several)
        | st.builds(Or, several)
        | st.builds(Not, inner)
        | st.builds(SegmentRef, st.just("genoemd"), inner)
    )


expressions = st.recursive(leaves, _joined, max_leaves=6)


def _send(store: Store, issue: str, chosen: list[Subscriber], kinds: list[OutcomeKind], number: int) -> None:
    """Send `issue` to `chosen`, each with the outcome at the same place."""
    new = NewCampaign(
        id=f"c{number}",
        issue=issue,
        issue_path=f"issues/{issue}.md",
        segment="alle",
        provider="outbox",
        sender="a@b.example",
        digests=Digests(content="a", template="b", config="c", audience="d"),
        batch_size=2,
        created_at=NOW.replace(minute=number),
    )
    members = [Member(subscriber_id=one.id, email=one.email, key=one.key, values={}) for one in chosen]
    if not [one for one in chosen if one.status not in GONE]:
        return
    store.ledger.plan(new, members)
    store.ledger.change(new.id, CampaignEvent.RUN)
    while batch := store.ledger.next_batch(new.id, NOW):
        attempt = Attempt(
            batch_id=batch.id,
            number=batch.attempt + 1,
            key=f"{new.id}.{batch.id}.{batch.attempt + 1}",
            body_digest="d",
            started_at=NOW,
        )
        store.ledger.intend(batch, attempt)
        outcomes = [Outcome(kind=kind) for kind in kinds[: batch.size]]
        store.ledger.settle(
            attempt,
            Submission(outcome=Outcome(kind=OutcomeKind.ACCEPTED), exceptions=dict(enumerate(outcomes))),
            NOW,
        )


def _live_through(store: Store, draw: st.DataObject, known: list[Subscriber]) -> None:
    """Send some issues, newest last, and let readers react to some."""
    kinds = st.sampled_from([OutcomeKind.ACCEPTED, OutcomeKind.REJECTED, OutcomeKind.UNKNOWN])
    for number, issue in enumerate(draw.draw(st.permutations(ISSUES), label="issues sent")):
        chosen = draw.draw(
            st.lists(st.sampled_from(known), unique_by=lambda one: one.id), label="readers of it"
        )
        _send(store, issue, chosen, draw.draw(st.lists(kinds, max_size=2), label="outcomes"), number)
    events = draw.draw(
        st.lists(
            st.tuples(
                st.sampled_from(known),
                st.sampled_from([kind for kind in HistoryKind if kind is not HistoryKind.RECEIVED]),
                st.sampled_from(ISSUES),
            ),
            max_size=4,
        ),
        label="events",
    )
    with store.database.writing() as connection:
        for one, kind, issue in events:
            connection.execute(
                insert(reader_event).values(subscriber_id=one.id, issue=issue, kind=kind.value, at=NOW)
            )


@contextmanager
def _copied(store: Store, postgres: Engine) -> Iterator[Connection]:
    """Give a connection to PostgreSQL that sees the rows of `store`, until it is over."""
    with postgres.connect() as there, store.database.reading() as here:
        for table in metadata.sorted_tables:
            rows = [dict(row) for row in here.execute(select(table)).mappings()]
            if rows:
                there.execute(insert(table), rows)
        yield there
        there.rollback()


VALUES: list[str | int | float | bool] = [
    *WORDS,
    *(day.isoformat() for day in DAYS),
    *NEARLY_DAYS,
    *(0, 1, 5, -5, 0.5, 2.0, 10**20),
    *(True, False),
]
LEAVES: list[Expression] = [
    IsNone("role"),
    *(Compare("role", Operator.EQUAL, value) for value in [*VALUES, *DAYS]),
    *(Compare("role", Operator.CONTAINS, value) for value in VALUES if isinstance(value, str)),
    *(
        Compare("role", order, value)
        for order in (Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST)
        for value in (*DAYS, 0, 1, 0.5, 5, 10**20)
    ),
    *(Range("role", low, high) for low, high in [(DAYS[0], DAYS[2]), (0, 5), (-5, 0.5)]),
    OneOf("role", ("adviseur", 5, True, DAYS[2])),
]


def test_every_kind_of_value_meets_every_comparison_alike_on_both_databases(postgres: Engine) -> None:
    fields = [{}, *({"role": value} for value in VALUES)]
    with temporary_store() as store:
        stored = [
            store.subscribers.add(
                Subscriber(id=0, email=f"r{number}@b.nl", key=f"r{number}@b.nl", status=ACTIVE, fields=values)
            )
            for number, values in enumerate(fields)
        ]
        with _copied(store, postgres) as there, store.database.reading() as here:
            for leaf in LEAVES:
                expected = {one.id for one in stored if matches(leaf, one)}
                for connection in (there, here):
                    query = select(subscriber.c.id).where(Selector(connection).holds(leaf))
                    found = set(connection.scalars(query))
                    assert expected == found, (leaf, connection.dialect.name)


@settings(max_examples=25, deadline=None)
@given(known=readers(), chosen=st.lists(expressions, min_size=1, max_size=20), data=st.data())
def test_postgresql_selects_exactly_the_readers_that_sqlite_and_plain_python_do(
    postgres: Engine, known: list[Subscriber], chosen: list[Expression], data: st.DataObject
) -> None:
    with temporary_store() as store:
        stored = [store.subscribers.add(one) for one in known]
        _live_through(store, data, stored)
        facts = {one.id: store.subscribers.facts(one) for one in stored}
        with _copied(store, postgres) as connection:
            selector = Selector(connection)
            for expression in chosen:
                query = select(subscriber.c.id).where
                selected = set(connection.scalars(query(selector.holds(expression))))
                mailed = set(connection.scalars(query(selector.mailable(expression))))

                assert {one.id for one in stored if matches(expression, one, facts[one.id])} == selected
                assert {one.subscriber_id for one in store.subscribers.members(expression)} == mailed
                assert selector.count(expression) == len(mailed)
            marked = connection.execute(select(subscriber.c.id, *selector.marks(chosen))).all()

        for reader_id, *marks in marked:
            (reader,) = (one for one in stored if one.id == reader_id)
            assert marks == [int(matches(one, reader, facts[reader_id])) for one in chosen]


@settings(max_examples=40, deadline=None)
@given(known=readers(), chosen=st.lists(expressions, min_size=1, max_size=8), data=st.data())
def test_sql_selects_exactly_the_readers_that_plain_python_does(
    known: list[Subscriber], chosen: list[Expression], data: st.DataObject
) -> None:
    with temporary_store() as store:
        stored = [store.subscribers.add(one) for one in known]
        _live_through(store, data, stored)
        facts = {one.id: store.subscribers.facts(one) for one in stored}

        for expression in chosen:
            with selecting(store.database) as selector:
                query = select(subscriber.c.id).where
                selected = selector.connection.scalars(query(selector.holds(expression))).all()
                compiled = SegmentCompiler("sqlite").compile(expression)
                assert set(selected) == set(selector.connection.scalars(query(compiled)))
            members = {member.subscriber_id for member in store.subscribers.members(expression)}

            assert {one.id for one in stored if matches(expression, one, facts[one.id])} == set(selected)
            assert members == {
                one.id for one in stored if belongs(expression, one, facts[one.id]) and one.status not in GONE
            }
            assert store.subscribers.count(expression) == len(members)


@settings(max_examples=30, deadline=None)
@given(known=readers(), chosen=st.lists(expressions, min_size=2, max_size=6), data=st.data())
def test_sql_gives_every_reader_the_variant_that_plain_python_does(
    known: list[Subscriber], chosen: list[Expression], data: st.DataObject
) -> None:
    segment, *conditions = chosen
    with temporary_store() as store:
        stored = {one.id: one for one in map(store.subscribers.add, known)}
        _live_through(store, data, list(stored.values()))

        members = list(store.subscribers.members(segment, conditions))

        def key_of(reader: Subscriber) -> str:
            facts = store.subscribers.facts(reader)
            return "".join("1" if matches(one, reader, facts) else "0" for one in conditions)

        assert [one.variant for one in members] == [key_of(stored[one.subscriber_id]) for one in members]
        found = store.subscribers.variants(segment, conditions, None)
        assert _counts(found) == Counter(one.variant for one in members)
        assert list(found) == sorted(found)
        firsts = {one.variant: one.email for one in reversed(members)}
        assert {key: readers.example for key, readers in found.items()} == firsts
        for issue in ("een", "twee", "a letter nobody has"):
            already = {
                row.email for one in store.ledger.campaigns(issue) for row in store.ledger.deliveries(one.id)
            }
            open_ones = [one.variant for one in members if one.email not in already]
            assert _counts(store.subscribers.variants(segment, conditions, issue)) == Counter(open_ones)


def _counts(found: Mapping[str, VariantReaders]) -> dict[str, int]:
    return {key: readers.count for key, readers in found.items()}


@settings(max_examples=25, deadline=None)
@given(known=readers())
def test_a_reader_comes_back_as_it_was_written(known: list[Subscriber]) -> None:
    with temporary_store() as store:
        stored = [store.subscribers.add(one) for one in known]

        found = list(store.subscribers.all())

    assert found == stored
    assert [(one.key, one.fields, one.joined, one.lang) for one in found] == [
        (one.key, one.fields, one.joined, one.lang) for one in known
    ]
