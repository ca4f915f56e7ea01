"""What a plan writes is what plain Python says, however the members come and whoever they are."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from newsletter.domain.campaign import Member
from newsletter.domain.member_columns import MemberColumns
from newsletter.domain.subscriber import Subscriber, SubscriberStatus, SuppressionReason
from newsletter.domain.token import delivery_id
from newsletter.domain.wave import Wave, WaveKind
from newsletter.errors import UsageError
from newsletter.store.opening import Store, open_store
from newsletter.store.schema.tables import batch, delivery
from newsletter.testing.ledger_samples import NOW, a_campaign

STATUSES = (SubscriberStatus.ACTIVE, SubscriberStatus.PENDING, SubscriberStatus.UNSUBSCRIBED)
LISTED = 6
WAVES = tuple(Wave(number=number, kind=WaveKind.REST, size=0) for number in range(2))
MEMBERS = st.lists(
    st.tuples(
        st.integers(1, LISTED + 3),  # the last three are on no list
        st.sampled_from(["", "1"]),
        st.integers(0, 1),
        st.sampled_from(["", "b.example"]),
    ),
    min_size=1,
    max_size=14,
)


def member(number: int, variant: str = "", wave: int = 0, lane: str = "") -> Member:
    values = {"first_name": f"Zoë {number}"}
    return Member(number, f"R{number}@b.example", f"r{number}@b.example", values, variant, "", wave, lane)


def enlist(store: Store, statuses: Sequence[SubscriberStatus], suppressed: set[int]) -> None:
    for number, status in enumerate(statuses, 1):
        one = member(number)
        store.subscribers.add(Subscriber(id=0, email=one.email, key=one.key, status=status))
    for number in suppressed:
        store.subscribers.suppress(member(number).email, SuppressionReason.MANUAL, NOW)


def expected(members: Sequence[Member], out: set[int], sizes: dict[str, int]) -> list[tuple[object, ...]]:
    """Return for each delivery whose it is, and what it shares with those of its batch."""
    once = {one.key: one for one in reversed(members) if one.subscriber_id not in out}
    kinds: dict[tuple[object, ...], list[Member]] = {}
    for one in members:
        if once.get(one.key) is one:
            kinds.setdefault((one.variant, one.wave, one.lane), []).append(one)
    return sorted(
        (one.key, at // sizes[one.lane], at % sizes[one.lane], *kind)
        for kind, its in kinds.items()
        for at, one in enumerate(its)
    )


def written(store: Store) -> list[tuple[object, ...]]:
    query = (
        select(delivery, batch.c.variant, batch.c.wave, batch.c.lane, batch.c.seq)
        .join(batch, batch.c.id == delivery.c.batch_id)
        .where(batch.c.campaign_id == "c1")
        .order_by(batch.c.seq, delivery.c.position)
    )
    with store.database.reading() as connection:
        rows = connection.execute(query).all()
    found: dict[tuple[object, ...], list[int]] = {}
    told = []
    for row in rows:
        number = row.subscriber_id
        assert (row.email, row.email_key) == member(number)[1:3]
        assert json.loads(row.values) == member(number).values
        assert row.id == delivery_id(store.ledger._secret, "herfst", row.email_key)
        kind = (row.variant, row.wave, row.lane)
        its = found.setdefault(kind, [])
        if row.seq not in its:
            its.append(row.seq)
        told.append((row.email_key, its.index(row.seq), row.position, *kind))
    return sorted(told)


@settings(max_examples=40, deadline=None)
@given(
    members=MEMBERS,
    page_size=st.integers(1, 5),
    statuses=st.lists(st.sampled_from(STATUSES), min_size=LISTED, max_size=LISTED),
    suppressed=st.sets(st.integers(1, LISTED + 3), max_size=3),
    has_it=st.sets(st.integers(1, LISTED + 3), max_size=2),
)
def test_a_plan_has_everybody_once_who_may_be_mailed_and_has_it_not(
    members: list[tuple[int, str, int, str]],
    page_size: int,
    statuses: list[SubscriberStatus],
    suppressed: set[int],
    has_it: set[int],
) -> None:
    asked = [member(*one) for one in members]
    gone = {at for at, one in enumerate(statuses, 1) if one is SubscriberStatus.UNSUBSCRIBED}
    new = replace(a_campaign("c1", batch_size=3), waves=WAVES, lane_sizes={"b.example": 2})
    with tempfile.TemporaryDirectory() as folder, open_store("sqlite:///l.db", Path(folder)) as store:
        if has_it:
            store.ledger.plan(a_campaign("c0"), [member(number) for number in sorted(has_it)])
        enlist(store, statuses, suppressed)
        pages = [MemberColumns.of(asked[at : at + page_size]) for at in range(0, len(asked), page_size)]
        told = expected(asked, gone | suppressed | has_it, {"": 3, "b.example": 2})

        try:
            planned = store.ledger.freeze(new, pages)
        except UsageError:
            assert told == []
        else:
            assert (planned.total, told) == (len(told), written(store))
