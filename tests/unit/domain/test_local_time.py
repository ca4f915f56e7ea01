"""A time on the wall becomes one moment, also on the nights when clocks are changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.domain.duration import parse_duration_s, shown_duration
from newsletter.domain.local_time import at_local, find_zone

AMSTERDAM = find_zone("Europe/Amsterdam")
WALLS = st.datetimes(datetime.fromisoformat("1971-01-02"), datetime.fromisoformat("2036-12-30"))
ZONES = [
    find_zone(name)
    for name in (
        "Europe/Amsterdam",
        "America/New_York",
        "Australia/Lord_Howe",  # puts the clock half an hour
        "Asia/Kathmandu",
        "Pacific/Apia",  # left out a day
        "America/St_Johns",
        "UTC",
    )
]


def test_a_time_that_does_not_exist_is_as_much_later_and_said():
    moment = at_local(datetime.fromisoformat("2027-03-28T02:30"), AMSTERDAM)

    assert moment.at == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert moment.note == (
        "02:30 does not exist on 28 March 2027 in Europe/Amsterdam: the clock is put forward, "
        "so it becomes 03:30"
    )


def test_of_a_time_that_comes_twice_the_first_is_meant_and_said():
    moment = at_local(datetime.fromisoformat("2026-10-25T02:30"), AMSTERDAM)

    assert moment.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert moment.note == (
        "02:30 comes twice on 25 October 2026 in Europe/Amsterdam: the clock is put back, "
        "and the first is meant (CEST)"
    )


@given(WALLS, st.sampled_from(ZONES))
def test_the_clock_shows_the_time_that_was_asked_for_or_the_note_says_why_not(wall, zone):
    moment = at_local(wall, zone)

    shown = moment.at.astimezone(zone).replace(tzinfo=None)
    if shown != wall:
        assert "does not exist" in moment.note
        assert timedelta(0) < shown - wall <= timedelta(days=1)
    elif moment.note:
        assert "comes twice" in moment.note
        later = moment.at + timedelta(hours=2)
        assert any(
            (moment.at + timedelta(minutes=30 * step)).astimezone(zone).replace(tzinfo=None) == wall
            for step in range(1, 49)
        ), later


@given(WALLS, st.sampled_from(ZONES))
def test_a_moment_found_on_the_wall_and_back_is_that_moment_or_the_first_of_two(wall, zone):
    at = wall.replace(tzinfo=UTC)

    found = at_local(at.astimezone(zone).replace(tzinfo=None), zone)

    assert found.at == at or (found.at < at and "comes twice" in found.note)


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../etc/passwd", "Europe", "\0", "x" * 9000])
def test_what_is_no_zone_is_none(name):
    assert find_zone(name) is None


@pytest.mark.parametrize(
    ("text", "seconds"), [("30s", 30.0), ("45m", 2700.0), (" 1h ", 3600.0), ("2d", 172_800.0), ("0", 0.0)]
)
def test_lengths_of_time_are_read(text, seconds):
    assert parse_duration_s(text) == seconds


@pytest.mark.parametrize("text", ["", "30", "-1s", "1w", "1.5h", "s", "٣s", "9999999s"])
def test_what_is_no_length_of_time_is_refused(text):
    with pytest.raises(ValueError, match="is not a length of time"):
        parse_duration_s(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (45.4, "45 s"),
        (60, "1 min"),
        (16_200, "4 h 30 min"),
        (86_400 + 60, "1 d"),
        (97_203, "1 d 3 h"),
    ],
)
def test_a_length_of_time_is_shown_in_its_two_largest_units(seconds, text):
    assert shown_duration(seconds) == text
