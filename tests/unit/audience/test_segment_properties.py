"""Properties of segment expressions: text and tree are one, and every expression holds or does not."""

from __future__ import annotations

import string
from datetime import UTC, date

from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.audience.evaluate import Facts, matches
from newsletter.audience.expression import (
    BUCKETS,
    And,
    AnyIssue,
    Compare,
    Expression,
    History,
    HistoryKind,
    IsNone,
    LastIssues,
    Not,
    OneIssue,
    OneOf,
    Operator,
    Or,
    Range,
    Sample,
    SegmentRef,
)
from newsletter.audience.names import Names
from newsletter.audience.parse import parse_expression
from newsletter.audience.write import to_text
from newsletter.domain.subscriber import FieldType, Subscriber, SubscriberStatus
from newsletter.errors import UsageError

NAMES = Names(
    fields={
        "role": FieldType.TEXT,
        "score": FieldType.NUMBER,
        "born": FieldType.DATE,
        "vip": FieldType.BOOLEAN,
    },
    segments={"advisers": "role:adviseur"},
    today=date(2024, 3, 1),
)
FACTS = Facts(received=frozenset({"een", "twee"}), replied=frozenset({"een"}), latest=("twee", "een"))


def parse(text: str) -> Expression:
    return parse_expression(text, NAMES)


TEXTS = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=12).filter(
    lambda text: text.strip() and text.isprintable() and not set(text) & set("“”„‟")
)
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9).map(lambda number: round(number, 6))
DAYS = st.dates(date(1000, 1, 1))
TEXT_NAMES = st.sampled_from(["role", "tag", "lang", "source"])
ORDER = st.sampled_from([Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST, Operator.EQUAL])
STATUSES = st.sampled_from([str(status) for status in SubscriberStatus])


def several(values: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(values, min_size=2, max_size=4, unique=True).map(tuple)


_LEAVES = st.one_of(
    st.builds(Compare, TEXT_NAMES, st.sampled_from([Operator.EQUAL, Operator.CONTAINS]), TEXTS),
    st.builds(Compare, st.just("score"), ORDER, NUMBERS),
    st.builds(Compare, st.sampled_from(["born", "joined", "confirmed"]), ORDER, DAYS),
    st.builds(Compare, st.just("vip"), st.just(Operator.EQUAL), st.booleans()),
    st.builds(Compare, st.just("status"), st.just(Operator.EQUAL), STATUSES),
    st.builds(lambda ends: Range("score", *sorted(ends)), st.tuples(NUMBERS, NUMBERS)),
    st.builds(lambda ends: Range("joined", *sorted(ends)), st.tuples(DAYS, DAYS)),
    st.builds(
        lambda name, order, age: parse(f"{name}{order}{age}"),
        st.sampled_from(["born", "joined", "confirmed"]),
        ORDER,
        st.builds("{}{}".format, st.integers(0, 500), st.sampled_from("dwy")),
    ),
    st.just(parse("joined:30d..1y")),
    st.builds(OneOf, TEXT_NAMES, several(TEXTS)),
    st.builds(OneOf, st.just("born"), several(DAYS)),
    st.builds(OneOf, st.just("status"), several(STATUSES)),
    st.builds(IsNone, st.sampled_from(["role", "tag", "joined", "vip", "score", "email"])),
    st.builds(
        History,
        st.sampled_from(HistoryKind),
        st.one_of(
            st.just(AnyIssue()), st.builds(LastIssues, st.integers(1, 999)), st.builds(OneIssue, TEXTS)
        ),
    ),
    st.builds(Sample, st.integers(1, BUCKETS), st.just("") | TEXTS),
    st.just(SegmentRef("advisers", Compare("role", Operator.EQUAL, "adviseur"))),
)


@st.composite
def leaves(draw: st.DrawFn) -> Expression:  # a short repr, which Hypothesis insists on
    return draw(_LEAVES)


def grow(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    terms = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        inner.map(Not),
        terms.filter(lambda found: not any(isinstance(term, And) for term in found)).map(
            lambda found: And(tuple(found))
        ),
        terms.filter(lambda found: not any(isinstance(term, Or) for term in found)).map(
            lambda found: Or(tuple(found))
        ),
    )


_TREES = st.recursive(leaves(), grow, max_leaves=12)


@st.composite
def expressions(draw: st.DrawFn) -> Expression:
    return draw(_TREES)


VALUES = st.one_of(st.text(max_size=8), st.integers(), st.floats(), st.booleans(), DAYS.map(str))
MOMENTS = st.none() | st.datetimes(timezones=st.just(UTC))
SUBSCRIBERS = st.builds(
    Subscriber,
    id=st.integers(1, 9),
    email=st.just("a@b.example"),
    key=st.text(string.ascii_letters, max_size=8),
    status=st.sampled_from(SubscriberStatus),
    lang=st.none() | TEXTS,
    fields=st.dictionaries(st.sampled_from(["role", "score", "born", "vip"]), VALUES),
    tags=st.frozensets(TEXTS, max_size=3),
    joined=MOMENTS,
    confirmed=MOMENTS,
    source=st.none() | TEXTS,
)


@given(expressions())
def test_writing_and_reading_gives_the_same_tree(expression: Expression) -> None:
    assert expression == parse(to_text(expression))


@given(expressions(), SUBSCRIBERS)
def test_an_expression_holds_or_does_not_for_every_subscriber(
    expression: Expression, reader: Subscriber
) -> None:
    held = matches(expression, reader, FACTS)

    assert isinstance(held, bool)
    assert held is not matches(Not(expression), reader, FACTS)


@given(st.text(max_size=60) | st.text('tagroles:=!<>~()" -,.OR15%@\\n', max_size=40))
@example('tag:"\\"')
@example("role:(a,)")
@example("score:1...2")
def test_any_text_is_an_expression_or_a_usage_error(text: str) -> None:
    try:
        expression = parse(text)
    except UsageError as error:
        places = [problem.place for problem in error.problems]
    else:
        places = []
        assert expression == parse(to_text(expression))
    assert None not in places
