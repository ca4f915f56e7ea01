"""Every error a user can meet has an exit code and says what to do."""

from __future__ import annotations

import pytest

from newsletter import errors
from newsletter.errors import NewsletterError, Problem
from newsletter.source import Place

KINDS = [
    kind
    for name in errors.__all__
    if isinstance(kind := getattr(errors, name), type) and issubclass(kind, NewsletterError)
]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not NewsletterError])
def test_every_error_has_its_exit_code(kind: type[NewsletterError]) -> None:
    assert kind.exit_code in {1, 2, 3, 4, 5, 6, 7, 75}


def test_an_error_says_where_what_why_and_what_to_type() -> None:
    problem = Problem(
        what="there is no subject",
        place=Place(path="issues/a.md", line=2, column=3),
        why="it is the first thing readers see",
        fix='subject: "…"',
    )

    assert (
        'issues/a.md:2:3: there is no subject\n  why: it is the first thing readers see\n  fix: subject: "…"'
    ) == str(NewsletterError(problem))


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(NewsletterError) as caught:
        NewsletterError.raise_if([Problem(what="one"), Problem(what="two")])

    assert ["one", "two"] == [problem.what for problem in caught.value.problems]
