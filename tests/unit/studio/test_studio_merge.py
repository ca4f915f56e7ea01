"""Two people, one text: what does not clash is all there, and what clashes the program never decides."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import UsageError
from newsletter.studio.merge import merge_texts
from newsletter.studio.recovery import keep_text

LINES = st.lists(st.sampled_from(["een", "twee", "drie", ""]), max_size=8)
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
BASE = "aanhef\n\neen\n\ntwee\n\ngroet"


def test_changes_in_different_places_are_both_there() -> None:
    merged = merge_texts(BASE, BASE.replace("een", "EEN"), BASE.replace("groet", "gegroet\nPS"))

    assert merged.text == "aanhef\n\nEEN\n\ntwee\n\ngegroet\nPS"
    assert merged.clashes == 0


def test_the_same_line_changed_twice_is_a_clash_and_mine_stands() -> None:
    merged = merge_texts(BASE, BASE.replace("een", "EEN"), BASE.replace("een", "ÉÉN").replace("groet", "dag"))

    assert merged.text == BASE.replace("een", "EEN").replace("groet", "dag")
    assert merged.clashes == 1


def test_the_same_change_on_both_sides_is_taken_once() -> None:
    changed = BASE.replace("een", "EEN")

    assert merge_texts(BASE, changed, changed).text == changed
    assert merge_texts(BASE, changed, changed).clashes == 0


def test_changes_that_touch_are_a_clash() -> None:
    assert merge_texts("a\nb", "A\nb", "a\nB").clashes == 1


PARAGRAPH = "Bijna niemand heeft een rooster, en bijna iedereen heeft een appgroep."


def test_changes_to_different_words_of_one_line_are_both_there() -> None:
    mine, theirs = PARAGRAPH.replace("niemand", "geen mens"), PARAGRAPH.replace("een appgroep", "er drie")

    merged = merge_texts(f"a\n{PARAGRAPH}\nb", f"a\n{mine}\nb", f"a\n{theirs}\nB")

    assert merged.text == "a\nBijna geen mens heeft een rooster, en bijna iedereen heeft er drie.\nB"
    assert merged.clashes == 0


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (PARAGRAPH.replace("rooster,", "schema,"), PARAGRAPH.replace("rooster,", "lijst,")),
        (PARAGRAPH.replace("een rooster,", "zo'n schema,"), PARAGRAPH.replace("rooster,", "lijst,")),
        (PARAGRAPH.replace("heeft een rooster", "kent een rooster"), PARAGRAPH.replace("een rooster", "er")),
        (PARAGRAPH + " Echt.", PARAGRAPH + " Heus."),
        ("Heel iets anders, en bijna niets van wat er stond.", PARAGRAPH.replace("appgroep", "telefoon")),
    ],
    ids=["the same word", "overlapping words", "words side by side", "both added", "written anew"],
)
def test_changes_of_one_line_that_overlap_or_touch_are_a_clash(mine: str, theirs: str) -> None:
    merged = merge_texts(PARAGRAPH, mine, theirs)

    assert (merged.text, merged.clashes) == (mine, 1)


def test_words_next_to_a_break_of_lines_merge_as_within_a_line() -> None:
    base = "Beste lezer, vandaag\nschrijf ik over appgroepen en de wet."
    merged = merge_texts(base, base.replace("vandaag", "nu"), base.replace("de wet", "het recht"))

    assert merged.text == "Beste lezer, nu\nschrijf ik over appgroepen en het recht."
    assert merged.clashes == 0


def test_a_line_taken_out_here_and_changed_there_is_a_clash() -> None:
    assert merge_texts(BASE, BASE.replace("een\n", ""), BASE.replace("een", "EEN")).clashes == 1


@given(LINES, LINES)
def test_a_side_that_changed_nothing_never_clashes(base: list[str], other: list[str]) -> None:
    old, new = "\n".join(base), "\n".join(other)

    assert merge_texts(old, old, new).text == new
    assert merge_texts(old, new, old).text == new
    assert merge_texts(old, new, new).text == new
    assert merge_texts(old, old, new).clashes == merge_texts(old, new, old).clashes == 0


@given(st.lists(st.sampled_from(["een", "twee", "drie"]), min_size=7, max_size=12), st.data())
def test_one_word_changed_by_each_is_there_twice_unless_they_touch(
    words: list[str], data: st.DataObject
) -> None:
    places = st.integers(0, len(words) - 1)
    here, there = data.draw(places), data.draw(places)
    mine, theirs = list(words), list(words)
    mine[here], theirs[there] = "VAN-MIJ", "VAN-HEN"

    merged = merge_texts(" ".join(words), " ".join(mine), " ".join(theirs))

    assert merged.clashes == (abs(here - there) < 2)
    assert "VAN-MIJ" in merged.text
    assert ("VAN-HEN" in merged.text) is not merged.clashes


@given(LINES, LINES, LINES)
def test_both_sides_find_the_same_clashes(base: list[str], mine: list[str], theirs: list[str]) -> None:
    old, left, right = "\n".join(base), "\n".join(mine), "\n".join(theirs)

    one, other = merge_texts(old, left, right), merge_texts(old, right, left)

    assert one.clashes == other.clashes
    assert (one.text == other.text) or one.clashes


def test_texts_made_to_be_slow_are_merged_as_well() -> None:
    merged = merge_texts("a\n" * 20_000, "b\n" * 20_000, "c\n" * 20_000)

    assert merged.clashes == 1


def test_paragraphs_that_share_nothing_but_the_lines_between_are_merged_as_well() -> None:
    base, mine, theirs = ("\n\n".join(f"{side} {number}" for number in range(245)) for side in "bmt")

    assert merge_texts(base, mine, theirs).clashes == 245


def test_two_texts_kept_in_one_second_are_two_files(tmp_path: Path) -> None:
    first = keep_text(tmp_path, "2026-11-24-brief", "mine", "van mij", NOW)
    second = keep_text(tmp_path, "2026-11-24-brief", "mine", "ook van mij", NOW)

    assert first == ".newsletter/studio/2026-11-24-brief.mine.20261124-093000.md"
    assert (tmp_path / first).read_text() == "van mij"
    assert (tmp_path / second).read_text() == "ook van mij"


@pytest.mark.parametrize("name", ["../../weg", "/etc/passwd", ".verborgen", "a\nb", "x" * 300])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    kept = tmp_path / keep_text(tmp_path, name, "theirs", "tekst", NOW)

    assert kept.resolve().parent == tmp_path / ".newsletter" / "studio"


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / ".newsletter").write_text("in de weg")

    with pytest.raises(UsageError, match="cannot be kept"):
        keep_text(tmp_path, "brief", "mine", "tekst", NOW)
