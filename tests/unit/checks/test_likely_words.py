"""For a word that is in no dictionary, the words that may have been meant."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.checks.spelling.american import british
from newsletter.checks.spelling.dictionary import dictionary_lack, open_dictionary
from newsletter.checks.spelling.distance import BEYOND, distance
from newsletter.checks.spelling.habits import read_habits
from newsletter.checks.spelling.likely import likely_words, looks_like_slip
from newsletter.checks.spelling.listed import ListedWords
from newsletter.config.schema import ChecksConfig, Config

_SLIPS = Path(__file__).parents[2] / "tools"
_LETTERS = "abcdeghinorstuéïñß'-’İ"
_AFF = "SET UTF-8\nTRY enrt\nMAP 2\nMAP eéèê\nMAP iï\nREP 2\nREP ^akt act\nREP os$ o's\nNOSUGGEST !\n"
_WORDS = [
    *["actie", "vrijdag", "commissie", "idee", "geïnteresseerd", "gemeente", "foto's", "van", "alles"],
    *["cliché", "misschien", "Ameland", "lelijkerd/!", "lelijker"],
]


def _suggest(root: Path, word: str, aff: str = _AFF, words: list[str] = _WORDS) -> tuple[str, ...]:
    folder = root / "woorden"
    folder.mkdir(exist_ok=True)
    (folder / "qaa.aff").write_text(aff, "utf-8")
    (folder / "qaa.dic").write_text("\n".join([str(len(words)), *words, ""]), "utf-8")
    found = open_dictionary(Config(root=root, checks=ChecksConfig(dictionaries="woorden")), "qaa")
    assert found is not None
    return found.suggest(word)


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("aktie", "actie"),
        ("vrijdga", "vrijdag"),
        ("rvijdag", "vrijdag"),
        ("commisie", "commissie"),
        ("komissie", "commissie"),
        ("geinteresseerd", "geïnteresseerd"),
        ("geintereseerd", "geïnteresseerd"),
        ("gemeentte", "gemeente"),
        ("gmeente", "gemeente"),
        ("fotos", "foto's"),
        ("vanalles", "van alles"),
        ("cliche", "cliché"),
        ("Misschein", "Misschien"),
        ("amelant", "Ameland"),
    ],
)
def test_each_kind_of_slip_is_told_with_the_word_that_was_meant(
    tmp_path: Path, slip: str, meant: str
) -> None:
    assert meant == next(iter(_suggest(tmp_path, slip)), None)


def test_a_word_that_the_dictionary_will_not_offer_is_not_offered(tmp_path: Path) -> None:
    assert ("lelijker",) == _suggest(tmp_path, "lelijkert")


def test_nothing_like_it_is_nothing(tmp_path: Path) -> None:
    assert () == _suggest(tmp_path, "qwertyuiop")


@pytest.mark.parametrize(
    "aff", ["", "SET nonsense\nREP\nREP ^$ a\nMAP\nTRY\nFLAG num\nNOSUGGEST 1\n", "SET UTF-8\nREP 99999999\n"]
)
def test_a_dictionary_that_says_little_or_says_it_wrong_still_gives_words(tmp_path: Path, aff: str) -> None:
    assert "actie" in _suggest(tmp_path, "actiee", aff, ["actie", "", "/", "//x", "#"])


@given(
    st.text(_LETTERS, min_size=1, max_size=70),
    st.lists(st.text(_LETTERS + "/\t#", max_size=12), max_size=20),
    st.text(_LETTERS + "REPMATY ^$_\n", max_size=80),
)
def test_any_word_gets_right_words_only_after_a_number_of_look_ups_that_does_not_grow(
    slip: str, words: list[str], affixes: str
) -> None:
    asked: list[str] = []

    def spell(word: str) -> bool:
        asked.append(word)
        return word.partition(" ")[0] in words

    found = likely_words(slip, spell, read_habits(affixes), ListedWords("\n".join(words)))

    assert len(found) <= 4
    assert all(
        part in asked or part[0].lower() + part[1:] in asked for part in " ".join(found).split(" ") if part
    )
    assert len(asked) <= 3 * 2 * 170


@given(st.text(_LETTERS, max_size=9), st.text(_LETTERS, max_size=9))
def test_a_word_is_as_far_as_its_slips_and_nothing_is_near_itself_but_itself(one: str, other: str) -> None:
    assert 0 == distance(one, one, 20)
    assert (one == other) is (distance(one, other, 500) == 0)
    assert distance(one, other, 20) in (distance(one, other, 500), BEYOND)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_of_slips_that_people_make_the_right_word_is_among_the_first_two(tmp_path: Path, lang: str) -> None:
    config = Config(root=tmp_path)
    lack = dictionary_lack(config, lang)
    if lack and os.environ.get("NEWSLETTER_REQUIRE_TOOLS") != "1":
        pytest.skip(lack)
    dictionary = open_dictionary(config, lang)
    assert dictionary is not None
    lines = (_SLIPS / f"misspellings_{lang}.txt").read_text("utf-8").splitlines()
    pairs = [line.split(" ", 1) for line in islice(lines, 1, None, 7)]

    right = [meant in dictionary.suggest(slip)[:2] for slip, meant in pairs if not dictionary.spell(slip)]

    assert len(right) > 30
    assert sum(right) >= 0.9 * len(right)


@pytest.mark.parametrize(
    ("american", "spelling"),
    [
        ("neighborhood", "neighbourhood"),
        ("traveling", "travelling"),
        ("centers", "centres"),
        ("analyzed", "analysed"),
        ("defense", "defence"),
        ("fulfill", "fulfil"),
        ("skillful", "skilful"),
        ("catalogs", "catalogues"),
    ],
)
def test_an_american_spelling_is_known_by_the_british_one(american: str, spelling: str) -> None:
    assert spelling in british(american)


@pytest.mark.parametrize("slip", ["controling", "compeled", "absense", "quater", "untill", "usefull"])
def test_a_slip_is_not_taken_for_american(slip: str) -> None:
    assert not {"controlling", "compelled", "absence", "quatre", "until", "useful"} & set(british(slip))


@pytest.mark.parametrize(
    ("word", "likely", "is_slip"),
    [
        ("suport", ["support"], True),
        ("french", ["French"], True),
        ("infact", ["in fact"], True),
        ("testnet", ["test net"], False),
        ("hreflang", [], False),
        ("pnpm", ["ppm"], False),
        ("npm", ["nm"], False),
        ("wich", ["witch"], False),
        ("ethod", ["method"], False),
    ],
)
def test_a_word_that_is_far_from_all_others_is_new_and_no_slip(
    word: str, likely: list[str], is_slip: bool
) -> None:
    assert is_slip is looks_like_slip(word, likely, {"in", "the"})
