"""Pictures are processed once, whoever asks and how often; a fault is remembered too."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sample_pictures import order, photo, saved

from newsletter.render.pictures.faults import PictureFault
from newsletter.render.pictures.process import process
from newsletter.render.pictures.shelf import Shelf


def test_the_same_bytes_and_order_give_the_same_result_object() -> None:
    shelf = Shelf()
    data = saved(photo(60, 40), "PNG")

    first = shelf.process(data, order())

    assert shelf.process(bytes(bytearray(data)), order()) is first
    assert shelf.process(data, order(is_double=True)) is not first
    assert first == process(data, order())


def test_a_warm_picture_costs_a_fraction_of_a_cold_one() -> None:
    shelf = Shelf()
    data = saved(photo(1600, 1000), "JPEG", quality=90)

    began = time.process_time()
    shelf.process(data, order())
    cold_s = time.process_time() - began
    began = time.process_time()
    for _ in range(10):
        shelf.process(data, order())
    warm_s = (time.process_time() - began) / 10

    assert warm_s < cold_s / 20


def test_a_fault_is_remembered_with_its_words() -> None:
    shelf = Shelf()

    for _ in range(2):
        with pytest.raises(PictureFault, match="is an SVG") as caught:
            shelf.process(b"<svg/>", order())
        assert "rsvg-convert" in caught.value.fix


def test_the_longest_unused_goes_first_and_room_is_bounded() -> None:
    pictures = [saved(photo(60, 40 + number), "PNG") for number in range(4)]
    weight = max(len(process(data, order()).data) for data in pictures) + 1000
    shelf = Shelf(most_bytes=2 * weight)

    kept = shelf.process(pictures[0], order())
    shelf.process(pictures[1], order())
    assert shelf.process(pictures[0], order()) is kept
    shelf.process(pictures[2], order())
    assert shelf.process(pictures[0], order()) is kept
    shelf.process(pictures[3], order())
    shelf.process(pictures[2], order())

    assert shelf.process(pictures[0], order()) is not kept


def test_many_threads_get_what_one_gets() -> None:
    shelf = Shelf(most_bytes=30_000)
    pictures = [saved(photo(60, 40 + number), "PNG") for number in range(6)]
    alone = [process(data, order()) for data in pictures]

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda number: shelf.process(pictures[number % 6], order()), range(60)))

    assert found == [alone[number % 6] for number in range(60)]
