"""Approvals: somebody's yes to exactly this letter, kept in a file that travels with it."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from newsletter.cli import cli
from newsletter.domain.receipt import Approval
from newsletter.errors import ContentError, DeliveryRefused, UsageError
from newsletter.project import FixedClock, Project
from newsletter.project.issues.starting import start_newsletter
from newsletter.project.sending.approvals import Approvals

NAME = "issues/2026-11-24-first.md"
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("approvals") / "letters"
    start_newsletter(root, name="Letters", lang="en", today=date(2026, 11, 24))
    config = root / "newsletter.toml"
    config.write_text(config.read_text() + "\n[send]\napproval = true\n")
    with open_at(root) as project:
        project.imports.apply(project.imports.plan(root / "examples/subscribers.csv"), lambda _done: None)
        project.gate.check(root / NAME)
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    """Return a newsletter whose letter is checked, and has to be approved."""
    return shutil.copytree(made, tmp_path / "letters")


def open_at(root: Path) -> Project:
    return Project.open(root, environment={}, clock=FixedClock(NOW))


def test_nothing_leaves_without_an_approval(root: Path) -> None:
    with open_at(root) as project, pytest.raises(DeliveryRefused) as caught:
        project.gate.judge(root / NAME, "everyone").require()

    assert "this letter was not approved" == caught.value.problems[0].what
    assert f"newsletter approve {NAME}" == caught.value.problems[-1].fix


def test_an_approved_letter_leaves_and_the_ledger_knows_who_approved_it(root: Path) -> None:
    with open_at(root) as project:
        project.gate.approve(root / NAME, "Ada\n Lovelace")
        clearance = project.gate.judge(root / NAME, "everyone").require()
        campaign = project.sending.freeze(project.sending.prepare(root / NAME), clearance)
        kept = project.sending.clearance(campaign.id)

    assert kept is not None
    assert ("Ada Lovelace", NOW) == (kept.approved_by, kept.approved_at)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (NAME, "first letter", "second letter", f"{NAME} changed"),
        ("templates/letter.mjml.j2", "{#", "{# New. ", "the template letter.mjml.j2 changed"),
        ("newsletter.toml", "Your Name", "Her Name", "the configuration, in newsletter.toml, changed"),
    ],
)
def test_an_approval_is_of_one_letter_and_what_changed_is_named(
    root: Path, name: str, old: str, new: str, said: str
) -> None:
    with open_at(root) as project:
        project.gate.approve(root / NAME, "Ada")
    (root / name).write_text((root / name).read_text().replace(old, new, 1))

    with open_at(root) as project:
        project.gate.check(root / NAME)
        problems = project.gate.judge(root / NAME, "everyone").problems

    assert problems[0].what.startswith(f"{said} since Ada approved it on 2026-11-24 ")
    assert f"newsletter approve {NAME}" == problems[-1].fix


def test_undoing_the_change_makes_an_earlier_yes_hold_again(root: Path) -> None:
    text = (root / NAME).read_text()
    with open_at(root) as project:
        project.gate.approve(root / NAME, "Ada")
        (root / NAME).write_text(text.replace("first", "second"))
        project.gate.approve(root / NAME, "Grace")
    (root / NAME).write_text(text)

    with open_at(root) as project:
        assert "Ada" == project.gate.judge(root / NAME, "everyone").require().approved_by


def test_a_check_and_an_approval_that_lack_are_told_together(root: Path) -> None:
    shutil.rmtree(root / ".newsletter/receipts")

    with open_at(root) as project:
        problems = project.gate.judge(root / NAME, "everyone").problems

    assert ["this letter was not checked", "this letter was not approved"] == [
        problem.what.partition(" for ")[0] for problem in problems[:2]
    ]
    assert f"newsletter check {NAME}\nnewsletter approve {NAME}" == problems[-1].fix


def test_the_list_is_no_part_of_an_approval(root: Path) -> None:
    with open_at(root) as project:
        project.gate.approve(root / NAME, "Ada")
        project.audience.unsubscribe("ada@reader.example")

        assert project.gate.judge(root / NAME, "everyone").approval is not None


def test_a_letter_that_cannot_be_built_cannot_be_approved(root: Path) -> None:
    (root / NAME).write_text("---\nsubject: A: b\n---\n")

    with open_at(root) as project, pytest.raises(ContentError):
        project.gate.approve(root / NAME, "Ada")

    assert not (root / "approvals").exists()


def test_a_line_that_is_no_approval_is_named(root: Path) -> None:
    with open_at(root) as project:
        project.gate.approve(root / NAME, "Ada")
        file = root / "approvals/first.jsonl"
        file.write_text(f"<<<<<<< ours\n{file.read_text()}{file.read_text().replace('issue', 'other')}")

        with pytest.raises(UsageError) as caught:
            project.gate.judge(root / NAME, "everyone")

    assert ["approvals/first.jsonl:1", "approvals/first.jsonl:3"] == [
        str(problem.place) for problem in caught.value.problems
    ]


@given(st.binary(max_size=100))
def test_a_file_of_anything_is_approvals_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    root = tmp_path_factory.mktemp("any")
    (root / "approvals").mkdir()
    (root / "approvals/brief.jsonl").write_bytes(data)

    try:
        found = Approvals(root).of("brief")
    except UsageError:
        found = ()

    assert () == found


@given(st.lists(st.builds(
    Approval,
    by=st.text(min_size=1),
    at=st.timedeltas().map(lambda _ago: NOW),
    inputs=st.dictionaries(st.text(), st.text()),
), max_size=3))  # fmt: skip
def test_approvals_are_read_as_they_were_given(
    tmp_path_factory: pytest.TempPathFactory, given_: list[Approval]
) -> None:
    shelf = Approvals(tmp_path_factory.mktemp("given"))

    for one in given_:
        shelf.add("brief", one)

    assert tuple(given_) == shelf.of("brief")


def test_git_says_who_is_at_work_and_else_a_name_is_asked_for(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    with open_at(root) as project:
        with pytest.raises(UsageError, match="nobody is named who approves"):
            project.gate.approve(root / NAME)
        subprocess.run(["git", "init", "-q", str(root)], check=True)
        for key, value in (("user.name", "Ada"), ("user.email", "ada@letter.example")):
            subprocess.run(["git", "-C", str(root), "config", key, value], check=True)

        assert "Ada <ada@letter.example>" == project.gate.approve(root / NAME).by


def test_the_command_says_what_it_wrote(root: Path) -> None:
    arguments = ["-C", str(root), "approve", str(root / NAME), "--by", "Ada"]

    said = CliRunner().invoke(cli, arguments, standalone_mode=False)
    told = CliRunner().invoke(cli, [*arguments, "--json"], standalone_mode=False)

    assert said.stdout.startswith("approved by Ada: ")
    assert "approvals/first.jsonl; commit it" in said.stderr
    assert {"issue", "by", "at", "digest", "file"} == set(json.loads(told.stdout))
    assert 2 == len((root / "approvals/first.jsonl").read_text().splitlines())


def test_the_plan_shows_who_approved_and_whether_it_was_this_version(root: Path) -> None:
    arguments = ["-C", str(root), "send", str(root / NAME), "--dry-run"]
    before = CliRunner().invoke(cli, arguments, standalone_mode=False)
    with open_at(root) as project:
        project.gate.approve(root / NAME, "Ada")

    after = CliRunner().invoke(cli, arguments, standalone_mode=False)

    (root / NAME).write_text((root / NAME).read_text().replace("first letter", "second letter", 1))
    changed = CliRunner().invoke(cli, arguments, standalone_mode=False)

    assert "approved by nobody yet" in before.stderr
    assert " by Ada\n" in after.stderr
    assert " by Ada, of an earlier version\n" in changed.stderr
