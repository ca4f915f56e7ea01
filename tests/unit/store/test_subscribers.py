"""The list: who is on it, where they stand, and what checks may ask."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from newsletter.audience.expression import Compare, Expression, Operator
from newsletter.domain.address import address_key
from newsletter.domain.subscriber import Subscriber, SubscriberStatus, SuppressionReason
from newsletter.errors import UsageError
from newsletter.protocols import AudienceView
from newsletter.store.opening import Store
from newsletter.testing.ledger_samples import a_campaign
from tests.both_stores import a_store

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
LATER = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
DUTCH = Compare("lang", Operator.EQUAL, "nl")


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with a_store(request, tmp_path) as made:
        yield made


def _add(store: Store, email: str, **more: object) -> Subscriber:
    reader = {"id": 0, "email": email, "key": address_key(email), "status": SubscriberStatus.ACTIVE} | more
    return store.subscribers.add(Subscriber(**reader))


def _dutch(segment: str) -> Expression:
    if segment != "nederlands":
        raise UsageError(f'there is no segment "{segment}"')
    return DUTCH


def test_one_address_in_two_letter_cases_is_one_reader(store: Store) -> None:
    anna = _add(store, "Anna@Brief.example")

    assert store.subscribers.get("anna@BRIEF.EXAMPLE") == anna
    with pytest.raises(UsageError, match="on the list already"):
        _add(store, "anna@brief.example")
    assert store.subscribers.get("bob@brief.example") is None


def test_a_wrong_address_is_named(store: Store) -> None:
    with pytest.raises(UsageError, match='"anna" is not an address'):
        store.subscribers.get("anna")


def test_who_leaves_is_suppressed_for_good(store: Store) -> None:
    _add(store, "anna@brief.example", lang="nl")

    left = store.subscribers.unsubscribe("anna@brief.example", NOW)
    store.subscribers.suppress("anna@brief.example", SuppressionReason.COMPLAINED, LATER)
    store.subscribers.set_status("anna@brief.example", SubscriberStatus.ACTIVE, LATER)

    found = store.subscribers.suppression("anna@brief.example")
    assert left.status is SubscriberStatus.UNSUBSCRIBED
    assert found is not None
    assert (found.reason, found.since) == (SuppressionReason.UNSUBSCRIBED, NOW)
    assert store.subscribers.count(DUTCH) == 0


def test_a_reader_who_is_not_on_the_list_cannot_leave_it(store: Store) -> None:
    with pytest.raises(UsageError, match=r"bob@brief\.example is not on the list"):
        store.subscribers.unsubscribe("bob@brief.example", NOW)


def test_readers_are_counted_by_status_and_by_tag(store: Store) -> None:
    _add(store, "a@brief.example", tags=frozenset({"gemeente", "Nieuw"}))
    _add(store, "b@brief.example", tags=frozenset({"GEMEENTE"}))
    _add(store, "c@brief.example", status=SubscriberStatus.PAUSED)

    assert store.subscribers.counts() == {SubscriberStatus.ACTIVE: 2, SubscriberStatus.PAUSED: 1}
    assert store.subscribers.tags() == {"GEMEENTE": 2, "Nieuw": 1}


def test_members_nobody_reads_to_the_end_leave_the_connection_free_for_the_next(store: Store) -> None:
    for number in range(3):
        _add(store, f"r{number}@brief.example", lang="nl")

    half_way = store.subscribers.members(DUTCH)
    cursor_stays = next(half_way)
    half_way.close()

    assert store.subscribers.count(DUTCH) == 3
    assert cursor_stays.email == "r0@brief.example"


def test_checks_see_members_and_who_has_the_issue_already(store: Store) -> None:
    view: AudienceView = store.audience_view(_dutch)
    for name in ("a", "b", "c"):
        _add(store, f"{name}@brief.example", lang="nl", fields={"first_name": name})
    _add(store, "d@brief.example", lang="en")
    store.subscribers.unsubscribe("c@brief.example", NOW)
    (page,) = view.pages("nederlands")
    store.ledger.plan(a_campaign(issue="herfst"), list(page)[:1])

    assert [list(page.emails) for page in view.pages("nederlands")] == [
        ["a@brief.example", "b@brief.example"]
    ]
    assert page.values[0] == {"first_name": "a"}
    assert view.already_planned("herfst", "nederlands") == 1
    assert view.already_planned("winter", "nederlands") == 0
    assert [campaign.issue for campaign in view.campaigns("herfst")] == ["herfst"]
    with pytest.raises(UsageError, match="no segment"):
        view.pages("duits")


def test_the_list_may_change_while_its_members_are_read(store: Store) -> None:
    for number in range(3):
        _add(store, f"r{number}@brief.example", lang="nl")
    read = store.subscribers.members(DUTCH)
    first = next(read)
    store.subscribers.unsubscribe("r2@brief.example", NOW)

    assert [first.email, *(member.email for member in read)] == [
        f"r{number}@brief.example" for number in range(3)
    ]
    assert store.subscribers.count(DUTCH) == 2


@pytest.mark.parametrize("text", ["2024-02-31", "2024-13-01", "0000-01-01", "2024-2-1", "yesterday"])
def test_what_is_no_day_is_neither_early_nor_late(store: Store, text: str) -> None:
    _add(store, "anna@brief.example", source=text)

    found = [
        store.subscribers.count(Compare("source", operator, date(9000, 1, 1)))
        for operator in (Operator.LESS, Operator.MORE)
    ]

    assert found == [0, 0]


def test_who_complained_stays_a_complainer_when_they_also_unsubscribe(store: Store) -> None:
    _add(store, "anna@brief.example")
    store.subscribers.set_status("anna@brief.example", SubscriberStatus.COMPLAINED, NOW)

    after = store.subscribers.unsubscribe("anna@brief.example", LATER)

    assert after.status is SubscriberStatus.COMPLAINED
