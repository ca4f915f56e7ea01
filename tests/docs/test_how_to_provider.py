"""The page on adding a provider adds one that passes the contract, as a package of its own."""

from __future__ import annotations

import importlib
import re
import sys
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from newsletter.config.reader import load_config
from newsletter.errors import ConfigError
from newsletter.plugins import load_plugin

PAGE = Path(__file__).resolve().parents[2] / "docs/how-to/add-a-provider.md"
BLOCK = re.compile(r"^```(?:python|toml)\n# (?P<file>\S+)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
FILES = {match["file"]: match["code"] for match in BLOCK.finditer(PAGE.read_text("utf-8"))}

# Tests are collected from what a module holds, so the package has to be there when this one is imported.
_HOME = TemporaryDirectory(prefix="pigeon-")
_ROOT = Path(_HOME.name)


def _install() -> None:
    """Write the page's files, and beside them what an installer makes of its pyproject.toml."""
    for name, code in FILES.items():
        (_ROOT / name).parent.mkdir(exist_ok=True)
        (_ROOT / name).write_text(code, "utf-8")
    project = tomllib.loads(FILES["pyproject.toml"])["project"]
    info = _ROOT / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    groups = (
        f"[{group}]\n" + "".join(f"{name} = {target}\n" for name, target in points.items())
        for group, points in project["entry-points"].items()
    )
    (info / "entry_points.txt").write_text("\n".join(groups))


_install()
sys.path.append(_HOME.name)
importlib.invalidate_caches()
TestPigeonPost = importlib.import_module("test_pigeon").TestPigeonPost
sys.path.remove(_HOME.name)  # other tests must not meet the provider


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(_HOME.name)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    file = tmp_path / "newsletter.toml"
    file.write_text(FILES["newsletter.toml"], "utf-8")
    return file


def test_the_page_has_every_file() -> None:
    assert list(FILES) == [
        *("pigeon/__init__.py", "pigeon/stub.py", "test_pigeon.py", "pyproject.toml", "newsletter.toml"),
    ]


def test_its_configuration_opens_it(project: Path) -> None:
    config = load_config(project)

    provider = load_plugin("newsletter.providers", config.provider.name)(config)

    assert provider.describe() == "Pigeon Post (https://api.pigeon.example)"


def test_a_table_of_a_provider_that_is_not_installed_is_an_error(project: Path) -> None:
    project.write_text(FILES["newsletter.toml"].replace("provider.pigeon", "provider.pidgin"), "utf-8")

    with pytest.raises(ConfigError) as error:
        load_config(project)

    (problem,) = error.value.problems
    assert problem.what == "[provider.pidgin] is not known in [provider]"
    assert problem.place is not None
    assert problem.place.line == 4


def test_a_missing_key_is_told(project: Path) -> None:
    project.write_text('[provider]\nname = "pigeon"\n', "utf-8")
    config = load_config(project)

    with pytest.raises(ConfigError, match="has no api_key"):
        load_plugin("newsletter.providers", "pigeon")(config)
