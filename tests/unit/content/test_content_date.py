"""The issue's own date in its text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.config.schema import Config
from newsletter.content.document import Document
from newsletter.content.inline_text import inline_text
from newsletter.content.issue_date import IssueDate, with_dates
from newsletter.content.loader import load_issue
from newsletter.content.markdown import parse_markdown
from newsletter.content.slots import protect_line
from newsletter.source import Place

NBSP = "\u00a0"
HEAD = '---\nsubject: "a"\nlang: {lang}\ndate: 2026-11-30T23:30:00Z\n---\n'


@pytest.fixture
def dated(write: Callable[..., Path], config: Config) -> Callable[..., Document]:
    def dated(body: str, lang: str = "nl") -> Document:
        return parse_markdown(load_issue(write(HEAD.format(lang=lang) + body), config))

    return dated


def text_of(document: Document) -> str:
    return " ".join(inline_text(token.children or ()) for token in document.tokens if token.type == "inline")


def test_the_date_is_long_unless_asked_otherwise_and_in_the_newsletters_time_zone(
    dated: Callable[..., Document],
) -> None:
    document = dated("{{ date }} {{ date | long }} {{date|weekday}} {{ date | time }}")

    assert document.problems == ()
    assert text_of(document) == f"1{NBSP}december 2026 1{NBSP}december 2026 dinsdag 00:30"
    assert document.slots == {}


def test_the_date_is_in_the_language_of_the_issue(dated: Callable[..., Document]) -> None:
    assert text_of(dated("{{ date | full }}", "de")) == f"Dienstag, 1.{NBSP}Dezember 2026"


def test_in_code_the_date_stays_as_typed(dated: Callable[..., Document]) -> None:
    assert text_of(dated("`{{ date }}`")) == "{{ date }}"


def test_in_an_address_the_date_is_encoded(dated: Callable[..., Document]) -> None:
    document = dated(
        "[a](https://x.nl/{{ date | year }}?d={{ date }})\n\n::: button https://x.nl/{{date|short}}\nb\n:::"
    )

    assert document.problems == ()
    assert [link.url for link in document.links] == [
        "https://x.nl/2026?d=1%20december%202026",
        "https://x.nl/01-12-2026",
    ]


def test_an_unknown_form_is_named_with_the_list_of_forms(dated: Callable[..., Document]) -> None:
    (problem,) = dated("a\n\nop {{ date | langs }}").problems

    assert (problem.place.line, problem.place.column) == (8, 4)
    assert "langs" in problem.what
    assert "short, medium, long, full, weekday, day, month, year, time" in str(problem.why)
    assert problem.fix == "did you mean {{ date | long }}?"


def test_an_issue_without_a_date_cannot_name_it(parse: Callable[..., Document]) -> None:
    (problem,) = parse("x\n{{ date }}").problems

    assert problem.place.line == 2
    assert "the issue has no date" in problem.what
    assert "date: 2026" in str(problem.fix)


def test_the_subject_may_hold_the_date() -> None:
    own = IssueDate(datetime(2026, 11, 24, tzinfo=UTC), "nl")

    line = protect_line("Brief van {{ date | month }}", Place(path="x"), {}, own)

    assert (line.text, line.slots, line.problems) == ("Brief van november", {}, ())


def test_a_line_as_a_reader_sees_it_has_the_date_and_keeps_what_is_wrong(
    dated: Callable[..., Document],
) -> None:
    issue = dated("a").issue

    line = with_dates("{{ date|month }} {{date}} {{ date | x }} {{ dates }} \\{{ date }}", issue)

    assert line == "december 1 december 2026 {{ date | x }} {{ dates }} \\{{ date }}"
