"""When a letter is to leave can be said in several ways, and what cannot be read is told."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.delivery.when import parse_appointment
from newsletter.errors import UsageError

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)  # half past midnight on the 25th in Amsterdam
HALF_PAST_NINE = datetime.fromisoformat("2026-12-01T09:30")


def read(text: str):
    return parse_appointment(text, now=NOW, zone=AMSTERDAM)


@pytest.mark.parametrize("text", ["2026-12-01 09:30", "2026-12-01T09:30", " 2026-12-01  9:30:00 "])
def test_without_a_zone_it_is_the_newsletters_and_may_be_every_readers(text):
    found = read(text)

    assert (found.at, found.wall, found.notes) == (
        datetime(2026, 12, 1, 8, 30, tzinfo=UTC),
        HALF_PAST_NINE,
        (),
    )


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-01 09:30 Asia/Tokyo",
        "2026-12-01T09:30+09:00",
        "2026-12-01 09:30 +0900",
        "2026-12-01T00:30Z",
        "2026-12-01 00:30 UTC",
    ],
)
def test_a_named_zone_or_offset_is_one_moment_for_everybody(text):
    found = read(text)

    assert (found.at, found.wall) == (datetime(2026, 12, 1, 0, 30, tzinfo=UTC), None)


def test_today_and_tomorrow_are_days_of_the_zone():
    assert read("today 9:30").at == datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
    assert read("tomorrow 9:30").at == datetime(2026, 11, 26, 8, 30, tzinfo=UTC)
    assert read("tomorrow 9:30 America/New_York").at == datetime(2026, 11, 25, 14, 30, tzinfo=UTC)


def test_what_is_odd_about_the_hour_is_told():
    assert "03:30" in read("2027-03-28 02:30").notes[0]
    assert "first" in read("2026-10-25 02:30").notes[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("soon", "a day and a time"),
        ("2026-12-01", "a day and a time"),
        ("2026-02-30 09:30", "day"),
        ("2026-12-01 25:00", "hour"),
        ("2026-12-01 09:30 Europe/Amsterdm", "Europe/Amsterdam"),
        ("2026-12-01 09:30+01:00 Europe/Paris", "both"),
        ("2026-12-01 09:30 +99:99", "--at cannot be read"),
        ("0001-01-01 00:00 Asia/Tokyo", "--at cannot be read"),
        ("9999-12-31 23:59 America/New_York", "--at cannot be read"),
    ],
)
def test_what_cannot_be_read_says_what_to_write(text, told):
    with pytest.raises(UsageError) as caught:
        read(text)

    problem = caught.value.problems[0]
    assert told in f"{problem}"
    assert problem.fix


@given(
    st.text() | st.from_regex(r"\d{4}-\d{2}-\d{2}[T ]\d{1,2}:\d{2} ?([+-]\d{4}|[A-Z][a-z]+)?", fullmatch=True)
)
def test_no_text_breaks_the_reader(text):
    try:
        found = read(text)
    except UsageError:
        return
    assert found.at.tzinfo is UTC
