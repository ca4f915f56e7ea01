"""`newsletter schema` and the lines by which editors find what it prints."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path

import jsonschema
import pytest
import yaml
from click.testing import CliRunner, Result

from newsletter.cli import cli
from newsletter.project.issues.starting import new_issue, start_newsletter

TODAY = date(2026, 11, 24)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, standalone_mode=False)


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    start_newsletter(tmp_path, name="Letters", lang="en", today=TODAY)
    return tmp_path


@pytest.mark.parametrize("kind", ["config", "issue"])
def test_what_is_printed_is_what_a_new_newsletter_holds(letters: Path, kind: str) -> None:
    printed = run("schema", kind).output

    assert printed == (letters / ".schema" / f"{kind}.json").read_text("utf-8")
    jsonschema.Draft7Validator.check_schema(json.loads(printed))


def test_the_files_of_a_new_newsletter_name_their_schema_and_are_taken_by_it(letters: Path) -> None:
    config = (letters / "newsletter.toml").read_text("utf-8")
    issue = new_issue(letters / "issues", subject="Hello", lang="en", sender="Ada", today=TODAY)
    head = issue.read_text("utf-8").split("---\n")[1]

    named = config.splitlines()[0].removeprefix("#:schema ")
    line = head.splitlines()[-1].removeprefix("# yaml-language-server: $schema=")

    jsonschema.validate(tomllib.loads(config), json.loads((letters / named).read_text("utf-8")))
    jsonschema.validate(yaml.safe_load(head), json.loads((issue.parent / line).read_text("utf-8")))


def test_schemas_of_another_version_are_written_again(letters: Path) -> None:
    (letters / ".schema" / "config.json").write_text("{}")

    first = run("-C", str(letters), "schema", "--write")
    second = run("-C", str(letters), "schema", "--write")

    assert first.output == f"{letters / '.schema' / 'config.json'}\n"
    assert second.stdout == ""
    assert "$schema" in (letters / ".schema" / "config.json").read_text("utf-8")


def test_a_newsletter_without_the_line_is_told_of_it(letters: Path) -> None:
    (letters / "newsletter.toml").write_text('[newsletter]\nname = "x"\n')

    done = run("-C", str(letters), "schema", "--write")

    assert "#:schema ./.schema/config.json" in done.output


@pytest.mark.parametrize("arguments", [(), ("config", "--write")])
def test_either_one_is_printed_or_both_are_written(arguments: tuple[str, ...]) -> None:
    done = run("schema", *arguments)

    assert "newsletter schema --write" in str(done.exception)


def test_an_issue_of_a_newsletter_without_schemas_names_none(tmp_path: Path) -> None:
    path = new_issue(tmp_path / "issues", subject="Hello", lang="en", sender="Ada", today=TODAY)

    assert "yaml-language-server" not in path.read_text("utf-8")
