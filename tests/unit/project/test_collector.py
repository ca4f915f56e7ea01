"""The garbage collector is held back for a while, and goes on as before."""

from __future__ import annotations

import gc

import pytest

from newsletter.project.collector import collector_held_back


def test_the_collector_looks_less_often_until_the_end_of_the_block() -> None:
    before = gc.get_threshold()

    with collector_held_back():
        inside, kept = gc.get_threshold(), gc.get_freeze_count()

    assert inside[0] > before[0]
    assert kept > 0
    assert (before, 0) == (gc.get_threshold(), gc.get_freeze_count())


def test_the_collector_goes_on_as_before_after_an_error() -> None:
    before = gc.get_threshold()

    with pytest.raises(ValueError, match="broken"), collector_held_back():
        raise ValueError("broken")

    assert (before, 0) == (gc.get_threshold(), gc.get_freeze_count())
