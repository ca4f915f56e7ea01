"""Segment expressions: what they mean, what is refused, and that text and tree are one."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from newsletter.audience.evaluate import Facts, belongs, matches
from newsletter.audience.expression import (
    And,
    Compare,
    Expression,
    IsNone,
    Not,
    Operator,
    Range,
    SegmentRef,
    mentions_status,
    sample_bucket,
    walk,
)
from newsletter.audience.names import Names
from newsletter.audience.parse import check_segments, parse_expression
from newsletter.audience.write import to_text
from newsletter.config.schema import Config, SegmentConfig
from newsletter.domain.subscriber import FieldType, Subscriber, SubscriberStatus
from newsletter.errors import UsageError
from newsletter.source import Place

NAMES = Names(
    fields={
        "role": FieldType.TEXT,
        "score": FieldType.NUMBER,
        "born": FieldType.DATE,
        "vip": FieldType.BOOLEAN,
    },
    today=date(2024, 3, 1),
    segments={"advisers": "role:adviseur", "gone": "status:unsubscribed OR status:complained"},
)
READER = Subscriber(
    id=1,
    email="Anna@Zwolle.example",
    key="anna@zwolle.example",
    status=SubscriberStatus.ACTIVE,
    lang="nl",
    fields={"role": "Hoofd Communicatie", "score": 7, "born": "1980-02-29", "vip": True},
    tags=frozenset({"gemeente", "overijssel"}),
    joined=datetime(2023, 12, 31, 23, 30, tzinfo=UTC),
    source="beurs",
)
FACTS = Facts(
    received=frozenset({"een", "twee", "vijf"}),
    replied=frozenset({"een"}),
    latest=("vijf", "vier", "drie", "twee", "een"),
)


def parse(text: str) -> Expression:
    return parse_expression(text, NAMES)


def refuse(text: str) -> str:
    with pytest.raises(UsageError) as caught:
        parse(text)
    return str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "tag:gemeente",
        "tag:GEMEENTE lang:nl",
        "tag!=waterschap",
        "tag~ijssel",
        'role:"hoofd communicatie"',
        "role~communicatie",
        'role:(adviseur, "hoofd communicatie")',
        "-role:adviseur",
        "role!=none",
        "confirmed:none",
        "email:ANNA@zwolle.example",
        "domain:zwolle.example",
        "domain~zwolle",
        "source:beurs",
        "joined:2023-12-31",
        "joined<2024-01-01",
        "joined:2023-01-01..2023-12-31",
        "joined>60d",
        "joined>=61d",
        "joined<=61d",
        "joined<62d",
        "joined:61d",
        "joined!=60d",
        "joined:8w..9w",
        "born>44y",
        "born:44y..45y",
        "-confirmed>1d",
        "-joined>2023-12-31",
        "score:7",
        "score=7.0",
        "score>-5",
        "score:1..7",
        "score:(6,7)",
        "born:1980-02-29",
        "born>=1980-01-01",
        "vip:ja",
        "-vip:no",
        "status:active",
        "status:(active,paused)",
        "received:last1",
        "received:(een,drie)",
        "received:twee",
        "replied:any",
        "-replied:last3",
        "-bounced:any -clicked:any",
        "sample:100%",
        "-segment:advisers",
        "tag:x OR tag:gemeente",
        "tag:x tag:y OR tag:gemeente",
        "-(tag:x OR lang:en)",
        "vip!=no",
        'tag:gemeente lang:nl joined<2024-01-01 -replied:last3 (role:adviseur OR role:"hoofd communicatie")',
    ],
)
def test_the_expression_holds_for_anna(text: str) -> None:
    assert matches(parse(text), READER, FACTS)


@pytest.mark.parametrize(
    "text",
    [
        "tag:gemeent",
        "role:adviseur",
        "role:none",
        'role:"hoofd communicatïe"',
        "score>7",
        "score:8..9",
        "joined>=2024-01-01",
        "joined>61d",
        "joined<61d",
        "joined:0d..60d",
        "confirmed>2000-01-01",
        "confirmed<2100-01-01",
        "vip:no",
        "status:paused",
        "replied:last3",
        "clicked:een",
        "segment:advisers",
        "tag:gemeente tag:x",
        "(tag:gemeente OR tag:x) tag:y",
    ],
)
def test_the_expression_does_not_hold_for_anna(text: str) -> None:
    assert not matches(parse(text), READER, FACTS)


def test_only_active_subscribers_belong_unless_status_is_named() -> None:
    left = replace(READER, status=SubscriberStatus.UNSUBSCRIBED)

    assert not belongs(parse("tag:gemeente"), left)
    assert belongs(parse("tag:gemeente status:unsubscribed"), left)
    assert belongs(parse("segment:gone"), left)
    assert mentions_status(parse("-(lang:nl segment:gone)"))
    assert not mentions_status(parse("lang:nl segment:advisers"))


def test_a_value_of_another_type_than_declared_equals_nothing_but_is_there() -> None:
    odd = replace(READER, fields={"score": "zeven", "born": "gisteren", "vip": "misschien", "role": 3})

    for text in (
        "score:7",
        "score<100",
        "born<2100-01-01",
        "vip:yes",
        "vip:no",
        "role:3",
        "role~3",
        "score:none",
    ):
        assert not matches(parse(text), odd), text


def test_a_text_field_without_text_has_no_value() -> None:
    assert matches(parse("role:none"), replace(READER, fields={"role": ""}))
    assert matches(parse("role:none"), replace(READER, fields={}))
    assert matches(parse("tag:none"), replace(READER, tags=frozenset()))


def test_a_sample_takes_about_its_share_and_always_the_same_readers() -> None:
    readers = [replace(READER, key=f"lezer{number}@brief.example") for number in range(4000)]
    tenth, other = parse("sample:10%"), parse("sample:10%@b")

    first = [reader.key for reader in readers if matches(tenth, reader)]
    second = [reader.key for reader in readers if matches(other, reader)]

    assert 300 < len(first) < 500
    assert 300 < len(second) < 500
    assert first != second
    assert first == [reader.key for reader in readers if matches(tenth, reader)]


def test_buckets_are_fixed_for_ever() -> None:
    assert (sample_bucket("anna@zwolle.example"), sample_bucket("anna@zwolle.example", "b")) == (8497, 260)


def test_and_binds_tighter_than_or_and_the_text_shows_it() -> None:
    assert to_text(parse("tag:a tag:b OR tag:c")) == "(tag:a tag:b) OR tag:c"
    assert to_text(parse("tag:a (tag:b OR (tag:c))")) == "tag:a (tag:b OR tag:c)"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("   ", "empty"),
        (
            "rol:x",
            ':1:1: "rol" is not a field and not a name that segments know\n'
            "    rol:x\n    ^\n  fix: write role:…",
        ),
        ("lang:nl tga:x", ":1:9:"),
        ("segment:adviser", "write segment:advisers"),
        ("role: x", "space"),
        ("role:", "value is missing"),
        ("role:none..x", '".." compares numbers and dates'),
        ("score:none..3", "none stands alone"),
        ("role:(none,x)", "none stands alone"),
        ('role:""', "write role:none"),
        ("gemeente", "write tag:gemeente, or name a segment: "),
        ("adviser", "did you mean segment:advisers? For a tag, write tag:adviser"),
        ("lang:nl AND tag:x", "side by side"),
        ("NOT tag:x", "write -"),
        ("tag:x or tag:y", "capitals"),
        ("tag:x OR", "term is missing"),
        ("--tag:x", "two minus signs"),
        ("(tag:x", ":1:1: this bracket is never closed"),
        ("tag:x)", ":1:6: this bracket was never opened"),
        ('role:"x', ":1:6: this quote is never closed"),
        ("role:“x”", "straight quotes"),
        ("role:a,b", "put quotes"),
        ("role:(a OR b)", "commas"),
        ("score:x", "not a number"),
        ("score:1,5", "is not expected"),
        ("score:99999999999999999999", "number"),
        ("score:9007199254740993", "too large"),
        ("score:5..1", "write score:1..5"),
        ("score~1", "piece of text"),
        ("born:2023-02-30", "not a day of the calendar"),
        ("joined:4-9-2023", "two days"),
        ("vip:perhaps", "not yes or no"),
        ("joined>30", "not a date"),
        ("joined>30m", "write days, weeks or years: 30d, 6w or 2y"),
        ("joined>3000y", "before the calendar begins"),
        ("joined>999999d", ":1:8:"),
        ("joined:1y..30d", "write joined:30d..1y"),
        ("joined:30d..2024-01-01", "an age and a date"),
        ("joined:(30d,60d)", "ages do not stand in a set"),
        ("score>30d", "not a number"),
        ("joined~30d", "piece of text"),
        ("status:activ", "write status:active"),
        ("status<active", "compares numbers and dates"),
        ("received<last3", "names issues"),
        ("received:last0", "from 1 to 999"),
        ("received:none", "write -received:any"),
        ("sample:0%", "percentage"),
        ("sample:101%", "percentage"),
        ("sample:10", "percentage"),
        ("sample<10%", "percentage"),
        ("role:\u200bx", "invisible"),
        ("role:\udcff", "invisible"),
    ],
)
def test_a_slip_is_named_with_place_and_mend(text: str, said: str) -> None:
    assert said in refuse(text)


def test_all_slips_are_named_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        parse("rol:x score:y (status:z OR born:gisteren)")

    assert [problem.place.column for problem in caught.value.problems if problem.place] == [1, 13, 23, 33]


def test_an_unknown_issue_is_refused_when_the_issues_are_known() -> None:
    names = replace(NAMES, issues=frozenset({"wel-of-niet"}))

    with pytest.raises(UsageError, match="write replied:wel-of-niet"):
        parse_expression("replied:wel-of-nie", names)
    parse_expression("replied:wel-of-niet received:last3", names)


def test_an_age_is_written_as_it_was_typed_and_counts_from_the_day_it_is_read() -> None:
    aged = parse("confirmed>1y -born:20y..30y")

    assert to_text(aged) == "confirmed>1y -born:20y..30y"
    assert [Compare("confirmed", Operator.LESS, date(2023, 3, 1))] == [
        node for node in walk(aged) if isinstance(node, Compare)
    ]


def test_a_year_before_a_leap_day_is_the_day_before() -> None:
    names = replace(NAMES, today=date(2024, 2, 29))

    (compare,) = [n for n in walk(parse_expression("joined:1y", names)) if isinstance(n, Compare)]

    assert compare.value == date(2023, 2, 28)


def test_without_a_day_to_count_from_ages_are_refused() -> None:
    with pytest.raises(UsageError, match="write a date"):
        parse_expression("joined>30d", replace(NAMES, today=None))


def test_columns_count_from_where_the_expression_stands() -> None:
    with pytest.raises(UsageError) as caught:
        parse_expression("lang:nl rol:x", NAMES, Place(path="issues/a.md", line=12, column=10))

    assert str(caught.value.problems[0].place) == "issues/a.md:12:18"


def names_with(**segments: str) -> Names:
    config = Config(
        root=Path("/project"),
        segments={
            name: SegmentConfig(name=name, where=where, line=number)
            for number, (name, where) in enumerate(segments.items(), 10)
        },
    )
    return Names.of(config)


def test_segments_that_go_round_are_reported_once_with_the_circle() -> None:
    problems = check_segments(names_with(a="segment:b", b="segment:c", c="segment:a", d="segment:a"))

    assert [str(problem.place) for problem in problems] == ["newsletter.toml:12"]
    assert "a → b → c → a" in problems[0].what


def test_every_faulty_segment_is_reported_at_its_line() -> None:
    problems = check_segments(
        names_with(good="tag:x", bad="rol:x", worse="segment:bad tag", uses="segment:bad")
    )

    assert [problem.place.line for problem in problems if problem.place] == [11, 12]
    assert "segment bad, character 1:" in problems[0].what


def test_a_long_chain_of_segments_is_an_error_and_not_a_crash() -> None:
    chain = {f"s{number}": f"segment:s{number + 1}" for number in range(3000)} | {"s3000": "tag:x"}

    assert check_segments(names_with(**chain))
    assert check_segments(names_with(**dict(reversed(chain.items()))))


def test_segments_that_double_each_other_are_refused_before_they_fill_the_memory() -> None:
    doubling = {"s0": "tag:x"} | {f"s{n}": f"segment:s{n - 1} segment:s{n - 1}" for n in range(1, 18)}

    assert "terms" in check_segments(names_with(**doubling))[0].what


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000 + ")" * 5000,
        "(" * 5000 + "tag:x" + ")" * 5000,
        "(" * 10_000,
        "-" * 10_000 + "tag:x",
        "-(" * 3000 + "tag:x" + ")" * 3000,
        "tag:x " * 3000,
        "tag:x OR " * 2000 + "tag:x",
        'role:"' + "\\" * 9_999,
        "role:(" + "a," * 4000 + "a)",
        "x" * 30_000,
    ],
)
def test_a_monstrous_expression_is_an_error_in_reasonable_time(text: str) -> None:
    started = time.process_time()

    assert refuse(text)

    assert time.process_time() - started < 2


def test_walking_goes_into_segments_parents_first() -> None:
    inner = Compare("role", Operator.EQUAL, "adviseur")
    tree = And((Not(IsNone("tag")), SegmentRef("advisers", inner)))

    assert [tree, Not(IsNone("tag")), IsNone("tag"), SegmentRef("advisers", inner), inner] == list(walk(tree))


def test_ranges_hold_for_both_ends() -> None:
    assert matches(Range("score", 7, 7), READER)
    assert not matches(Range("score", 8, 9), READER)
