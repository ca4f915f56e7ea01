"""Conditions of blocks: sound or told with their place, and the same for a reader as the store says."""

from __future__ import annotations

from newsletter.audience.conditions import (
    MAX_CONDITIONS,
    MAX_TERMS,
    condition_problems,
    key_of,
    read_condition,
)
from newsletter.audience.evaluate import Facts
from newsletter.audience.names import Names
from newsletter.domain.subscriber import FieldType, Subscriber, SubscriberStatus
from newsletter.domain.variant import Condition
from newsletter.source import Place

NAMES = Names(
    fields={"role": FieldType.TEXT},
    segments={"gemeenten": "tag:gemeente", "kapot": "tga:x"},
    places={
        "gemeenten": Place(path="newsletter.toml", line=7),
        "kapot": Place(path="newsletter.toml", line=9),
    },
)


def condition(text: str, *lines: int) -> Condition:
    places = tuple(Place(path="issues/a.md", line=line, column=10) for line in lines or (5,))
    return Condition(text=text, places=places, around=((),) * len(places))


def test_sound_conditions_have_no_problems():
    sound = [condition("tag:a -role:none"), condition("gemeenten"), condition("segment:gemeenten")]

    assert condition_problems(sound, NAMES) == []


def test_every_fault_is_told_at_every_place_with_the_nearest_name():
    problems = condition_problems([condition("tag:a tga:b roel:x", 5, 9), condition("rol:", 12)], NAMES)

    assert [str(problem.place) for problem in problems] == [
        "issues/a.md:5:16",
        "issues/a.md:5:22",
        "issues/a.md:9:16",
        "issues/a.md:9:22",
        "issues/a.md:12:14",
    ]
    assert problems[0].fix == "write tag:…"
    assert problems[1].fix == "write role:…"
    assert problems[0].excerpt is None


def test_a_fault_in_a_named_segment_is_told_once_where_it_stands():
    (problem,) = condition_problems([condition("kapot", 5, 9), condition("segment:kapot", 12)], NAMES)[:1]

    assert str(problem.place) == "newsletter.toml:9"


def test_too_many_conditions_are_refused_at_the_first_that_is_too_much():
    many = [condition(f"tag:t{number}", number + 1) for number in range(MAX_CONDITIONS + 1)]

    (problem,) = condition_problems(many, NAMES)

    assert str(problem.place) == f"issues/a.md:{MAX_CONDITIONS + 1}:10"
    assert condition_problems(many[:-1], NAMES) == []


def test_conditions_too_large_together_are_refused():
    each = MAX_TERMS // 8 + 1
    large = [condition(f"role:({','.join(f'a{part}_{n}' for n in range(each))})") for part in range(8)]

    (problem,) = condition_problems(large, NAMES)

    assert f"more than {MAX_TERMS:,}" in problem.what
    assert condition_problems(large[:-1], NAMES) == []


def test_the_key_of_a_reader_has_a_mark_for_every_condition():
    anna = Subscriber(
        id=1, email="a@b.nl", key="a@b.nl", status=SubscriberStatus.ACTIVE, tags=frozenset({"gemeente"})
    )
    conditions = [read_condition(text, NAMES) for text in ("gemeenten", "role:x", "-role:x")]

    assert key_of(conditions, anna, Facts()) == "101"
