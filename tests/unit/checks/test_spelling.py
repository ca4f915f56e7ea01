"""Dictionaries are found, or told to be missing; the project's own words are read and written."""

from __future__ import annotations

import os
import weakref
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.checks.context import CheckContext
from newsletter.checks.runner import run_checks
from newsletter.checks.spelling.dictionary import dictionary_lack, forget_dictionaries, open_dictionary
from newsletter.checks.spelling.unknown import unknown_words
from newsletter.checks.spelling.word_list import read_word_list
from newsletter.config.schema import ChecksConfig, Config
from newsletter.domain.finding import CheckStatus
from newsletter.errors import ConfigError, UsageError
from newsletter.project.issues.words import Words


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(root=tmp_path, checks=ChecksConfig(dictionaries="woorden"))


def _dictionary(config: Config, name: str, *words: str) -> None:
    folder = config.root / "woorden"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.aff").write_text("SET UTF-8\n")
    (folder / f"{name}.dic").write_text("\n".join([str(len(words)), *words, ""]))


def _context(config: Config, body: str, *, lang: str = "tlh") -> CheckContext:
    path = config.root / "issues" / "2026-11-24-brief.md"
    data = f"---\nsubject: brief\nlang: {lang}\n---\n{body}".encode()
    return CheckContext(path=path, config=config, now=datetime(2026, 11, 24, tzinfo=UTC), data=data)


def _spelling(context: CheckContext):
    report = run_checks(context, select=["TX007"])
    return next(result for result in report.results if result.code == "TX007")


def test_without_a_dictionary_spelling_is_skipped_with_the_command_to_install_one(config: Config) -> None:
    result = _spelling(_context(config, "Dag"))

    assert CheckStatus.SKIPPED is result.status
    assert "no dictionary for tlh is installed: sudo apt install hunspell-tlh" == result.reason


def test_a_dictionary_of_the_project_goes_first(config: Config) -> None:
    _dictionary(config, "nl_NL", "frobnicatie")

    found = open_dictionary(config, "nl")

    assert found is not None
    assert (True, False) == (found.spell("frobnicatie"), found.spell("gemeente"))


def test_a_dictionary_that_changes_is_read_again(config: Config) -> None:
    _dictionary(config, "nl_NL", "een")
    open_dictionary(config, "nl")
    _dictionary(config, "nl_NL", "een", "twee")
    os.utime(config.root / "woorden/nl_NL.dic", ns=(1, 1))

    found = open_dictionary(config, "nl")

    assert found is not None
    assert found.spell("twee")


def test_a_dictionary_that_was_forgotten_is_gone_and_read_again_when_asked_for(config: Config) -> None:
    _dictionary(config, "nl_NL", "een")
    found = open_dictionary(config, "nl")
    assert found is not None
    found.suggest("ene")
    gone = weakref.ref(found)
    del found

    forget_dictionaries()

    assert gone() is None
    again = open_dictionary(config, "nl")
    assert again is not None
    assert again.spell("een")


def test_a_check_that_suggested_words_keeps_no_dictionary_alive(config: Config) -> None:
    _dictionary(config, "tlh", "gemeente")
    result = _spelling(_context(config, "de gemeemte"))
    found = open_dictionary(config, "tlh")
    assert found is not None
    gone, listed = weakref.ref(found), weakref.ref(found._listed)
    del found

    forget_dictionaries()

    assert "gemeente" in str(result)
    assert (None, None) == (gone(), listed())


@pytest.mark.parametrize(
    ("lang", "name", "is_found"),
    [
        ("qaa", "qaa_BE", True),
        ("qaa", "qaa", True),
        ("qaa-BE", "qaa_BE", True),
        ("qaa-Latn-BE", "qaa_BE", True),
        ("qaa-US", "qaa_BE", False),
    ],
)
def test_a_region_is_taken_at_its_word(config: Config, lang: str, name: str, is_found: bool) -> None:
    _dictionary(config, name, "dag")

    assert is_found is (dictionary_lack(config, lang) is None)


