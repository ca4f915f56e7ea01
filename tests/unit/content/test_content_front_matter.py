from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.content.front_matter import KEYS, FrontMatter, read_front_matter, split_front_matter
from newsletter.domain.address import Mailbox
from newsletter.domain.visibility import Visibility
from newsletter.errors import Problem

ZONE = ZoneInfo("Europe/Amsterdam")


def read(source: str) -> tuple[FrontMatter, list[Problem]]:
    return read_front_matter(source, "issues/brief.md", ZONE)


def only_problem(source: str) -> Problem:
    _, problems = read(source)
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]


def test_every_key_is_read_with_its_type():
    front, problems = read(
        'subject: "Wil je: wel?"\npreheader: Kort\nnumber: 12\nslug: wel-of-niet\n'
        "date: 2026-11-24T09:30:00+01:00\nlang: nl\nsegment: gemeenten\n"
        "from: Renata <renata@brief.example>\nreply_to: renata@brief.example\ntemplate: letter\n"
        'title: Titel\nvars: {kleur: "#0b5", aantal: 3, deel: 0.5, open: true}\n'
        'checks: {ignore: {TX004: "a quotation"}}\nx-own: {a: [1, two]}\n'
    )

    assert problems == []
    assert front.subject == "Wil je: wel?"
    assert front.number == 12
    assert front.date == datetime(2026, 11, 24, 9, 30, tzinfo=timezone(timedelta(hours=1)))
    assert front.sender == Mailbox(name="Renata", email="renata@brief.example")
    assert front.reply_to == Mailbox(name="", email="renata@brief.example")
    assert front.vars == {"kleur": "#0b5", "aantal": 3, "deel": 0.5, "open": True}
    assert front.ignored_checks == {"TX004": "a quotation"}
    assert front.extra == {"x-own": {"a": [1, "two"]}}
    assert str(front.places["date"]) == "issues/brief.md:6:1"


def test_a_colon_in_a_bare_subject_is_told_with_the_line_to_type():
    problem = only_problem("subject: Een vraag vooraf: wat doen we?")

    assert str(problem.place) == "issues/brief.md:2:10"
    assert '": "' in problem.what
    assert 'subject: "Een vraag vooraf: wat doen we?"' in (problem.fix or "")


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("subject: Vraag #3 voor jou", '" #"'),
        ("subject: @iedereen", 'starts with "@"'),
        ("subject: *vet*", 'starts with "*"'),
        ("subject: {{ first_name }}, hoi", 'starts with "{"'),
        ('subject: "Hij zei "nee""', "quotes inside"),
        ("subject: 'Ina's vraag'", "quotes inside"),
        ('subject: "open', "not closed"),
        ("subject:Hoi", "no space after the colon"),
        ('subject: "a\\nb"', "line break"),
        ('subject: "a\\u0007b"', "control character (U+0007)"),
        ('subject: "a\\ud83d"', "half a character"),
        ('subject: "a\\u2028b"', "control character (U+2028)"),
        ("subject: [a, b]", 'starts with "["'),
        ("subject:\n  a: b", "here is a mapping"),
        ("preheader: x", "no subject"),
        ("subject:", "no subject"),
        ('subject: ""', "no subject"),
        ("", "no subject"),
    ],
)
def test_a_slip_in_the_subject_is_explained(line: str, what: str):
    problem = only_problem(line)

    assert what in problem.what
    assert problem.place is not None
    assert problem.fix


@pytest.mark.parametrize(
    "value", ["on", "no", "Yes", "y", "null", "~", "12:30", "1e3", "012", "2026-11-24", "3.5"]
)
def test_a_bare_word_that_yaml_reads_as_something_else_needs_quotes(value: str):
    problem = only_problem(f"subject: a\nsegment: {value}")

    assert f"YAML reads a bare {value} as" in problem.what
    assert f'"{value}"' in (problem.fix or "")


