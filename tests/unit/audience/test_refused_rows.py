"""The file of refused rows: complete, mendable, and never in the way of the list itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from newsletter.audience.import_plan import ImportPlan, plan_import
from newsletter.audience.importing import Addition
from newsletter.audience.refused import write_refused
from newsletter.audience.table import open_table
from newsletter.config.schema import Config, FieldConfig
from newsletter.errors import UsageError
from newsletter.testing.temporary_store import temporary_store

CONFIG = Config(root=Path("/project"), fields={"first_name": FieldConfig(name="first_name")})


Plan = Callable[[str], ImportPlan]


@pytest.fixture
def plan(tmp_path: Path) -> Iterator[Plan]:
    with temporary_store() as store:

        def plan_of(content: str) -> ImportPlan:
            path = tmp_path / "lijst.csv"
            path.write_text(content, encoding="utf-8")
            staging = store.imports.stage(source="lijst", replaces_tags=False)
            return plan_import([open_table(path)], CONFIG, staging)

        yield plan_of


def test_refused_rows_come_in_a_file_that_can_be_mended_and_imported(
    tmp_path: Path, plan: Callable[[str], ImportPlan]
) -> None:
    found = plan('email;first_name\ngoed@b.example;G\nfout;"F;G"\nkort\nlang@b.example;L;te;veel\n')

    written = write_refused(tmp_path / "geweigerd.csv", found)

    assert len(written) == 1
    text = written[0].read_text("utf-8-sig")
    assert text.splitlines()[0] == "refused_line;refused_reason;email;first_name"
    mended = text.replace("fout;", "beter@b.example;").replace(";te;veel", "")
    again = plan(mended)
    assert [change.email for change in again.changes() if isinstance(change, Addition)] == [
        "beter@b.example",
        "lang@b.example",
    ]
    assert (again.numbers.refused, again.warnings) == (1, ())


def test_refusing_again_keeps_one_line_and_one_reason(
    tmp_path: Path, plan: Callable[[str], ImportPlan]
) -> None:
    first = write_refused(tmp_path / "een.csv", plan("email;first_name\nfout;F\n"))
    assert len(first) == 1

    second = write_refused(tmp_path / "twee.csv", plan(first[0].read_text("utf-8-sig")))

    assert len(second) == 1
    assert second[0].read_text("utf-8-sig") == first[0].read_text("utf-8-sig")
    assert second[0].read_text("utf-8-sig").splitlines()[0] == "refused_line;refused_reason;email;first_name"


def test_without_refused_rows_there_is_no_file(tmp_path: Path, plan: Plan) -> None:
    assert write_refused(tmp_path / "geweigerd.csv", plan("email\na@b.example\n")) == []
    assert not (tmp_path / "geweigerd.csv").exists()


def test_refused_rows_never_replace_the_list_and_leave_nothing_half_written(
    tmp_path: Path, plan: Callable[[str], ImportPlan]
) -> None:
    found = plan("email\nfout\n")

    for path, said in (
        (tmp_path / "lijst.csv", "replace the list"),
        (tmp_path / "nergens" / "x.csv", "cannot be written"),
    ):
        with pytest.raises(UsageError, match=said):
            write_refused(path, found)
    assert [path.name for path in tmp_path.iterdir()] == ["lijst.csv"]


def test_rows_that_are_mended_already_are_not_lost_when_the_list_is_read_again(
    tmp_path: Path, plan: Plan
) -> None:
    target = tmp_path / "lijst.refused.csv"
    found = plan("email\nfout\n")
    assert write_refused(target, found) == write_refused(target, found) == [target]
    mended = target.read_text("utf-8").replace("fout", "goed@b.example")
    target.write_text(mended, encoding="utf-8")

    again = write_refused(target, found)

    assert target.read_text("utf-8") == mended
    assert [path.name for path in again] == ["lijst-2.refused.csv"]
    assert write_refused(target, found) == again


def test_refused_rows_never_replace_what_is_something_else(tmp_path: Path, plan: Plan) -> None:
    letter = tmp_path / "newsletter.toml"
    letter.write_text("[newsletter]\n")

    with pytest.raises(UsageError, match="would replace another file"):
        write_refused(letter, plan("email\nfout\n"))

    assert letter.read_text() == "[newsletter]\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lijst.csv", "newsletter.toml"]
