"""The largest expressions that are allowed are not too large for the database."""

from __future__ import annotations

import pytest

from newsletter.audience.conditions import MAX_CONDITIONS
from newsletter.audience.conditions import MAX_TERMS as CONDITION_TERMS
from newsletter.audience.expression import Compare, Operator
from newsletter.audience.names import Names
from newsletter.audience.parse import MAX_TERMS, parse_expression
from newsletter.audience.syntax import MAX_NESTING
from newsletter.domain.subscriber import FieldType, Subscriber, SubscriberStatus
from newsletter.protocols import VariantReaders
from newsletter.store.readers.segments import SegmentCompiler
from newsletter.testing.temporary_store import temporary_store

NAMES = Names(fields={"role": FieldType.TEXT, "size": FieldType.NUMBER, "since": FieldType.DATE})
HALF = MAX_TERMS // 2


@pytest.mark.parametrize(
    "text",
    [
        f"role:({','.join(f'a{n}' for n in range(MAX_TERMS))})",
        f"-role:({','.join(f'a{n}' for n in range(MAX_TERMS))})",
        " OR ".join(f"-role:a{n}" for n in range(MAX_TERMS)),
        " OR ".join(f"(role:a{n} lang:nl)" for n in range(HALF)),
        " ".join(f"-tag:a{n}" for n in range(MAX_TERMS)),
        " ".join(f"size>{n}" for n in range(MAX_TERMS)),
        " ".join(f"since:2023-01-01..{2024 + n}-01-01" for n in range(HALF)),
        " ".join(f"joined<{2024 + n}-01-01" for n in range(MAX_TERMS)),
        " ".join(f"-replied:issue{n}" for n in range(MAX_TERMS)),
        "-(" * MAX_NESTING + "role:a" + ")" * MAX_NESTING,
    ],
)
def test_a_segment_of_the_largest_size_allowed_is_answered(text: str) -> None:
    with temporary_store() as store:
        expression = parse_expression(text, NAMES)

        assert store.subscribers.count(expression) == 0
        assert list(store.subscribers.members(parse_expression("lang:nl", NAMES), [expression])) == []


def test_as_many_and_as_large_conditions_as_a_letter_may_have_are_answered() -> None:
    each = CONDITION_TERMS // MAX_CONDITIONS
    conditions = [
        parse_expression(" OR ".join(f"-tag:a{number}_{term}" for term in range(each)), NAMES)
        for number in range(MAX_CONDITIONS)
    ]
    anna = Subscriber(id=0, email="a@b.nl", key="a@b.nl", status=SubscriberStatus.ACTIVE, lang="nl")
    everybody = parse_expression("lang:nl", NAMES)

    with temporary_store() as store:
        store.subscribers.add(anna)

        (member,) = store.subscribers.members(everybody, conditions)
        found = store.subscribers.variants(everybody, conditions, None)

    assert member.variant == "1" * MAX_CONDITIONS
    assert found == {member.variant: VariantReaders(count=1, example="a@b.nl")}


def test_values_are_bound_and_never_part_of_the_statement() -> None:
    expression = parse_expression('role:"Robert\'); DROP" -role~geheim tag:geheim2 email~geheim3', NAMES)

    statement = str(SegmentCompiler("sqlite").compile(expression))

    assert "DROP" not in statement
    assert "geheim" not in statement


def test_a_name_that_is_no_field_never_reaches_a_statement() -> None:
    with pytest.raises(ValueError, match="not the name of a field"):
        SegmentCompiler("sqlite").compile(Compare("x') OR 1=1 --", Operator.EQUAL, "a"))
