"""`pytest issues/`: every draft is tested like code, every sent letter proves what was sent."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from newsletter.checks.registry import load_rules
from newsletter.cli import cli
from newsletter.project import Project
from newsletter.project.issues.starting import start_newsletter

pytest_plugins = ["pytester"]

NAME = "issues/2026-11-24-first.md"
SLIPS = """---
subject: "A letter about nothing"
preheader: "Two slips, one of them grave, and one that stands in a shared file."
segment: everyone
---

Dear reader,

We went to to the town hall, and read [the report](report.html).

With kind regards,
Your Name
"""
OWN_RULE = """
from newsletter.checks.registry import Need, Stage, rule
from newsletter.domain.finding import Severity

@rule(code="OWN001", slug="own-broken", severity=Severity.WARNING, stage=Stage.SOURCE, needs=(Need.ISSUE,))
def check(context):
    \"\"\"It breaks.\"\"\"
    return [1 / 0]
"""


@pytest.fixture(scope="session", autouse=True)
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return three newsletters, `root`, `listed` and `sent`; making them imports all that checks import.

    What a run inside this process imports is forgotten at its end, and some libraries cannot live twice.
    """
    made = tmp_path_factory.mktemp("made")
    start_newsletter(made / "root", name="Letters", lang="en", today=date(2026, 11, 24))
    shutil.copytree(made / "root", made / "listed")
    fill(made / "listed")
    shutil.copytree(made / "listed", made / "sent")
    with Project.open(made / "sent", environment={}) as project:
        letter = made / "sent" / NAME
        project.gate.check(letter)
        clearance = project.gate.judge(letter, "everyone").require()
        campaign = project.sending.freeze(project.sending.prepare(letter), clearance)
        project.sending.run(campaign.id, stop=lambda: False, progress=lambda _state: None)
    return made


def fill(root: Path) -> None:
    with Project.open(root, environment={}) as project:
        project.imports.apply(project.imports.plan(root / "examples/subscribers.csv"), lambda _done: None)


@pytest.fixture
def root(pytester: pytest.Pytester, made: Path) -> Path:
    return shutil.copytree(made / "root", pytester.path, dirs_exist_ok=True)


@pytest.fixture
def listed(pytester: pytest.Pytester, made: Path) -> Path:
    return shutil.copytree(made / "listed", pytester.path, dirs_exist_ok=True)


@pytest.fixture
def sent(pytester: pytest.Pytester, made: Path) -> Path:
    return shutil.copytree(made / "sent", pytester.path, dirs_exist_ok=True)


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.HookRecorder:
    return pytester.inline_run("-p", "no:randomly", "-p", "no:cacheprovider", *arguments, "issues")


def ended(recorder: pytest.HookRecorder) -> dict[str, pytest.TestReport]:
    """Return how each item ended: its call, or its setup where that is all there was."""
    reports = recorder.getreports("pytest_runtest_logreport")
    return {one.nodeid: one for one in reports if one.when == "call" or one.outcome != "passed"}


def test_a_draft_is_one_item_per_check_and_a_gate(pytester: pytest.Pytester, root: Path) -> None:
    (root / NAME).write_bytes(b"---\n\xff: [\n")  # nothing is read to collect it

    items, _ = pytester.inline_genitems("-p", "no:randomly", "issues")

    assert [*(f"{NAME}::{code}" for code in sorted(load_rules())), f"{NAME}::gate"] == [
        item.nodeid for item in items
    ]


def test_a_fault_fails_at_its_line_and_says_what_to_type(pytester: pytest.Pytester, root: Path) -> None:
    (root / NAME).write_text(SLIPS)

    report = ended(run(pytester))[f"{NAME}::LK011"]

    assert ("failed", (NAME, 8)) == (report.outcome, report.location[:2])
    assert report.longreprtext.splitlines() == [
        '9:51    error   LK011 link-relative: the link "the report" goes to report.html, '
        "which is not a whole address",
        "  9 | We went to to the town hall, and read [the report](report.html).",
        "    |                                                   ^",
        "  why: a mail has no page of its own to count from",
        "  fix: did you mean https://letter.example/report.html?",
    ]