@pytest.mark.parametrize("value", ["on", "12:30", "1e3", "0123", "2026-11-24", "1_000"])
def test_truth_traps_in_vars_are_told(value: str):
    problem = only_problem(f"subject: a\nvars: {{tijd: {value}}}")

    assert f"bare {value}" in problem.what
    assert str(problem.place) == "issues/brief.md:3:14"


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("2026-02-30", "there is no 30 February 2026"),
        ("2026-13-01", "no month 13"),
        ("2026-11-24T24:30", "no time 24:30"),
        ("2026-11-24T09:30+19:00", "no time zone"),
        ("24-11-2026", "is not a date"),
        ("morgen", "is not a date"),
        ("1026-01-01", "out of range"),
        ("2026-03-29T02:30", "does not exist on 2026-03-29"),
        ("[2026]", "here is a list"),
    ],
)
def test_an_impossible_date_is_told(value: str, what: str):
    assert what in only_problem(f"subject: a\ndate: {value}").what


def test_a_date_with_the_day_first_is_turned_round_in_the_mend():
    assert "date: 2026-11-24" in (only_problem("subject: a\ndate: 24-11-2026").fix or "")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-07-01", datetime(2026, 7, 1, tzinfo=ZONE)),
        ("2026-07-01 09:30", datetime(2026, 7, 1, 9, 30, tzinfo=ZONE)),
        ('"2026-07-01T09:30:15Z"', datetime(2026, 7, 1, 9, 30, 15, tzinfo=UTC)),
        ("2026-07-01T09:30-0500", datetime(2026, 7, 1, 9, 30, tzinfo=timezone(timedelta(hours=-5)))),
    ],
)
def test_a_date_without_zone_gets_the_configured_one(value: str, expected: datetime):
    front, problems = read(f"subject: a\ndate: {value}")

    assert problems == []
    assert front.date == expected
    assert front.date.utcoffset() == expected.utcoffset()


@pytest.mark.parametrize(
    ("key", "near"),
    [("subjct", "subject"), ("Subject", "subject"), ("reply-to", "reply_to"), ("datum", "date")],
)
def test_a_misspelt_key_names_the_nearest(key: str, near: str):
    _, problems = read(f'subject: "a"\n{key}: "b"')

    assert f'did you mean "{near}"' in (problems[0].fix or "")
    assert str(problems[0].place) == "issues/brief.md:3:1"


def test_a_key_given_twice_names_both_lines():
    problem = only_problem("subject: a\nlang: nl\nsubject: b")

    assert "second time" in problem.what
    assert "line 2" in (problem.why or "")
    assert problem.place is not None
    assert problem.place.line == 4


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('number: "12"', "is a text"),
        ("number: 012", "not a whole number"),
        ("number: -1", "not a whole number"),
        ("slug: Één brief", "lower-case"),
        ("slug: ../../etc", "lower-case"),
        ("lang: Nederlands", "language code"),
        ("template: ../geheim", "name of a template"),
        ("from: renata", "no @"),
        ("from: Renata <renata@brief>", "no dot"),
        ("vars: kleur", "names with values"),
        ("vars: {kleur: {a: b}}", "single value"),
        ("vars:\n  kleur: #0b5", "no value"),
        ('vars: {"a b": c}', "not a name"),
        ("checks: {ignore: [TX004]}", "names with values"),
        ("checks: {ignore: {TX004: }}", "without a reason"),
        ("checks: {ignore: {x: y}}", "not the code"),
        ("checks: {select: {}}", "no key"),
        ("vars: {a: *b}", "refers to another"),
        ("vars: {a: &b c}", "refers to another"),
        ("vars: {a: !!python/name:os.system x}", "names a type"),
        ("vars:\n\tkleur: rood", "a tab"),
        ("vars: {kleur: #0b5}", "cannot read"),
        ("zomaar tekst", "not a key with a value"),
        ("? [a]\n: b", "must be a word"),
        ('"\\ud83d": x', "control character in this key"),
        ('date: "\\ud83d"', "half a character"),
        ("a\x08b: c", "invisible control character (U+0008)"),
    ],
)
def test_a_wrong_value_is_told_at_its_place(line: str, what: str):
    problem = only_problem(f"subject: a\n{line}")

    assert what in problem.what
    assert problem.place is not None
    assert (problem.place.line or 0) >= 3


