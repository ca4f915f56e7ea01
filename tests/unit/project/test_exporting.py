"""The whole list in plain files: importing them elsewhere gives the same list."""

from __future__ import annotations

import stat
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newsletter.cli import cli
from newsletter.config.schema import Config, FieldConfig
from newsletter.domain.subscriber import (
    FieldType,
    Subscriber,
    SubscriberStatus,
    Suppression,
    SuppressionReason,
)
from newsletter.errors import UsageError
from newsletter.project import Project
from newsletter.project.readers.exporting import export_everything
from newsletter.store.readers.list_export import read_all_suppressions

NOW = datetime(2026, 11, 24, 9, 30, 1, 250_000, tzinfo=UTC)
FIELDS = {
    "first_name": FieldConfig(name="first_name"),
    "score": FieldConfig(name="score", type=FieldType.NUMBER),
    "vip": FieldConfig(name="vip", type=FieldType.BOOLEAN),
}


def project_in(root: Path) -> Project:
    root.mkdir()
    return Project(Config(root=root, fields=FIELDS))


def filled(root: Path) -> Project:
    project = project_in(root)
    subscribers = project.store.subscribers
    for number, status in enumerate(SubscriberStatus):
        if status is SubscriberStatus.ERASED:
            continue
        email = f"Zoë+{number}@brief.example" if number % 2 else f"Lezer.{number}@brief.example"
        subscribers.add(
            Subscriber(
                id=0,
                email=email,
                key=email.casefold(),
                status=SubscriberStatus.ACTIVE,
                lang="nl" if number else None,
                fields={"first_name": 'Jan "J"; Piet\nx', "score": 1.5, "vip": True} if number else {},
                tags=frozenset({"pers", 'hoofd "communicatie", raad', "a|b"}) if number else frozenset(),
                joined=NOW,
                confirmed=NOW if number else None,
                source="beurs, 2024",
            )
        )
        if status is not SubscriberStatus.ACTIVE:
            subscribers.set_status(email, status, NOW)
    subscribers.suppress("nooit@brief.example", SuppressionReason.MANUAL, NOW)
    subscribers.suppress("Lezer.0@brief.example", SuppressionReason.MANUAL, NOW)
    return project


def contents(project: Project) -> tuple[list[Subscriber], list[Suppression]]:
    readers = [replace(one, id=0) for one in project.store.subscribers.all()]
    return sorted(readers, key=lambda one: one.key), list(read_all_suppressions(project.store.database))


@pytest.mark.parametrize("name", ["list", "list.zip"])
def test_an_export_imported_elsewhere_gives_the_same_list(tmp_path: Path, name: str) -> None:
    with filled(tmp_path / "here") as here, project_in(tmp_path / "there") as there:
        counts = export_everything(here, tmp_path / name)

        there.imports.apply(there.imports.plan(tmp_path / name))
        again = there.imports.plan(tmp_path / name)

        assert contents(there) == contents(here)
        assert (counts["subscribers.csv"], counts["suppressions.csv"]) == (6, 5)
        assert (again.added, again.updated, again.numbers.suppressed, again.numbers.refused) == (0, 0, 0, 0)


def test_an_export_is_for_its_owner_only(tmp_path: Path) -> None:
    with filled(tmp_path / "here") as here:
        export_everything(here, tmp_path / "list")
        export_everything(here, tmp_path / "list.zip")

    paths = [tmp_path / "list", tmp_path / "list.zip", *(tmp_path / "list").iterdir()]
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in paths} == {0}
    with zipfile.ZipFile(tmp_path / "list.zip") as package:
        assert package.namelist() == ["imports.csv", "subscribers.csv", "suppressions.csv", "tags.csv"]


def test_what_is_there_already_is_not_replaced(tmp_path: Path) -> None:
    with filled(tmp_path / "here") as here, pytest.raises(UsageError, match="exists already"):
        export_everything(here, tmp_path / "here")


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with filled(tmp_path / "here") as here, pytest.raises(UsageError, match="cannot be written"):
        export_everything(here, tmp_path / "nowhere" / "list.zip")


def test_addresses_never_to_be_mailed_are_kept_out_and_no_undo_frees_them(tmp_path: Path) -> None:
    (tmp_path / "never.csv").write_text(
        "email,suppressed_because,suppressed_since\n"
        "Anna@brief.example,complained,2024-01-01\n"
        "anna@brief.example,manual,2024-01-01\n"
        "bob,manual,2024-01-01\n"
        "cor@brief.example,erased,2024-01-01\n"
        "dirk@brief.example,manual,gisteren\n"
    )
    (tmp_path / "list.csv").write_text("email\nanna@brief.example\n")
    with project_in(tmp_path / "here") as here:
        here.imports.apply(here.imports.plan(tmp_path / "list.csv"))
        plan = here.imports.plan(tmp_path / "never.csv")
        here.imports.apply(plan)
        here.imports.undo()
        here.imports.undo()

        assert [one.line for one in plan.refused()] == [4, 5, 6]
        assert (plan.total, plan.numbers.suppressions, plan.numbers.suppressed) == (5, 2, 1)
        assert here.store.subscribers.suppressed(["anna@brief.example"]) == {
            "anna@brief.example": SuppressionReason.COMPLAINED
        }
        assert [one.email for one in here.store.subscribers.all()] == ["anna@brief.example"]


def test_the_list_replaces_no_file_unless_it_is_told_to_and_never_anything_else(tmp_path: Path) -> None:
    root = tmp_path / "brief"
    filled(root).close()
    (root / "newsletter.toml").write_text('[newsletter]\nname = "Brief"\n')
    target = tmp_path / "list.csv"
    target.write_text("something else\n")

    def export(*arguments: str) -> Result:
        return CliRunner().invoke(
            cli, ["-C", str(root), "subscribers", "export", "-o", *arguments], standalone_mode=False
        )

    slips = [export(str(target)), export("/dev/null", "--force"), export(str(tmp_path), "--force")]
    kept = target.read_text()
    done = export(str(target), "--force")

    assert [type(one.exception).__name__ for one in slips] == ["UsageError"] * 3
    assert "--force" in str(slips[0].exception)
    assert (kept, done.exception) == ("something else\n", None)
    assert target.read_text().startswith("email,")
    assert target.stat().st_mode & 0o777 == 0o600
