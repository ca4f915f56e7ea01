from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.config.schema import Config
from newsletter.content.loader import load_issue, slug_from_name
from newsletter.content.siblings import SiblingFile, find_siblings, group_siblings, split_name
from newsletter.domain.languages import choose_language, language_order
from newsletter.errors import ContentError

SOUND = '---\nsubject: "Hoi"\n---\n\nBeste lezer,\n'
TAGS = st.from_regex(r"\A[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}\Z")


@pytest.mark.parametrize(
    ("name", "key", "lang"),
    [
        ("2026-12-01-x.nl.md", "2026-12-01-x", "nl"),
        ("2026-12-01-x.NL-be.md", "2026-12-01-x", "nl-BE"),
        ("12.zh-hant.md", "12", "zh-Hant"),
        ("x.md", "x", ""),
        ("x.draft.md", "x.draft", ""),
        ("x.old.md", "x.old", ""),
        (".nl.md", ".nl", ""),
        ("x.nl", "x", "nl"),
    ],
)
def test_the_language_stands_before_the_extension(name: str, key: str, lang: str):
    assert split_name(name) == (key, lang)


def test_files_of_one_key_are_one_issue_with_one_slug(config: Config, write: Callable[..., Path]):
    english = write(SOUND, "2026-12-01-x.en.md")
    dutch = write(SOUND, "2026-12-01-x.nl.md")
    write(SOUND, "2026-12-01-x.md")
    write(SOUND, "2026-12-01-x-y.de.md")

    found = find_siblings(dutch)

    assert found.files == (SiblingFile(lang="en", path=english), SiblingFile(lang="nl", path=dutch))
    assert {load_issue(file.path, config).slug for file in found.files} == {"x"}
    assert found.has_languages


def test_a_file_without_a_language_is_an_issue_of_its_own(write: Callable[..., Path]):
    path = write(SOUND, "x.md")
    write(SOUND, "x.en.md")

    assert find_siblings(path).files == (SiblingFile(lang="", path=path),)


def test_a_file_that_is_not_written_yet_belongs_to_its_issue(write: Callable[..., Path]):
    dutch = write(SOUND, "x.nl.md")

    assert find_siblings(dutch.with_name("x.en.md")).langs == ("en", "nl")


def test_issues_are_grouped_in_the_order_of_their_files(write: Callable[..., Path]):
    paths = [write(SOUND, name) for name in ("a.md", "b.en.md", "b.md", "b.nl.md")]

    assert [(one.key, one.langs) for one in group_siblings(paths)] == [
        ("a", ("",)),
        ("b", ("en", "nl")),
        ("b", ("",)),
    ]


def test_the_language_of_a_letter_is_that_of_its_file_name(config: Config, write: Callable[..., Path]):
    issue = load_issue(write(SOUND, "2026-12-01-x.en.md"), config)

    assert (issue.lang, issue.slug) == ("en", "x")
    assert slug_from_name("2026-12-01-x.en.md") == "x"


def test_a_letter_may_say_its_language_more_exactly_than_its_file_name(
    config: Config, write: Callable[..., Path]
):
    issue = load_issue(write('---\nsubject: "a"\nlang: nl-BE\n---\nb', "x.nl.md"), config)

    assert issue.lang == "nl-BE"


def test_a_letter_in_another_language_than_its_file_name_is_an_error(
    config: Config, write: Callable[..., Path]
):
    with pytest.raises(ContentError, match=r'x\.nl\.md:3.*file name says "nl".*letter says "en"'):
        load_issue(write('---\nsubject: "a"\nlang: en\n---\nb', "x.nl.md"), config)


@pytest.mark.parametrize(
    ("known", "own", "order"),
    [
        (("en", "nl"), "nl", ("nl", "en")),
        (("en", "nl"), "nl-BE", ("nl", "en")),
        (("fr", "en"), "nl", ("en", "fr")),
    ],
)
def test_the_language_of_the_newsletter_comes_first(known: tuple[str, ...], own: str, order: tuple[str, ...]):
    assert language_order(known, own) == order


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        ("en", "en"),
        ("EN", "en"),
        ("en-GB", "en"),
        ("nl-BE", "nl-BE"),
        ("nl-SR", "nl"),
        ("nds", "nl"),
        ("", "nl"),
        (None, "nl"),
        (" en ", "nl"),
        ("nl-BE_", "nl"),
    ],
)
def test_a_reader_gets_their_language_or_what_it_is_a_form_of_or_the_first(wanted: str | None, got: str):
    assert choose_language(("nl", "en", "nl-BE"), wanted) == got


@given(st.lists(TAGS, min_size=1, max_size=5, unique_by=str.casefold), st.text(max_size=12) | TAGS, TAGS)
def test_every_reader_gets_one_language_of_the_issue(known: list[str], wanted: str, own: str):
    order = language_order(known, own)

    assert sorted(order) == sorted(known)
    assert choose_language(order, wanted) in known


@given(TAGS)
def test_a_tag_is_read_back_as_it_is_written(tag: str):
    key, lang = split_name(f"x.{tag}.md")

    assert (key, lang.casefold()) in (("x", tag.casefold()), (f"x.{tag}", ""))
