"""What the TAB key offers, asked as the shells' own scripts ask it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from newsletter.cli import cli
from newsletter.cli._completion import SHELLS, answer_shell, script
from newsletter.project import Project
from newsletter.project.issues.starting import start_newsletter

Ask = Callable[..., list[str]]


@pytest.fixture
def letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    start_newsletter(tmp_path, name="Letters", lang="en", today=date(2026, 11, 24))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Ask what may come after words as bash does; the last word is the one being typed."""

    def asked(*words: str) -> list[str]:
        monkeypatch.setenv("_NEWSLETTER_COMPLETE", "bash_complete")
        monkeypatch.setenv("COMP_WORDS", " ".join(("newsletter", *words)))
        monkeypatch.setenv("COMP_CWORD", str(len(words)))
        assert answer_shell(cli) == 0
        return [line.partition(",")[2] for line in capsys.readouterr().out.splitlines()]

    return asked


def test_commands_are_completed_and_come_with_options(ask: Ask) -> None:
    assert ask("se") == ["send", "serve", "segments"]
    assert "--project" in ask("--p")


def test_commands_of_a_group_are_completed(ask: Ask) -> None:
    assert ask("subscribers", "imp") == ["import"]
    assert ask("replies", "arch") == ["archive"]


def test_issues_are_completed_as_paths_and_as_slugs(letters: Path, ask: Ask) -> None:
    (letters / "issues" / "2026-12-01-second.md").write_text("", "utf-8")

    assert ask("build", "iss") == ["issues/2026-12-01-second.md", "issues/2026-11-24-first.md"]
    assert ask("check", "issues/2026-12") == ["issues/2026-12-01-second.md"]
    assert ask("send", "sec") == ["second"]


def test_issues_are_completed_by_their_day_and_once_in_however_many_languages(
    letters: Path, ask: Ask
) -> None:
    for name in ("2026-12-01-second.nl.md", "2026-12-01-second.en.md"):
        (letters / "issues" / name).write_text("", "utf-8")

    assert ask("send", "2026-1") == ["2026-12-01-second", "2026-11-24-first"]
    assert ask("send", "sec") == ["second"]


def test_a_value_behind_an_equals_sign_is_completed_as_bash_and_as_the_others_ask(
    letters: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask("send", "first", "--to", "=", "ev") == ["everyone"]
    assert ask("send", "first", "--to", "=") == ["everyone"]

    monkeypatch.setenv("_NEWSLETTER_COMPLETE", "zsh_complete")
    monkeypatch.setenv("COMP_WORDS", "newsletter send first --to=ev")
    monkeypatch.setenv("COMP_CWORD", "3")
    answer_shell(cli)

    assert capsys.readouterr().out.splitlines()[1] == "--to=everyone"


def test_segments_are_completed_also_after_an_option_with_another_project(
    letters: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")

    assert ask("-C", str(letters), "send", "first", "--to", "ev") == ["everyone"]
    assert ask("send", "first", "--to", "ev") == []


def test_codes_are_completed_behind_a_comma(ask: Ask) -> None:
    assert ask("check", "--select", "TX001,tx00")[0] == "TX001,TX001"
    assert ask("check", "--explain", "TX001") == ["TX001"]


def test_campaigns_are_completed_with_nothing_where_nothing_was_sent(letters: Path, ask: Ask) -> None:
    assert ask("status", "") == []


def test_campaigns_are_completed_by_their_id(letters: Path, ask: Ask) -> None:
    runner = CliRunner()
    for words in ("subscribers import examples/subscribers.csv --apply", "check", "send first --yes"):
        done = runner.invoke(cli, words.split(), standalone_mode=False)
        assert done.return_value in (None, 0), done.output
    with Project.open(letters) as project:
        known = [one.id for one in project.store.ledger.campaigns()]

    offered = ask("status", "")

    assert (offered, len(known)) == (known, 1)


@pytest.mark.parametrize("content", ['[segments\nwhere = "x"', "segments = 3", "[segments]\nall = 3"])
def test_a_configuration_that_is_being_written_completes_nothing(
    letters: Path, ask: Ask, content: str
) -> None:
    (letters / "newsletter.toml").write_text(content)

    assert ask("send", "first", "--to", "") == []
    assert ask("status", "") == []


def test_choices_stay_those_of_the_option(ask: Ask) -> None:
    assert ask("check", "--format", "sa") == ["sarif"]


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_of_each_shell_asks_this_program(shell: str) -> None:
    text = script(cli, shell)

    assert f"_NEWSLETTER_COMPLETE={shell}_complete" in text
    assert "newsletter" in text


def test_bash_reads_its_script_and_completes_with_it(letters: Path) -> None:
    line = f"""
        PATH={Path(sys.executable).parent}:$PATH
        {script(cli, "bash")}
        COMP_WORDS=(newsletter send first --to ev) COMP_CWORD=4
        _newsletter_completion newsletter
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """

    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, cwd=letters, check=False)

    assert (done.stdout.splitlines()[-1:], done.stderr) == (["everyone"], "")


def test_fish_gets_meanings_that_its_script_shows_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("_NEWSLETTER_COMPLETE", "fish_complete")
    monkeypatch.setenv("COMP_WORDS", "newsletter repl")
    monkeypatch.setenv("COMP_CWORD", "repl")

    answer_shell(cli)

    assert capsys.readouterr().out.startswith("plain,replies\tWhat readers answer: take in, list, show, tag")


def test_a_question_in_words_of_somebody_else_is_not_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_NEWSLETTER_COMPLETE", "tcsh_complete")

    assert answer_shell(cli) == 1


def test_completing_a_command_loads_nothing_heavy() -> None:
    code = (
        "import os, sys\n"
        "os.environ |= {'COMP_WORDS': 'newsletter re', 'COMP_CWORD': '1'}\n"
        "os.environ['_NEWSLETTER_COMPLETE'] = 'bash_complete'\n"
        "from newsletter.cli import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        "heavy = {'sqlalchemy', 'lxml', 'jinja2', 'markdown_it', 'yaml', 'premailer'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (done.returncode, "plain,report" in done.stdout) == (0, True), done.stderr