def test_a_dictionary_without_its_words_is_none(config: Config) -> None:
    _dictionary(config, "tlh", "dag")
    (config.root / "woorden/tlh.dic").unlink()

    assert dictionary_lack(config, "tlh") is not None


def test_the_dictionaries_of_debian_know_dutch_and_english(tmp_path: Path) -> None:
    config = Config(root=tmp_path)
    lack = dictionary_lack(config, "nl") or dictionary_lack(config, "en")
    if lack and os.environ.get("NEWSLETTER_REQUIRE_TOOLS") != "1":
        pytest.skip(lack)
    dutch, english = open_dictionary(config, "nl"), open_dictionary(config, "en-GB")

    assert dutch is not None
    assert english is not None
    assert (True, False) == (dutch.spell("waterschapsverkiezingen"), dutch.spell("welleswaar"))
    assert (True, False) == (english.spell("colour"), english.spell("recieve"))


def test_at_most_ten_words_are_told(config: Config) -> None:
    _dictionary(config, "tlh", "brief")
    words = " ".join(f"{one}{two}x" for one in "abcd" for two in "efgh")

    result = _spelling(_context(config, words))

    assert 10 == len(result.findings)
    assert "there are more" in result.findings[-1].what


class _Nothing:
    """A dictionary without words."""

    def spell(self, word: str) -> bool:
        return not word

    def suggest(self, word: str) -> tuple[str, ...]:
        return ()


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200))
def test_each_word_of_any_text_is_told_once(text: str) -> None:
    context = _context(Config(root=Path("/nowhere")), text)

    found = [unknown.word for unknown in unknown_words(context, _Nothing())]

    assert len(found) == len(set(found))
    assert all(len(word) > 1 for word in found)


@pytest.mark.parametrize(
    ("listed", "word", "is_known"),
    [
        ("appgroep", "Appgroep", True),
        ("IJburg", "IJburg", True),
        ("IJburg", "ijburg", False),
        ("zo’n", "zo'n", True),
        ("# appgroep", "appgroep", False),
        ("appgroep  # wat we zo noemen", "appgroep", True),
    ],
)
def test_a_listed_word_is_right_as_it_stands_and_with_capitals(
    tmp_path: Path, listed: str, word: str, is_known: bool
) -> None:
    (tmp_path / "words.txt").write_text(f"{listed}\n", "utf-8")

    assert is_known is read_word_list(tmp_path).knows(word)


def test_words_are_added_once_and_the_rest_of_the_file_stays(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("# van ons\nappgroep", "utf-8")

    new = Words(tmp_path).add(["appgroep", "digipanel", "digipanel"])

    assert ["digipanel"] == new
    assert "# van ons\nappgroep\ndigipanel\n" == (tmp_path / "words.txt").read_text("utf-8")
    assert ["appgroep", "digipanel"] == Words(tmp_path).all()


def test_what_is_not_a_word_is_told_all_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        Words(tmp_path).add(["twee woorden", "goed", "#x"])

    assert 2 == len(caught.value.problems)
    assert not (tmp_path / "words.txt").exists()


@pytest.mark.parametrize(
    ("data", "line"), [(b"goed\n\xff\n", 2), (b"goed\ntwee woorden\n", 2)], ids=["bytes", "two"]
)
def test_a_list_that_cannot_be_read_is_told_with_its_line(tmp_path: Path, data: bytes, line: int) -> None:
    (tmp_path / "words.txt").write_bytes(data)

    with pytest.raises(ConfigError) as caught:
        Words(tmp_path).add(["nieuw"])

    place = caught.value.problems[0].place
    assert place is not None
    assert ("words.txt", line) == (place.path, place.line)
    assert data == (tmp_path / "words.txt").read_bytes()
