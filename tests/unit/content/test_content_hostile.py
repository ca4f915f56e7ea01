from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from newsletter.content.document import Document
from newsletter.content.markdown import MAX_BODY

LIMIT_S = 3.0

STORMS = {
    "brackets": "[" * 20_000,
    "as many brackets as are let through": "![" * 4_000,
    "broken links": "[a](b c " * 4_000,
    "comments never closed": "<!-- " * 200_000,
    "comments": "<!-- a --> " * 90_000,
    "one line of a megabyte": "a " * 500_000,
    "one line as long as is let through": "'a\" - " * (MAX_BODY // 6),
    "stars": "**a *b" * 15_000,
    "quotes in quotes": "> " * 20_000,
    "quotes line by line": "\n".join(">" * depth + " a" for depth in range(400)),
    "lists in lists": "\n".join("  " * depth + "- a" for depth in range(300)),
    "lists": "- a\n" * 25_000,
    "directives in directives": "::: note\n" * 11_000,
    "closing lines": ":::\n" * 20_000,
    "open slots": "{{" * 50_000,
    "slots": "{{ a }} " * 12_000,
    "backticks": "".join("a" + "`" * length for length in range(400)),
    "tags": "<a " * 30_000,
    "table": "|a" * 5_000 + "\n" + "|-" * 5_000,
    "strong in strong": "**" * 5_000 + "a" + "**" * 5_000,
    "quotation marks": "'\"" * 50_000,
    "footnotes": "".join(f"[^{number}]: a\n" for number in range(3_900)),
}


@pytest.mark.parametrize("name", STORMS)
def test_hostile_input_ends_soon(parse: Callable[..., Document], name: str):
    started = time.process_time()

    document = parse(STORMS[name])

    assert time.process_time() - started < LIMIT_S
    assert document.tokens or document.problems


@pytest.mark.parametrize(
    "name", ["quotes in quotes", "quotes line by line", "lists in lists", "strong in strong"]
)
def test_deep_nesting_is_a_problem(parse: Callable[..., Document], name: str):
    problems = parse(STORMS[name]).problems

    assert any("too deep" in problem.what for problem in problems)


def test_what_a_person_nests_is_let_through(parse: Callable[..., Document]):
    assert parse("> - a\n>   1. b\n>      - **c *d***\n>        > e").problems == ()


def test_nothing_is_dropped_in_silence_at_any_depth(parse: Callable[..., Document]):
    for depth in range(1, 40):
        document = parse("> " * depth + "woord")

        assert document.problems or "woord" in document.tokens[depth + 1].content
