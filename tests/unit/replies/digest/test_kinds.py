"""Kinds of readers are counted so that nobody can be told apart."""

from __future__ import annotations

from newsletter.replies.digest.kinds import KindCount, count_kinds


def _counted(*kinds: str | None, is_open: bool = False) -> list[tuple[str | None, int]]:
    return [(one.kind, one.readers) for one in count_kinds(kinds, is_open=is_open)]


def test_kinds_with_three_readers_are_shown_largest_first() -> None:
    kinds = ("gemeente",) * 3 + ("provincie",) * 4

    assert [("provincie", 4), ("gemeente", 3)] == _counted(*kinds)


def test_smaller_kinds_and_readers_of_no_known_kind_are_others() -> None:
    kinds = ("gemeente",) * 3 + ("provincie", "provincie", "waterschap", None)

    assert [("gemeente", 3), (None, 4)] == _counted(*kinds)


def test_who_asks_for_names_sees_every_kind() -> None:
    assert [("provincie", 1), (None, 1)] == _counted("provincie", None, is_open=True)


def test_nobody_makes_no_groups() -> None:
    assert () == count_kinds(())


def test_a_count_is_a_value() -> None:
    assert KindCount(kind="gemeente", readers=3) in count_kinds(["gemeente"] * 3)
