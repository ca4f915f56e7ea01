"""Rates as written in newsletter.toml, and how they hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.delivery.rate import Rate, parse_rate
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
