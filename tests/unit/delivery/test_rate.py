"""Rates as written in newsletter.toml, and how they hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.delivery.rate import Rate, RateLimiter, parse_rate
from newsletter.errors import ConfigError
from newsletter.source import Place


@pytest.mark.parametrize(
    ("text", "messages", "per_s"), [("10/s", 10, 1.0), (" 600 / m ", 600, 60.0), ("600/h", 600, 3600.0)]
)
def test_a_rate_is_a_number_a_second_a_minute_or_an_hour(text, messages, per_s):
    assert parse_rate(text) == Rate(messages=messages, per_s=per_s)


@pytest.mark.parametrize(
    "text", ["", "10", "0/s", "-1/s", "1.5/s", "10/d", "10/ss", "ten/s", "9999999999/s", "١/s"]
)
def test_anything_else_is_refused_with_place_and_mend(text):
    with pytest.raises(ConfigError) as caught:
        parse_rate(text, Place(path="newsletter.toml"))

    assert "newsletter.toml" in str(caught.value)
    assert '"10/s"' in str(caught.value)


@given(st.text(max_size=20))
def test_no_text_breaks_the_reader_of_rates(text):
    try:
        rate = parse_rate(text)
    except ConfigError:
        return
    assert rate.messages > 0


def test_without_a_rate_the_road_is_always_open():
    limiter = RateLimiter(None)

    limiter.spend(1_000_000, 5.0)

    assert limiter.wait_s(5.0) == 0.0


def test_nothing_is_saved_up_while_idle():
    limiter = RateLimiter(parse_rate("10/s"))
    limiter.spend(10, 0.0)

    limiter.spend(10, 1000.0)

    assert limiter.wait_s(1000.0) == 1.0


@given(
    st.lists(st.tuples(st.integers(1, 20), st.floats(0, 3)), min_size=1, max_size=60),
    st.integers(20, 40),
)
def test_in_no_second_do_more_messages_leave_than_allowed(batches, allowed):
    """Batches are never larger than the rate, which `make_plan` sees to."""
    limiter = RateLimiter(Rate(messages=allowed, per_s=1.0))
    now, sent = 0.0, []

    for size, idle in batches:
        now += idle
        now += limiter.wait_s(now)
        limiter.spend(size, now)
        sent.append((now, size))

    for start, _ in sent:
        window = sum(size for at, size in sent if start <= at < start + 1.0 - 1e-6)
        last = max((at, size) for at, size in sent if start <= at < start + 1.0 - 1e-6)
        assert window - last[1] <= allowed  # the last batch may only begin once the others are paid for
