"""The page of published figures: ratios first, the machine told, every benchmark with what its floor is."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

from benchmarks.figures import Figure  # noqa: E402  # not in the package
from benchmarks.machine import Machine, describe_machine  # noqa: E402
from benchmarks.publishing import as_page, publish  # noqa: E402

MACHINE = Machine(
    day="2026-11-24", commit="abc1234", processor="A|B", cores=2, memory_gib=24, system="Debian 12",
    python="3.11.7", load=0.1,
)  # fmt: skip
SPLICE = Figure(
    benchmark="splice", measure="one mail, CPU", unit="µs", ours=16, floor=2_240, floor_name="EmailMessage"
)
HELP = Figure(benchmark="help", measure="bytes", unit="kB", ours=12)


def test_a_figure_is_a_row_that_begins_with_what_is_measured_and_its_ratio() -> None:
    page = as_page([SPLICE], MACHINE)

    assert "| measure | ratio | ours | floor | the floor is |\n| --- | --: | --: | --: | --- |\n" in page
    assert "| one mail, CPU | **1/140** | 16.0 µs | 2,240 µs | EmailMessage |" in page


def test_a_figure_without_a_floor_has_no_ratio() -> None:
    assert "| bytes |  | 12.0 kB |  |  |" in as_page([HELP], MACHINE)


def test_sections_stand_in_the_order_of_the_benchmarks_and_say_what_the_floor_is() -> None:
    page = as_page([SPLICE, HELP], MACHINE)

    assert page.index("## help\n") < page.index("## splice\n")
    assert "\nFloor: `python -c pass`, the interpreter alone." in page


def test_what_was_not_measured_is_named() -> None:
    assert "Not in this run: `build`, " in as_page([SPLICE, HELP], MACHINE)


def test_the_machine_and_the_commit_are_told() -> None:
    page = as_page([SPLICE], MACHINE)

    assert "on 2026-11-24, at commit `abc1234`, with Python 3.11.7 on Debian 12." in page
    assert "has 2 cores (A|B) and 24 GiB of memory." in page


def test_the_page_is_written_over_the_one_before(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text("old")

    publish([SPLICE], MACHINE, page)

    assert page.read_text("utf-8") == as_page([SPLICE], MACHINE)


def test_a_machine_is_described_without_its_name_or_a_path() -> None:
    told = " ".join(describe_machine().sentences())

    assert str(ROOT) not in told
    assert "GiB of memory" in told
