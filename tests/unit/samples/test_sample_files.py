"""The sample pictures and lists are what their descriptions say."""

from __future__ import annotations

import csv
import runpy
from pathlib import Path

import pytest
from PIL import Image

from newsletter.domain.address import AddressError, address_key

ROOT = Path(__file__).parents[3]
PICTURES = sorted((ROOT / "issues" / "img").iterdir())


def _rows(name: str) -> list[list[str]]:
    with (ROOT / "examples" / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=";"))[1:]


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_a_picture_is_twice_the_width_of_the_letter_small_and_without_metadata(path: Path) -> None:
    with Image.open(path) as picture:
        width, info, exif = picture.width, dict(picture.info), dict(picture.getexif())

    assert (width, info, exif) == (1120, {}, {})
    assert path.stat().st_size < 100_000


def test_the_example_list_has_forty_readers_one_of_them_twice() -> None:
    keys = [address_key(row[0]) for row in _rows("subscribers.csv")]

    assert (len(keys), len(set(keys))) == (41, 40)


@pytest.mark.parametrize(("tag", "readers"), [("gemeente", 20), ("provincie", 4), ("waterschap", 5)])
def test_the_segments_are_as_large_as_described(tag: str, readers: int) -> None:
    rows = _rows("subscribers.csv")

    found = {
        address_key(row[0]) for row in rows if row[6] == "active" and tag in row[4].replace("|", " ").split()
    }

    assert len(found) == readers


def test_every_example_address_is_at_a_domain_that_cannot_receive_mail() -> None:
    domains = {row[0].strip().lower().rpartition(".")[2] for row in _rows("subscribers.csv")}

    assert domains == {"example"}


@pytest.mark.parametrize("line", [3, 4, 5, 6, 12, 13])
def test_the_faulty_addresses_of_the_broken_list_are_refused(line: int) -> None:
    row = _rows("subscribers-broken.csv")[line - 2]

    with pytest.raises(AddressError):
        address_key(row[0])


def test_the_chart_in_the_english_letter_says_what_the_dutch_letter_is_like() -> None:
    sentences = runpy.run_path(str(ROOT / "examples" / "draw_pictures.py"))["sentences"]
    letter = (ROOT / "issues" / "2026-11-24-appgroep.md").read_text(encoding="utf-8")

    lengths = [len(sentence.split()) for sentence in sentences(letter)]

    assert max(lengths) == 20
    assert lengths.count(20) == 1
    assert 0.4 < lengths.index(20) / len(lengths) < 0.6
    assert sum(words < 15 for words in lengths) > len(lengths) / 2
