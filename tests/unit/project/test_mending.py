"""Mending an issue's file, and finding the issues that changed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from newsletter.domain.finding import CheckReport, CheckResult, CheckStatus, Edit, Finding, Mend, Severity
from newsletter.errors import UsageError
from newsletter.project.issues.changed import changed_since
from newsletter.project.issues.mending import mend_file, show_mends


def _report_on(path: Path, *, is_safe: bool = True) -> CheckReport:
    """Find each "xx" in the file and offer to make it "x"."""
    data = path.read_bytes()
    start = data.find(b"xx")
    found = ()
    if start >= 0:
        mend = Mend(edits=(Edit(start=start, end=start + 2, text="x"),), is_safe=is_safe)
        found = (Finding(code="AA001", slug="twice", severity=Severity.WARNING, what="twice", mend=mend),)
    return CheckReport(
        path=path.name,
        results=(CheckResult(code="AA001", slug="twice", status=CheckStatus.OK, findings=found),),
    )


def test_a_file_is_mended_until_nothing_is_left_and_a_second_time_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "brief.md"
    path.write_bytes(b"axxxb\r\nxx")

    first = mend_file(path, lambda: _report_on(path), unsafe=False)
    second = mend_file(path, lambda: _report_on(path), unsafe=False)

    assert (first.count, second.count, path.read_bytes()) == (3, 0, b"axb\r\nx")
    assert not first.report.findings


def test_what_changes_the_words_is_left_unless_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "brief.md"
    path.write_bytes(b"xx")

    assert mend_file(path, lambda: _report_on(path, is_safe=False), unsafe=False).count == 0
    assert mend_file(path, lambda: _report_on(path, is_safe=False), unsafe=True).count == 1


def test_a_file_somebody_else_changes_meanwhile_is_left_as_they_made_it(tmp_path: Path) -> None:
    path = tmp_path / "brief.md"
    path.write_bytes(b"xx")

    def check() -> CheckReport:
        report = _report_on(path)
        path.write_bytes(b"of theirs")
        return report

    with pytest.raises(UsageError, match="changed by another program"):
        mend_file(path, check, unsafe=False)
    assert path.read_bytes() == b"of theirs"
    assert [path] == list(tmp_path.iterdir())


def test_a_diff_shows_the_change_and_makes_none(tmp_path: Path) -> None:
    path = tmp_path / "brief.md"
    path.write_bytes(b"dag\nxx\n")

    shown = show_mends(path, _report_on(path), unsafe=False, root=tmp_path)

    assert shown.splitlines()[-2:] == ["-xx", "+x"]
    assert path.read_bytes() == b"dag\nxx\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "issues").mkdir()
    for name in ("a", "b"):
        (tmp_path / f"issues/{name}.md").write_text("dag\n")
    identity = ("-c", "user.name=T", "-c", "user.email=t@t.example", "-c", "commit.gpgsign=false")
    for arguments in (("init", "-q"), ("add", "."), (*identity, "commit", "-qm", "first")):
        subprocess.run(["git", "-C", str(tmp_path), *arguments], check=True)
    return tmp_path


def _changed(root: Path, ref: str = "HEAD") -> list[str]:
    return [path.stem for path in changed_since(ref, sorted((root / "issues").glob("*.md")), root)]


def test_only_issues_that_changed_or_are_new_are_named(repository: Path) -> None:
    (repository / "issues/b.md").write_text("anders\n")
    (repository / "issues/c.md").write_text("nieuw\n")

    assert _changed(repository) == ["b", "c"]


@pytest.mark.parametrize(
    "name", ["newsletter.toml", "quotes.toml", "words.txt", "templates/letter.mjml.j2", "issues/img/x.png"]
)
def test_a_change_of_what_issues_share_names_all(repository: Path, name: str) -> None:
    (repository / name).parent.mkdir(exist_ok=True)
    (repository / name).write_text("anders\n")

    assert _changed(repository) == ["a", "b"]


@pytest.mark.parametrize("ref", ["nowhere", "--output=x", "a\0b"])
def test_a_commit_that_does_not_exist_is_a_usage_error(repository: Path, ref: str) -> None:
    with pytest.raises(UsageError, match="git"):
        _changed(repository, ref)
    assert not (repository / "x").exists()


def test_a_newsletter_that_git_does_not_keep_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="keeps no versions of this newsletter"):
        _changed(tmp_path)
