"""Rules from outside: of the project's own file and of installed packages."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from newsletter.checks import extensions
from newsletter.checks.extensions import rules_for
from newsletter.checks.registry import load_rules
from newsletter.config.reader import load_config
from newsletter.config.schema import Config
from newsletter.errors import ConfigError

OWN = '''
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

@rule(code="{code}", slug="{slug}", severity=Severity.WARNING, stage=Stage.SOURCE, needs=(Need.ISSUE,))
def check(context):
    """The subject has a word we do not use."""
    if "synergie" in context.issue.subject:
        yield Fault(what="synergie", place=context.issue.place("subject"))
'''


def _project(root: Path, text: str | None) -> Config:
    (root / "newsletter.toml").write_text('[checks]\nrules = "checks.py"\n')
    if text is not None:
        (root / "checks.py").write_text(text)
    return load_config(root / "newsletter.toml", environment={})


def test_a_project_without_a_file_has_the_built_in_rules(tmp_path: Path) -> None:
    assert load_rules() == rules_for(Config(root=tmp_path))


def test_a_rule_in_the_projects_file_comes_beside_the_built_in_ones(tmp_path: Path) -> None:
    rules = rules_for(_project(tmp_path, OWN.format(code="OWN001", slug="own-word")))

    assert set(rules) - set(load_rules()) == {"OWN001"}


def test_a_file_that_was_mended_is_read_again(tmp_path: Path) -> None:
    config = _project(tmp_path, "x = 1 / 0\n")
    with pytest.raises(ConfigError, match=r"checks\.py:1: .*ZeroDivisionError"):
        rules_for(config)

    (tmp_path / "checks.py").write_text(OWN.format(code="OWN002", slug="own-term") + "# longer\n")

    assert "OWN002" in rules_for(config)


def test_a_slip_in_the_file_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"checks\.py:2: .*SyntaxError"):
        rules_for(_project(tmp_path, "x = 1\ndef (:\n"))


def test_a_file_that_ends_the_program_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"checks\.py:2: .*SystemExit: 3"):
        rules_for(_project(tmp_path, "x = 1\nraise SystemExit(3)\n"))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="the file with rules cannot be read"):
        rules_for(_project(tmp_path, None))


def test_a_code_that_is_taken_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="two checks are called LK001"):
        rules_for(_project(tmp_path, OWN.format(code="LK001", slug="own-word")))


def _install(site: Path, entry: str, code: str) -> None:
    (site / "stranger_checks.py").write_text(code)
    info = site / "stranger-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[newsletter.checks]\nstranger = {entry}\n")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    extensions._installed_rules.cache_clear()
    yield tmp_path
    extensions._installed_rules.cache_clear()
    sys.modules.pop("stranger_checks", None)


def test_rules_of_an_installed_package_are_found(site: Path) -> None:
    _install(site, "stranger_checks", OWN.format(code="STR001", slug="strange-word"))

    assert "STR001" in rules_for(Config(root=site))


def test_a_package_that_cannot_be_loaded_is_named(site: Path) -> None:
    _install(site, "stranger_checks", "raise RuntimeError('kapot')")

    with pytest.raises(ConfigError, match=r"RuntimeError: kapot(.|\n)*stranger 1\.0"):
        rules_for(Config(root=site))


def test_an_entry_point_that_is_no_rule_is_named(site: Path) -> None:
    _install(site, "stranger_checks:value", "value = 3")

    with pytest.raises(ConfigError, match="neither a module nor a rule"):
        rules_for(Config(root=site))
