"""Who goes with which wave is counted once and is the same ever after."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import chain
from pathlib import Path

import pytest
from delivery_world import reader
from hypothesis import given
from hypothesis import strategies as st

from newsletter.config.schema import Config, SendConfig
from newsletter.delivery.layout import LayoutCounter
from newsletter.delivery.rate import Rate
from newsletter.delivery.rules import PlanRules
from newsletter.delivery.timetable import make_timetable
from newsletter.delivery.tolls import Rates
from newsletter.delivery.warmup import warmup_days
from newsletter.domain.campaign import Member
from newsletter.domain.canary import canary_size
from newsletter.domain.member_columns import MemberColumns
from newsletter.domain.quiet import QuietHours
from newsletter.domain.wave import Gate

NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
ZONES = ("Asia/Tokyo", "Europe/Amsterdam", "America/New_York", "Mars/Olympus", "")
WALL = datetime.fromisoformat("2026-12-01T09:30")


def zoned(number: int) -> Member:
    one = reader(number)
    domain = "outlook.com" if number % 4 == 0 else "brief.example"
    email = one.email.replace("brief.example", domain)
    return Member(subscriber_id=number, email=email, key=email, values={}, zone=ZONES[number % len(ZONES)])


def laid_out(rules: PlanRules, readers: int, wall: datetime | None = None):
    counter = LayoutCounter("herfst", rules)
    pages = [*counter.watch(MemberColumns.pages(zoned(number) for number in range(readers)))]
    layout = counter.layout(NOW, None, wall)
    return layout, [*chain.from_iterable(layout.place(pages))]


def test_the_canary_has_as_many_as_were_asked_for_or_a_few_more():
    layout, placed = laid_out(PlanRules(canary="10%"), 500)

    assert [(one.kind, one.stage) for one in layout.waves] == [("canary", 0), ("rest", 1)]
    assert 50 <= layout.waves[0].size <= 52
    assert Counter(one.wave for one in placed) == {one.number: one.size for one in layout.waves}


def test_the_same_readers_go_first_however_often_it_is_planned():
    firsts = [
        {one.key for one in laid_out(PlanRules(canary="20"), 300)[1] if one.wave == 0} for _ in range(2)
    ]

    assert firsts[0] == firsts[1]


@pytest.mark.parametrize(
    ("text", "readers", "size"),
    [
        ("off", 10**6, 0),
        ("auto", 1_999, 0),
        ("auto", 2_000, 200),
        ("auto", 100_000, 1_000),
        ("auto", 10**6, 5_000),
        ("5%", 50, 3),
        ("300", 50, 49),
        ("300", 1, 0),
        ("300", 0, 0),
    ],
)
def test_how_many_go_first(text, readers, size):
    assert canary_size(text, readers) == size


@pytest.mark.parametrize("text", ["", "1/100", "-5", "101 %x", "٣%", "auto%"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(ValueError, match="neither"):
        canary_size(text, 100)


def test_every_reader_gets_it_when_their_own_clock_shows_the_time():
    layout, placed = laid_out(PlanRules(is_by_reader=True, zone="Europe/Amsterdam"), 50, WALL)

    assert [(one.zone, one.not_before) for one in layout.waves] == [
        ("Asia/Tokyo", datetime(2026, 12, 1, 0, 30, tzinfo=UTC)),
        ("Europe/Amsterdam", datetime(2026, 12, 1, 8, 30, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 12, 1, 14, 30, tzinfo=UTC)),
    ]
    assert layout.not_before == layout.waves[0].not_before
    assert layout.strays == 20
    assert {(one.zone, one.wave) for one in placed} == {(one.zone, one.number) for one in layout.waves}


def test_whose_time_has_passed_gets_it_at_once():
    wall = datetime.fromisoformat("2026-11-24T12:00")
    layout, _ = laid_out(PlanRules(is_by_reader=True, zone="Europe/Amsterdam"), 50, wall)

    tokyo = next(one for one in layout.waves if one.zone == "Asia/Tokyo")
    assert tokyo.not_before is None
    assert layout.not_before is None


def test_the_canary_is_of_the_zone_that_comes_first():
    layout, placed = laid_out(PlanRules(is_by_reader=True, canary="5"), 50, WALL)

    assert layout.waves[0].zone == "Asia/Tokyo"
    assert {one.zone for one in placed if one.wave == 0} == {"Asia/Tokyo"}


def test_readers_of_a_slow_domain_are_in_a_lane_and_their_batches_are_small():
    rules = PlanRules(lanes={"outlook.com": Rate(messages=10, per_s=60.0)})
    layout, placed = laid_out(rules, 100)
    rates = Rates(provider=Rate(messages=600, per_s=60.0), lanes=rules.lanes)
    (all_,) = make_timetable(layout.waves, layout.shares, start=NOW, rates=rates, batch_size=50, quiet=None)

    assert Counter(one.lane for one in placed) == {"outlook.com": 25, "": 75}
    assert (all_.batches, all_.lanes[0].readers) == (3 + 2, 25)
    assert all_.ends - all_.starts == timedelta(seconds=150)


def test_the_rest_begins_when_the_canary_was_looked_at():
    rules = PlanRules(canary="10%", gate=Gate(wait_s=600.0))
    layout, _ = laid_out(rules, 100)
    rates = Rates(provider=Rate(messages=1, per_s=1.0))

    canary, rest = make_timetable(
        layout.waves, layout.shares, start=NOW, rates=rates, batch_size=50, quiet=None
    )

    assert rest.starts == canary.ends + timedelta(seconds=600)
    assert rest.ends == rest.starts + timedelta(seconds=layout.waves[1].size)


def test_the_end_is_later_by_the_hours_in_which_it_is_quiet():
    rules = PlanRules(quiet=QuietHours(start=time(12), end=time(13)))
    layout, _ = laid_out(rules, 100)
    rates = Rates(provider=Rate(messages=20, per_s=3600.0))

    (all_,) = make_timetable(
        layout.waves, layout.shares, start=NOW, rates=rates, batch_size=20, quiet=rules.quiet
    )

    assert all_.ends == NOW + timedelta(hours=6)


# --- quiet hours --------------------------------------------------------------------------------------

HOURS = st.times().map(lambda at: at.replace(second=0, microsecond=0))
MOMENTS = st.datetimes(
    datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2030-01-01"), timezones=st.just(UTC)
)


@given(HOURS, HOURS, MOMENTS, st.sampled_from(ZONES[:3]))
def test_it_opens_at_a_moment_that_is_not_quiet_within_a_day_or_so(start, end, at, name):
    from zoneinfo import ZoneInfo

    if start == end:
        return
    quiet, zone = QuietHours(start=start, end=end), ZoneInfo(name)

    opens = quiet.opens(at, zone)

    assert at <= opens <= at + timedelta(hours=26)
    assert (opens == at) == (not quiet.is_quiet(at, zone))
    assert quiet.closes(at, zone) > at


@pytest.mark.parametrize("text", ["", "21-8", "25:00-08:00", "08:00-08:00", "21:00–08:00"])
def test_what_are_no_hours_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        QuietHours.parse(text)


def test_hours_are_written_as_they_are_read():
    assert str(QuietHours.parse(" 9:05 - 21:00")) == "09:05-21:00"
    assert replace(QuietHours.parse("21:00-08:00"), end=time(7)).end == time(7)


# --- warm-up ------------------------------------------------------------------------------------------


def test_while_a_sender_is_new_few_leave_on_each_day_and_each_is_looked_at():
    layout, placed = laid_out(PlanRules(days=(5, 10, 20), zone="Europe/Amsterdam"), 50)

    assert [(one.kind, one.stage, one.size, one.not_before) for one in layout.waves] == [
        ("day", 0, 5, None),
        ("day", 1, 10, NOW + timedelta(days=1)),
        ("day", 2, 20, NOW + timedelta(days=2)),
        ("rest", 3, 15, NOW + timedelta(days=3)),
    ]
    assert [one.wave for one in placed] == [0] * 5 + [1] * 10 + [2] * 20 + [3] * 15
    assert [one.gate is None for one in layout.waves] == [False, False, False, True]


def test_on_a_day_whose_number_is_used_up_nobody_goes():
    layout, _ = laid_out(PlanRules(days=(0, 10)), 5)

    assert [(one.stage, one.size, one.not_before) for one in layout.waves] == [
        (1, 5, NOW + timedelta(days=1))
    ]
    assert layout.not_before == NOW + timedelta(days=1)


def test_days_and_zones_make_a_wave_each():
    layout, placed = laid_out(PlanRules(days=(20,), is_by_reader=True, zone="UTC"), 50, WALL)

    assert Counter((one.wave) for one in placed) == {one.number: one.size for one in layout.waves}
    assert sum(one.size for one in layout.waves if one.stage == 0) == 20
    assert len({(one.stage, one.zone) for one in layout.waves}) == len(layout.waves)


def warmed(day: str, sent: int = 0, **send) -> tuple[int, ...]:
    config = Config(root=Path("/p"), send=SendConfig(**{"warmup_from": "2026-11-23", **send}))
    return warmup_days(config, datetime.fromisoformat(f"{day}T09:00Z"), NOW, lambda _: sent)


def test_what_has_left_today_counts():
    assert warmed("2026-11-24", 30)[:3] == (70, 200, 400)
    assert warmed("2026-11-24", 300)[:2] == (0, 200)
    assert warmed("2026-11-25", 30)[:2] == (200, 400)


def test_after_the_table_and_without_one_there_is_no_limit():
    assert warmed("2027-11-24") == ()
    assert warmed("2026-11-24", warmup_from=None) == ()
    assert warmed("2026-11-24", warmup=(10, 20, 30)) == (20, 30)
