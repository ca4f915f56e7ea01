"""`newsletter check` as people and CI run it: mending, baselines, own rules, what changed, a summary."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from cli_world import Project

LETTER = """---
subject: "A letter about nothing"
preheader: "Two slips, one of them mended by itself."
segment: everyone
---

Dear reader,

We went to the the town hall, and read [the report](https://letter.example/a?fbclid=abc).

With kind regards,
Your Name
"""


@pytest.fixture
def slips(bare: Project) -> Project:
    """Return a newsletter whose one letter has two slips that can be mended."""
    bare.issue.write_text(LETTER, "utf-8")
    return bare


def test_fix_mends_what_it_can_and_a_second_time_nothing(slips: Project) -> None:
    first = slips.run("check", "--fix")
    mended = slips.issue.read_text("utf-8")
    second = slips.run("check", "--fix")

    assert (first.code, "mended 2 faults" in first.err) == (0, True), first.err
    assert mended == LETTER.replace("the the", "the").replace("?fbclid=abc", "")
    assert (second.code, second.err, slips.issue.read_text("utf-8")) == (0, "", mended)


def test_diff_shows_and_changes_nothing(slips: Project) -> None:
    done = slips.run("check", "--diff")

    assert "-We went to the the town hall" in done.out
    assert slips.issue.read_text("utf-8") == LETTER


def test_fix_leaves_an_issue_that_was_sent(project: Project) -> None:
    issue = project.issue
    assert project.run("send", project.slug, "--yes").code == 0
    issue.write_text(LETTER, "utf-8")

    done = project.run("check", str(issue), "--fix")

    assert "mended" not in done.err
    assert issue.read_text("utf-8") == LETTER


def test_a_baseline_leaves_only_what_is_new(slips: Project) -> None:
    assert slips.run("check", "--strict").code == 1
    assert slips.run("check", "--write-baseline", "known.json").code == 0

    assert slips.run("check", "--strict", "--baseline", "known.json").code == 0
    slips.issue.write_text(LETTER.replace("Dear", "Dear dear of of"), "utf-8")
    assert slips.run("check", "--strict", "--baseline", "known.json").code == 1


def test_a_rule_of_the_project_is_run_and_explained(slips: Project) -> None:
    (slips.root / "checks.py").write_text(
        "from newsletter.checks.registry import Fault, Need, Stage, rule\n"
        "from newsletter.domain.finding import Severity\n"
        "@rule(code='OWN001', slug='own-word', severity=Severity.ERROR, stage=Stage.SOURCE,"
        " needs=(Need.ISSUE,))\n"
        "def check(context):\n"
        "    '''The subject says nothing.'''\n"
        "    yield Fault(what='it says nothing', place=context.issue.place('subject'))\n"
    )
    slips.configure('[checks]\nrules = "checks.py"')

    found = slips.run("check", "--select", "OWN")
    explained = slips.run("check", "--explain", "own-word")

    assert (found.code, "OWN001 own-word: it says nothing" in found.out) == (1, True), found.out
    assert explained.out.startswith("# OWN001 own-word")


def test_a_rule_of_the_project_that_cannot_be_read_is_a_slip_with_its_line(slips: Project) -> None:
    (slips.root / "checks.py").write_text("import nothing_of_that_name\n")
    slips.configure('[checks]\nrules = "checks.py"')

    done = slips.run("check")

    assert (done.code, "checks.py:1" in done.err) == (2, True), done.err


def test_only_what_changed_is_checked(slips: Project) -> None:
    identity = ("-c", "user.name=T", "-c", "user.email=t@t.example", "-c", "commit.gpgsign=false")
    for arguments in (("init", "-q"), ("add", "."), (*identity, "commit", "-qm", "first")):
        subprocess.run(["git", "-C", str(slips.root), *arguments], check=True)

    unchanged = slips.run("check", "--changed-since", "HEAD")
    slips.issue.write_text(LETTER + "\n", "utf-8")
    changed = slips.run("check", "--changed-since", "HEAD")

    assert (unchanged.out, "no issue changed" in unchanged.err) == ("", True)
    assert "on 1 issue" in changed.out


def test_a_job_in_github_gets_annotations_and_a_summary(slips: Project, tmp_path: Path) -> None:
    slips.extra["GITHUB_STEP_SUMMARY"] = str(tmp_path / "summary.md")

    done = slips.run("check", "--format", "github")

    assert "::warning file=issues/" in done.out
    assert "TX006 word-doubled" in (tmp_path / "summary.md").read_text("utf-8")


def test_statistics_have_a_row_for_each_rule(slips: Project) -> None:
    rows = slips.run("check", "--statistics").out.splitlines()

    assert rows[0].split() == ["findings", "issues", "ms", "rule"]
    assert any(row.endswith("TX006 word-doubled") for row in rows)


def test_network_asks_for_links_and_never_in_a_private_network(bare: Project) -> None:
    bare.issue.write_text(LETTER.replace("https://letter.example/a?fbclid=abc", "http://10.0.0.7/a"), "utf-8")

    unasked = bare.run("check", "--select", "LK022", "--select", "LK023")
    asked = bare.run("check", "--select", "LK022", "--select", "LK023", "--network")

    assert "on request: 2 checks with --network" in unasked.out
    assert (asked.code, "LK023 link-unsure" in asked.out) == (0, True), asked.err
    assert "it leads into a private network" in asked.out


def test_what_was_asked_for_and_cannot_run_ends_with_2_in_every_form(bare: Project) -> None:
    bare.issue.write_text(LETTER.replace("the the", "the").replace("?fbclid=abc", ""), "utf-8")
    config = bare.root / "newsletter.toml"
    config.write_text(config.read_text("utf-8") + '\n[checks]\nspamd = "127.0.0.1:1"\n', "utf-8")
    reason = "the spam filter at 127.0.0.1:1 does not answer: connection refused"

    human = bare.run("check", "--spam")
    forms = {
        form: bare.run("check", "--spam", "--format", form) for form in ("json", "junit", "sarif", "github")
    }

    assert (human.code, f"could not run: 1 check: {reason}" in human.out) == (2, True), human.out
    assert "incomplete: 0 errors" in human.out
    assert {form: (done.code, reason in done.out) for form, done in forms.items()} == dict.fromkeys(
        forms, (2, True)
    )
