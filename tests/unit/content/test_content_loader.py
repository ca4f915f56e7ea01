from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.config.schema import Config, NewsletterConfig
from newsletter.content.loader import find_issues, load_issue, slug_from_name
from newsletter.content.source_text import decode_source
from newsletter.domain.address import Mailbox
from newsletter.errors import ConfigError, ContentError, UsageError

SOUND = '---\nsubject: "Hoi"\n---\n\nBeste lezer,\n'


def test_defaults_come_from_the_configuration(config: Config, write: Callable[..., Path]):
    issue = load_issue(write(SOUND), config)

    renata = Mailbox(name="Renata", email="renata@brief.example")
    assert (issue.slug, issue.lang, issue.template) == ("wel-of-niet", "nl", "letter")
    assert (issue.sender, issue.reply_to) == (renata, renata)
    assert issue.shown_path == "issues/2026-11-24-wel-of-niet.md"
    assert issue.digest == sha256(SOUND.encode()).hexdigest()


def test_the_body_knows_its_line_in_the_file(config: Config, write: Callable[..., Path]):
    issue = load_issue(write(SOUND), config)

    assert issue.body == "\nBeste lezer,\n"
    assert str(issue.body_place(1)) == "issues/2026-11-24-wel-of-niet.md:5"


def test_front_matter_beats_the_configuration(config: Config, write: Callable[..., Path]):
    issue = load_issue(
        write('---\nsubject: "a"\nlang: en\nfrom: b@brief.example\nslug: x\ndate: 2026-11-24\n---\nb'), config
    )

    assert (issue.lang, issue.slug, str(issue.sender)) == ("en", "x", "b@brief.example")
    assert issue.date == datetime(2026, 11, 24, tzinfo=ZoneInfo("Europe/Amsterdam"))


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("2026-11-24-wel-of-niet.md", "wel-of-niet"),
        ("brief.md", "brief"),
        ("2026-11-24.md", None),
        ("Brief.md", None),
        ("een brief.md", None),
        ("één.md", None),
        ("a--b.md", None),
        ("-a.md", None),
        (f"{'a' * 81}.md", None),
    ],
)
def test_the_slug_is_the_file_name_without_date(name: str, slug: str | None):
    assert slug_from_name(name) == slug


def test_a_file_name_that_is_no_slug_needs_one_in_the_front_matter(
    config: Config, write: Callable[..., Path]
):
    with pytest.raises(ContentError, match="rename the file"):
        load_issue(write(SOUND, "Één brief.md"), config)

    issue = load_issue(write('---\nsubject: "a"\nslug: een-brief\n---\n', "Één brief.md"), config)

    assert issue.slug == "een-brief"


def test_a_missing_file_names_the_nearest(config: Config, write: Callable[..., Path]):
    write(SOUND)

    with pytest.raises(UsageError, match=r'did you mean "issues/2026-11-24-wel-of-niet\.md"'):
        load_issue(config.root / "issues" / "2026-11-24-wel-of-net.md", config)


def test_a_missing_file_in_an_empty_project_says_how_to_begin(config: Config):
    with pytest.raises(UsageError, match="newsletter new"):
        load_issue(config.root / "issues" / "x.md", config)


@pytest.mark.parametrize("name", ["", "nope/x.md", "a\0b.md", "a" * 300 + ".md"])
def test_what_is_no_file_is_a_usage_error(config: Config, name: str):
    with pytest.raises(UsageError):
        load_issue(config.root / "issues" / name, config)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"---\nsubject: caf\xe9\n---\n", r":2:13: the file is not UTF-8: byte 0xE9"),
        ("---\nsubject: a\n---\n".encode("utf-16"), "is UTF-16"),
        (b"---\nsubject: a\n---\nx\0y", "4: this is not a text file"),
        (b"---\nsubject: a\n---\na\x07b", r":4:2: an invisible control character \(U\+0007\)"),
        (b"", "does not begin with front matter"),
        (b"x" * 1_000_001, "more than 1,000,000"),
    ],
)
def test_a_file_that_is_no_utf8_text_is_told(
    config: Config, write: Callable[..., Path], data: bytes, what: str
):
    with pytest.raises(ContentError, match=what):
        load_issue(write(data), config)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(config: Config, write: Callable[..., Path]):
    issue = load_issue(write(b"\xef\xbb\xbf" + SOUND.replace("\n", "\r\n").encode()), config)

    assert issue.body == "\nBeste lezer,\n"


def test_problems_of_the_file_and_of_the_front_matter_come_together_in_order(
    config: Config, write: Callable[..., Path]
):
    with pytest.raises(ContentError) as caught:
        load_issue(write("---\nsubject: a: b\nnumber: x\n---\na\x07b", "Één.md"), config)

    assert [problem.place.line for problem in caught.value.problems if problem.place] == [1, 2, 3, 5]


def test_an_unknown_time_zone_is_a_fault_of_the_configuration(config: Config, write: Callable[..., Path]):
    path = write(SOUND)

    with pytest.raises(ConfigError, match="Mars"):
        load_issue(path, replace(config, newsletter=NewsletterConfig(timezone="Mars/Olympus")))


def test_issues_are_found_sorted_without_drafts_and_hidden_files(config: Config, write: Callable[..., Path]):
    for name in ("b.md", "a.md", "_draft.md", ".hidden.md", "notes.txt"):
        write(SOUND, name)

    assert [path.name for path in find_issues(config)] == ["a.md", "b.md"]


def test_a_project_without_issues_has_none(tmp_path: Path):
    assert find_issues(Config(root=tmp_path)) == ()


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_a_content_error(data: bytes):
    try:
        text, problems = decode_source(data, "x.md")
    except ContentError as error:
        text, problems = "", list(error.problems)

    assert all(problem.place is not None for problem in problems)
    assert not {"\0", "\r", "\x07"} & set(text)
