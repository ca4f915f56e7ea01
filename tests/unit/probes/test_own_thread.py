"""Calls in a thread of their own: they come back, raise, or are left."""

from __future__ import annotations

from threading import Event, current_thread

import pytest

from newsletter.probes.own_thread import OwnThread


def test_calls_run_one_after_the_other_in_one_other_thread() -> None:
    thread = OwnThread("own")
    names = [thread.call(lambda: current_thread().name, longest_s=30) for _ in range(2)]
    said: list[str] = []
    thread.stop(lambda: said.append(current_thread().name), longest_s=30)

    assert (names, said) == (["own", "own"], ["own"])


def test_what_is_raised_there_is_raised_here() -> None:
    thread = OwnThread("own")

    with pytest.raises(IndexError):
        thread.call(lambda: [1][1], longest_s=30)
    thread.stop(lambda: None, longest_s=30)


def test_a_call_that_does_not_come_back_is_left_and_nothing_is_asked_after_it() -> None:
    thread, end, done = OwnThread("own"), Event(), Event()

    def hang() -> None:
        end.wait()
        done.set()

    with pytest.raises(TimeoutError):
        thread.call(hang, longest_s=0.05)
    with pytest.raises(TimeoutError):
        thread.call(lambda: None, longest_s=30)
    thread.stop(lambda: None, longest_s=30)
    end.set()
    assert done.wait(30)


def test_a_thread_that_was_never_used_has_nothing_to_stop() -> None:
    OwnThread("own").stop(lambda: pytest.fail("there is nothing to say goodbye to"), longest_s=1)