def test_all_problems_are_told_at_once():
    _, problems = read("subject: a: b\nnumber: x\ndate: 2026-02-30\nlang: no\nsubjct: c")

    assert len(problems) == 5


def test_an_empty_optional_key_is_as_good_as_absent():
    front, problems = read("subject: a\npreheader:\ndate:\nvars:\n")

    assert problems == []
    assert front.preheader is None


def test_a_comment_behind_a_value_is_a_comment():
    front, problems = read('subject: "a"  # required\nlang: nl # taal\nnumber: 3 # drie')

    assert problems == []
    assert (front.lang, front.number) == ("nl", 3)


def test_the_two_lines_of_dashes_are_required():
    assert "does not begin" in str(split_front_matter("subject: a\n", "x.md"))
    assert "not closed" in str(split_front_matter("---\nsubject: a\n", "x.md"))
    assert split_front_matter("--- \na: b\n---\ntekst\n---\n", "x.md") == ("a: b", "tekst\n---\n", 4)


@pytest.mark.parametrize(
    "source", ["vars: " + "[" * 9_000, "vars: " + "{a: " * 4_000, "- " * 9_000, "a: " * 6_000]
)
def test_deep_nesting_is_a_problem_not_a_crash(source: str):
    _, problems = read(source)

    assert problems


@given(st.text(max_size=300))
def test_any_text_gives_front_matter_or_problems(source: str):
    front, problems = read(source)

    assert front.subject or problems
    assert all(problem.place is not None for problem in problems)


@given(
    st.lists(
        st.tuples(st.sampled_from(KEYS), st.text(alphabet="ab:#'\"[]{}-!&*@%|> \t\n1290eE,", max_size=12)),
        max_size=5,
    )
)
def test_any_value_gives_front_matter_or_problems(pairs: list[tuple[str, str]]):
    front, problems = read("\n".join(f"{key}: {value}" for key, value in pairs))

    assert front.subject or problems


@given(st.text(alphabet=st.characters(exclude_categories=("C", "Z")), min_size=1))
def test_a_quoted_subject_comes_back_exactly(subject: str):
    escaped = subject.replace("\\", "\\\\").replace('"', '\\"')

    front, problems = read(f'subject: "{escaped}"')

    assert (front.subject, problems) == (subject, [])


@pytest.mark.parametrize(
    ("line", "tags"),
    [
        ("tags: [Woo, social  media, woo]", ("Woo", "social media")),
        ("tags: Woo", ("Woo",)),
        ("tags:\n  - Woo\n  - 'nee, toch'", ()),
        ("tags:", ()),
        ("tags: []", ()),
    ],
)
def test_tags_are_a_list_of_short_texts_each_once(line: str, tags: tuple[str, ...]):
    assert read(f"subject: Kort\n{line}\n")[0].tags == tags


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("tags: woo, media", 'the tag "woo, media" has a comma in it'),
        ("tags: [{a: b}]", "a tag is a word or a few"),
        ("tags: [yes]", "YAML reads a bare yes"),
        (f"tags: [{'a' * 41}]", "a tag has 1 to 40 characters"),
        ("archive: geheim", 'archive takes public, unlisted, hidden, and here is "geheim"'),
        ("archive: no", "YAML reads a bare no"),
    ],
)
def test_a_wrong_tag_or_visibility_is_told(line: str, what: str):
    assert what in only_problem(f"subject: Kort\n{line}\n").what


def test_the_visibility_in_the_archive_is_read():
    assert read("subject: Kort\narchive: unlisted\n")[0].archive is Visibility.UNLISTED
