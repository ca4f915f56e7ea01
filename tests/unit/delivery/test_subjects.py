"""Two subjects are tried on some readers; the rest gets what a stated rule, or somebody, chose."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime
from itertools import chain

import pytest
from delivery_world import CAMPAIGN, LETTER, World, reader
from mortal_ledger import Crash
from sqlalchemy import insert, select

from newsletter.delivery.engine import Ending
from newsletter.delivery.layout import LayoutCounter
from newsletter.delivery.rules import PlanRules
from newsletter.domain.campaign import Member
from newsletter.domain.member_columns import MemberColumns
from newsletter.domain.slot import SlottedText
from newsletter.domain.subject_test import Reactions, SubjectMetric, SubjectTest
from newsletter.domain.timing import Timing
from newsletter.domain.wave import Gate, Wave, WaveKind
from newsletter.store.schema.tables import batch, delivery, provider_event, reader_event
from newsletter.testing.fake_clock import FakeClock
from newsletter.testing.scripted_provider import accept

TWO = replace(LETTER, subject_b=SlottedText.fixed("Een ander onderwerp"))
REPLIES = SubjectTest(metric=SubjectMetric.REPLIES, difference=0.1)
GATE = Gate(wait_s=5.0, heard=2.0)
WAVES = (
    Wave(number=0, kind=WaveKind.SUBJECT_A, size=5, zone="UTC", gate=GATE),
    Wave(number=1, kind=WaveKind.SUBJECT_B, size=5, zone="UTC", gate=GATE),
    Wave(number=2, kind=WaveKind.REST, stage=1, size=10, zone="UTC"),
)


class Trying(World):
    """A world whose letter has two subjects; readers 0 to 4 try the first, 5 to 9 the second."""

    @property
    def letters(self):
        return {"": TWO}

    def reader(self, number: int) -> Member:
        one = reader(number)
        return Member(
            subscriber_id=number, email=one.email, key=one.key, values=one.values, wave=min(number // 5, 2)
        )

    def answer(self, wave: int, readers: int, *, clicks: bool = False) -> None:
        """Let `readers` of a wave react."""
        with self.store.database.writing() as connection:
            query = select(delivery.c.id).join(batch, batch.c.id == delivery.c.batch_id)
            for one in connection.scalars(query.where(batch.c.wave == wave).limit(readers)).all():
                row = {"delivery_id": one, "at": self.clock.now()}
                if clicks:
                    row |= {"provider": "scripted", "event_id": one, "kind": "clicked"}
                    connection.execute(insert(provider_event).values(row))
                else:
                    connection.execute(
                        insert(reader_event).values(row | {"kind": "replied", "issue": "herfst"})
                    )

    @property
    def subjects(self) -> Counter[str]:
        """Return how many readers got which subject, each of them once."""
        rows = self.provider.record.rows()
        assert len({row["email"] for row in rows}) == len(rows)
        return Counter("b" if row["subject"] == "Een ander onderwerp" else "a" for row in rows)


@pytest.fixture
def world(tmp_path):
    world = Trying(root=tmp_path)
    yield world
    world.store.close()


def plan(world, test: SubjectTest = REPLIES) -> None:
    world.plan(20, waves=WAVES, timing=Timing(test=test))


def timing(world) -> Timing:
    return world.store.ledger.campaign(CAMPAIGN).timing


@pytest.mark.parametrize(
    ("first", "second", "winner", "told"),
    [
        (0, 0, "a", "nothing to go by"),
        (1, 3, "b", "replies: 1 of 5 for a, 3 of 5 for b"),
        (3, 1, "a", "replies: 3 of 5"),
        (2, 2, "a", "less than 10.0% apart"),
    ],
)
def test_the_rest_gets_the_subject_with_more_answers_and_of_a_tie_the_first(
    world, first, second, winner, told
):
    plan(world)
    turns = [accept(), replace(accept(), after=lambda: _answer(world, first, second))]

    report = world.run(*turns)

    assert report.ending is Ending.FINISHED
    assert timing(world).subject == winner
    assert told in timing(world).subject_why
    assert world.subjects == ({"a": 5, "b": 15} if winner == "b" else {"a": 15, "b": 5})


def _answer(world, first: int, second: int, *, clicks: bool = False) -> None:
    world.answer(0, first, clicks=clicks)
    world.answer(1, second, clicks=clicks)


def test_clicks_decide_where_they_are_asked_for(world):
    plan(world, replace(REPLIES, metric=SubjectMetric.CLICKS))

    world.run(accept(), replace(accept(), after=lambda: _answer(world, 0, 2, clicks=True)))

    assert timing(world).subject == "b"


def test_the_rest_waits_for_the_reactions(world):
    plan(world)

    report = world.run(stop=lambda: world.clock.slept_s > 2)

    assert report.ending is Ending.STOPPED
    assert (world.counts(), timing(world).subject) == ({"accepted": 10, "pending": 10}, None)


def test_somebody_may_decide_before_the_rule_does_and_that_is_written_down(world):
    plan(world)
    world.run(stop=lambda: world.clock.slept_s > 2)

    world.store.ledger.choose_subject(CAMPAIGN, "b", "decided by hand", is_by_hand=True)
    world.run()

    assert world.subjects == {"a": 5, "b": 15}
    assert "choose-subject" in world.actions()


def test_of_two_processes_that_decide_at_once_the_first_has_decided(world):
    plan(world)
    choose = world.store.ledger.choose_subject

    choose(CAMPAIGN, "a", "as many reacted to both", is_by_hand=False)
    choose(CAMPAIGN, "b", "more reacted a moment later", is_by_hand=False)

    assert (timing(world).subject, timing(world).subject_why) == ("a", "as many reacted to both")


def test_another_choice_halfway_changes_what_is_left_and_plans_nothing_again(world):
    plan(world)
    before = [(one.id, one.size) for one in world.store.ledger.batches(CAMPAIGN)]

    def change() -> None:
        world.store.ledger.choose_subject(CAMPAIGN, "b", "decided by hand", is_by_hand=True)

    world.run(accept(), accept(), replace(accept(), after=change))

    assert world.subjects == {"a": 10, "b": 10}
    assert [(one.id, one.size) for one in world.store.ledger.batches(CAMPAIGN)] == before


def test_dead_after_the_choice_the_next_run_keeps_it(world):
    plan(world)
    turns = [accept(), replace(accept(), after=lambda: _answer(world, 0, 3)), replace(accept(), after=_die)]
    with pytest.raises(Crash):
        world.run(*turns)
    world.reopen()

    world.run()

    assert timing(world).subject == "b"
    assert world.counts() == {"accepted": 15, "unknown": 5}
    assert world.subjects == {"a": 5, "b": 15}


def _die() -> None:
    raise Crash("after the first batch of the rest")


@pytest.mark.parametrize(("first", "second"), [((5, 0), (5, 5)), ((0, 0), (0, 0)), ((5, 5), (0, 0))])
def test_where_nothing_is_compared_it_is_the_first(first, second):
    rule = SubjectTest(metric=SubjectMetric.NONE, difference=0.0)

    chosen, _ = rule.choose(
        Reactions(readers=first[0], reacted=first[1]), Reactions(readers=second[0], reacted=second[1])
    )

    assert chosen == "a"


# --- who tries which ----------------------------------------------------------------------------------


def laid_out(readers: int, share: float = 0.1):
    rules = PlanRules(test=REPLIES, test_share=share)
    counter = LayoutCounter("herfst", rules)
    pages = [*counter.watch(MemberColumns.pages(reader(number) for number in range(readers)))]
    layout = counter.layout(world_now(), None, None)
    return layout, [*chain.from_iterable(layout.place(pages))]


def world_now():
    return FakeClock().now()


def test_a_tenth_tries_each_and_nobody_both():
    layout, placed = laid_out(500)

    assert [(one.kind, one.stage) for one in layout.waves] == [
        ("subject-a", 0),
        ("subject-b", 0),
        ("rest", 1),
    ]
    assert all(50 <= one.size <= 52 for one in layout.waves[:2])
    assert Counter(one.wave for one in placed) == {one.number: one.size for one in layout.waves}


def test_among_two_readers_nothing_can_be_tried():
    layout, _ = laid_out(2)

    assert [one.kind for one in layout.waves] == ["rest"]
    assert layout.frozen_waves == ()


def test_the_campaign_is_bound_to_both_subjects():
    changed = replace(TWO, subject_b=SlottedText.fixed("Nog een ander"))

    assert len({LETTER.digest, TWO.digest, changed.digest}) == 3
    assert TWO.with_subject("b").subject == TWO.subject_b
    assert TWO.with_subject("a") is TWO


def test_in_a_small_zone_the_two_subjects_share_its_readers():
    rules = PlanRules(test=REPLIES, test_share=0.3, is_by_reader=True, zone="Europe/Amsterdam")
    counter = LayoutCounter("herfst", rules)
    zones = ["Asia/Tokyo" if number < 20 else "Europe/Amsterdam" for number in range(200)]
    members = [
        Member(**{name: getattr(reader(number), name) for name in NAMES}, zone=zone)
        for number, zone in enumerate(zones)
    ]
    [*counter.watch(MemberColumns.pages(members))]

    layout = counter.layout(world_now(), None, datetime.fromisoformat("2026-12-01T09:30"))

    assert [one.size for one in layout.waves[:2]] == [10, 10]


NAMES = ("subscriber_id", "email", "key", "values")
