"""Whose report it is, is found out for every body that is known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from newsletter.config.schema import Config
from newsletter.errors import UsageError
from newsletter.events.files import read_files
from newsletter.plugins import load_plugin, plugin_names
from newsletter.project.upkeep.events import READERS

PROVIDERS = Path(__file__).resolve().parents[1] / "providers"
BODIES = [
    ("sendgrid", PROVIDERS / "sendgrid_events" / "all.json"),
    *((path.parents[1].name, path) for path in sorted((PROVIDERS / "corpus").glob("*/events/*.json"))),
]


@pytest.fixture(scope="module")
def readers():
    config = Config(root=Path())
    return {name: load_plugin(READERS, name)(config) for name in plugin_names(READERS)}


@pytest.mark.parametrize(("provider", "source"), BODIES, ids=[f"{one}-{path.stem}" for one, path in BODIES])
def test_a_report_is_known_for_its_providers_own(readers, tmp_path, provider, source):
    document = json.loads(source.read_bytes())
    body = document["report"] if isinstance(document, dict) and "report" in document else document
    file = tmp_path / "body.json"
    file.write_text(json.dumps(body))

    ((found, _),) = read_files([file], readers)

    assert found == provider


def test_what_nobody_knows_is_told_with_those_that_are_known(readers, tmp_path):
    file = tmp_path / "body.json"
    file.write_text('{"hello": "world"}')

    with pytest.raises(UsageError, match="known here: json, postmark, sendgrid, ses"):
        read_files([file], readers)


def told_of(readers, *paths):
    with pytest.raises(UsageError) as caught:
        read_files(paths, readers)
    return [(str(problem.place), problem.fix) for problem in caught.value.problems]


def test_what_is_to_be_done_is_told_once(readers, tmp_path):
    file = tmp_path / "body.jsonl"
    file.write_text('{"a": 1}\n{"b": 2}\nno json\n{"c": 3}\nno json\n')

    fixes = [fix for _, fix in told_of(readers, file)]

    assert [fix is None for fix in fixes] == [True, True, True, False, False]
    assert fixes[3].startswith("add --provider NAME")


@pytest.mark.parametrize(
    ("typed", "fix"),
    [
        ("reprot.jsonl", 'did you mean "{0}/report.jsonl"?'),
        ("elsewhere", "see what is there: ls -l {0}"),
        ("away/report.jsonl", "look where the file is, and name it with its directory"),
        (".", "name the files in it: newsletter events import {0}/*"),
    ],
)
def test_a_file_that_is_not_there_is_told_with_what_to_type(readers, tmp_path, typed, fix):
    (tmp_path / "report.jsonl").write_text("[]")

    assert told_of(readers, tmp_path / typed) == [(str(tmp_path / typed), fix.format(tmp_path))]
