"""The address that gets bounces, with and without the delivery in it."""

from __future__ import annotations

import pytest

from newsletter.domain.bounce_address import bounce_problem, fill_bounce_address

ID = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("bounces@brief.example", "bounces@brief.example"),
        ("bounces+{delivery}@brief.example", f"bounces+{ID}@brief.example"),
        ("{delivery}@bounces.brief.example", f"{ID}@bounces.brief.example"),
        ("b" * 32 + "{delivery}@brief.example", "b" * 32 + f"{ID}@brief.example"),
    ],
)
def test_a_delivery_is_named_where_the_author_says(template: str, filled: str) -> None:
    assert bounce_problem(template) is None
    assert fill_bounce_address(template, ID) == filled


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("bounces", "no @"),
        ("bounces+{delivery}", "before the @"),
        ("bounces@{delivery}.example", "before the @"),
        ("{delivery}{delivery}@brief.example", "once"),
        ("bounces+{id}@brief.example", "only {delivery}"),
        ("bounces+{delivery@brief.example", "only {delivery}"),
        ("zoë+{delivery}@brief.example", "SMTPUTF8"),
        ("b" * 33 + "{delivery}@brief.example", "with the 32 of a delivery's id"),
        ("b <b@brief.example>", "not a valid part"),
    ],
)
def test_what_cannot_be_an_address_is_told_with_the_reason(template: str, why: str) -> None:
    assert why in str(bounce_problem(template))