@pytest.mark.parametrize(
    ("arguments", "outcome"), [(("-W", "default"), "passed"), (("-W", "error"), "failed")]
)
def test_a_warning_is_a_warning_of_pytest(
    pytester: pytest.Pytester, root: Path, arguments: tuple[str, ...], outcome: str
) -> None:
    (root / NAME).write_text(SLIPS)

    recorder = run(pytester, *arguments, "-k", "TX006")

    report = ended(recorder)[f"{NAME}::TX006"]
    assert (outcome, (NAME, 8)) == (report.outcome, report.location[:2])
    assert ('"to" stands twice' in report.longreprtext) is (outcome == "failed")


def test_pytest_finds_what_the_command_finds(pytester: pytest.Pytester, listed: Path) -> None:
    (listed / NAME).write_text(SLIPS)
    (listed / "issues/2026-11-25-broken.md").write_text("---\nsubject: A: b\nsegmnt: x\n---\n\n{{ nam }}\n")
    (listed / "issues/2026-11-26-field.md").write_text(SLIPS.replace("reader,", "{{ nam }},"))
    (listed / "templates/letter.mjml.j2").write_text("<mjml><mj-body>{{ content }}</mj-body></mjml>")

    told = [
        value
        for report in ended(run(pytester)).values()
        for name, value in report.user_properties
        if name == "finding"
    ]

    done = CliRunner().invoke(cli, ["-C", str(listed), "check", "--json"], standalone_mode=False)
    found = [finding for report in json.loads(done.output)["reports"] for finding in report["findings"]]
    assert len(found) > 6
    assert sorted(told) == sorted(
        f"{':'.join(str(one[key]) for key in ('path', 'line', 'column') if one[key])}: "
        f"{one['severity']} {one['code']} {one['what']}"
        for one in found
    )


@pytest.mark.parametrize("word", ["TX006", "word_doubled or word-doubled", "doubled"])
def test_checks_are_chosen_by_code_or_name(pytester: pytest.Pytester, root: Path, word: str) -> None:
    (root / NAME).write_text(SLIPS)

    assert [f"{NAME}::TX006"] == list(ended(run(pytester, "-k", word)))


def test_a_check_that_breaks_down_fails_and_so_does_the_gate(pytester: pytest.Pytester, listed: Path) -> None:
    (listed / "checks.py").write_text(OWN_RULE)
    config = listed / "newsletter.toml"
    config.write_text(config.read_text() + '\n[checks]\nrules = "checks.py"\n')

    outcomes = ended(run(pytester, "-k", "OWN001 or gate"))

    assert {"failed"} == {report.outcome for report in outcomes.values()}
    assert "ZeroDivisionError" in outcomes[f"{NAME}::OWN001"].longreprtext
    assert "OWN001 own-broken crashed" in outcomes[f"{NAME}::gate"].longreprtext


def test_the_gate_passes_with_a_list_and_is_not_run_without(pytester: pytest.Pytester, root: Path) -> None:
    without = ended(run(pytester, "-k", "gate"))[f"{NAME}::gate"]
    fill(root)
    with_list = ended(run(pytester, "-k", "gate"))[f"{NAME}::gate"]

    assert ("skipped", "passed") == (without.outcome, with_list.outcome)
    assert "there is no list here" in without.longreprtext


def test_a_draft_for_nobody_does_not_pass_the_gate(pytester: pytest.Pytester, listed: Path) -> None:
    (listed / NAME).write_text((listed / NAME).read_text().replace("segment: everyone\n", ""))

    gate = ended(run(pytester, "-k", "gate"))[f"{NAME}::gate"]

    assert "failed" == gate.outcome
    assert "did not run: no segment is named" in gate.longreprtext


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[newsletter]\nname = 3\n", "newsletter.toml:2"),
        ("[[[", "newsletter.toml:1"),
        ('[store]\nurl = "nonsense"\n', "newsletter.toml:2: store.url"),
        ('[checks]\nignore = {QQ = "why"}\n', 'no check "QQ"'),
    ],
)
def test_a_wrong_configuration_is_told_once(
    pytester: pytest.Pytester, root: Path, text: str, said: str
) -> None:
    (root / "newsletter.toml").write_text(text)

    outcomes = ended(run(pytester))

    failed = [report for report in outcomes.values() if report.outcome == "failed"]
    assert [f"{NAME}::gate"] == [report.nodeid for report in failed]
    assert said in failed[0].longreprtext
    assert "Traceback" not in failed[0].longreprtext
    assert "passed" not in {report.outcome for report in outcomes.values()}


