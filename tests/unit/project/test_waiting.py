"""What asks others is given up after a while."""

from __future__ import annotations

from threading import Event

import pytest

from newsletter.errors import CannotAsk, ConfigError
from newsletter.project.waiting import within


def test_what_comes_back_in_time_is_returned_or_raised() -> None:
    def refuse() -> None:
        raise ConfigError("there is no key")

    assert within(lambda: 7, longest_s=60, whom="post") == 7
    with pytest.raises(ConfigError, match="there is no key"):
        within(refuse, longest_s=60, whom="post")


def test_what_does_not_come_back_is_left_behind() -> None:
    comes_back = Event()

    with pytest.raises(CannotAsk, match="post gave no answer within"):
        within(lambda: comes_back.wait(60), longest_s=0.01, whom="post")

    comes_back.set()