def test_a_sent_letter_proves_that_it_is_what_was_sent(pytester: pytest.Pytester, sent: Path) -> None:
    assert {f"{NAME}::sent": "passed"} == {name: one.outcome for name, one in ended(run(pytester)).items()}


def test_a_sent_letter_that_was_changed_fails(pytester: pytest.Pytester, sent: Path) -> None:
    (sent / NAME).write_text((sent / NAME).read_text().replace("first letter", "second letter"))

    report = ended(run(pytester))[f"{NAME}::sent"]

    assert "failed" == report.outcome
    assert "no longer what was sent" in report.longreprtext


def test_a_sent_letter_whose_template_changed_is_not_called_proven(
    pytester: pytest.Pytester, sent: Path
) -> None:
    template = sent / "templates/letter.mjml.j2"
    template.write_text(template.read_text() + "{% block footer %}{{ super() }} {{ super() }}{% endblock %}")

    report = ended(run(pytester))[f"{NAME}::sent"]

    assert "skipped" == report.outcome
    assert "the template, or a file it uses, changed since" in report.longreprtext


def test_a_changed_text_is_told_even_when_its_template_changed_too(
    pytester: pytest.Pytester, sent: Path
) -> None:
    template = sent / "templates/letter.mjml.j2"
    template.write_text(template.read_text() + "{% block footer %}{{ super() }} {{ super() }}{% endblock %}")
    (sent / NAME).write_text((sent / NAME).read_text().replace("first letter", "second letter"))

    assert "failed" == ended(run(pytester))[f"{NAME}::sent"].outcome


def test_markdown_outside_a_newsletter_is_left_alone(pytester: pytest.Pytester) -> None:
    for name in ("issues/a.md", "README.md", "docs/issues/b.md"):
        path = pytester.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("text")

    items, _ = pytester.inline_genitems()

    assert [] == items


def test_notes_and_hidden_files_are_no_issues(pytester: pytest.Pytester, root: Path) -> None:
    for name in ("_notes.md", ".swap.md", "picture.png"):
        (root / "issues" / name).write_text("text")
    (root / "README.md").write_text("text")

    items, _ = pytester.inline_genitems()

    assert {root / NAME} == {item.path for item in items}


def test_being_installed_costs_other_projects_nothing() -> None:
    code = (
        "import sys, newsletter.pytest_plugin; print([m for m in sys.modules if m.startswith('newsletter')])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "['newsletter', 'newsletter.pytest_plugin']" == done.stdout.strip()


def test_another_process_can_do_the_work_file_by_file(pytester: pytest.Pytester, root: Path) -> None:
    (root / "issues/2026-11-25-second.md").write_text(SLIPS)

    outcomes = ended(run(pytester, "-n", "1", "--dist", "loadfile", "-k", "LK011"))

    assert {f"{NAME}::LK011": "passed", "issues/2026-11-25-second.md::LK011": "failed"} == {
        name: report.outcome for name, report in outcomes.items()
    }
    assert ("issues/2026-11-25-second.md", 8) == outcomes["issues/2026-11-25-second.md::LK011"].location[:2]


def test_the_workflow_of_a_new_newsletter_runs_what_there_is(pytester: pytest.Pytester, root: Path) -> None:
    workflow = yaml.safe_load((root / ".github/workflows/newsletter.yml").read_text())
    steps = [shlex.split(step["run"]) for step in workflow["jobs"]["check"]["steps"] if "run" in step]

    check = CliRunner().invoke(cli, ["-C", str(root), *steps[2][1:]], standalone_mode=False)
    tests = pytester.inline_run(*steps[3][1:])

    assert ["sudo", "pip", "newsletter", "pytest"] == [step[0] for step in steps]
    assert (0, 0) == (check.return_value, tests.ret)
    assert (root / "report.xml").is_file()
