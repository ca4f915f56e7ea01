"""What the package imports is declared, what is declared is imported, and an extra is missed politely."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import textwrap
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from newsletter.config.schema import Config
from newsletter.config.secrets import Secret
from newsletter.errors import ConfigError
from newsletter.providers.sendgrid import open_provider

ROOT = Path(__file__).resolve().parents[3]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
FILES = sorted((ROOT / "newsletter").rglob("*.py"))

NOT_IMPORTED = {
    "font-caladea": "the archive's cards are written in it, a file in the package",
    "psycopg": "SQLAlchemy imports it for the addresses that begin with postgresql",
    "tzdata": "zoneinfo reads its files where the system has none",
    "axe-playwright-python": "the browser check reads the script in it",
    "opentelemetry-api": "shares the package opentelemetry with the sdk and the exporter",
    "opentelemetry-exporter-otlp-proto-http": "shares the package opentelemetry with the sdk",
}
"""Declared, and found by no import statement, with the reason."""

WHOLE = {"pytest": ("newsletter.pytest_plugin",), "testing": ("newsletter.testing",)}
"""Extras for modules that are nothing without them, and that nothing else imports."""


def _name(requirement: str) -> str:
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match is not None
    return re.sub(r"[-_.]+", "-", match[0]).lower()


DEPENDENCIES = {_name(one) for one in PROJECT["dependencies"]}
EXTRA_PACKAGES = {extra: {_name(one) for one in wanted} for extra, wanted in EXTRAS.items()}
INSTALLED = packages_distributions()


def _imports(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the first word of each absolute import of another package, with its line."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name.partition(".")[0], node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.partition(".")[0], node.lineno


@cache
def _imported() -> dict[str, list[str]]:
    """Return what the package imports from elsewhere, by distribution, with each place."""
    found: dict[str, list[str]] = {}
    for path in FILES:
        for word, line in _imports(path):
            if word == "newsletter" or word in sys.stdlib_module_names:
                continue
            for owner in {_name(one) for one in INSTALLED.get(word, [word])}:
                found.setdefault(owner, []).append(f"{path.relative_to(ROOT)}:{line}")
    return found


def _modules() -> Iterator[str]:
    for path in FILES:
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts[-1] == "__main__" or "migrations" in parts:
            continue
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_everything_that_is_imported_is_declared() -> None:
    declared = DEPENDENCIES.union(*EXTRA_PACKAGES.values())

    missing = {
        owner: places
        for owner, places in _imported().items()
        if owner not in declared and not owner.startswith("opentelemetry-")
    }

    assert missing == {}


def test_everything_that_is_declared_is_imported() -> None:
    declared = DEPENDENCIES.union(*EXTRA_PACKAGES.values())

    assert declared - set(_imported()) - set(NOT_IMPORTED) == set()


def test_what_is_said_to_be_found_by_no_import_is_declared() -> None:
    assert set(NOT_IMPORTED) - DEPENDENCIES.union(*EXTRA_PACKAGES.values()) == set()


def test_no_package_is_both_needed_and_an_extra() -> None:
    assert {
        extra: wanted & DEPENDENCIES for extra, wanted in EXTRA_PACKAGES.items() if wanted & DEPENDENCIES
    } == {}


def test_every_extra_that_is_named_anywhere_exists() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*"), *FILES]
    named = {
        one.strip()
        for page in pages
        if page.is_file() and page.suffix in (".md", ".py", ".yml", ".txt", ".service", "")
        for group in re.findall(r"newsletter-as-code\[([a-z, ]+)\]", page.read_text("utf-8", "ignore"))
        for one in group.split(",")
    }

    assert named - set(EXTRAS) == set()


@pytest.mark.parametrize("extra", sorted(set(EXTRAS) - set(WHOLE)))
def test_whoever_misses_an_extra_is_told_what_to_type(extra: str) -> None:
    told = [path for path in FILES if f"pip install 'newsletter-as-code[{extra}]'" in path.read_text("utf-8")]

    assert len(told) == 1, f"one module answers for [{extra}], and it is {told}"


def test_without_any_extra_every_module_can_be_imported_but_those_that_are_one() -> None:
    lazy = [
        name
        for name in _modules()
        if not any(name.startswith(whole) for wholes in WHOLE.values() for whole in wholes)
    ]
    own = {
        word
        for word, owners in INSTALLED.items()
        if {_name(one) for one in owners} & set().union(*EXTRA_PACKAGES.values())
    } - {"opentelemetry"}
    blocked = sorted(own | {"opentelemetry", "prometheus_client"})
    script = textwrap.dedent(f"""
        import importlib, sys

        class Nothing:
            def find_spec(self, name, path=None, target=None):
                if name.partition(".")[0] in {blocked!r}:
                    raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

        sys.meta_path.insert(0, Nothing())
        failed = []
        for name in {lazy!r}:
            try:
                importlib.import_module(name)
            except ModuleNotFoundError as error:
                failed.append((name, error.name))
        print(failed)
    """)

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    failed = ast.literal_eval(done.stdout) if done.returncode == 0 else done.stderr
    assert [one for one in failed if not _is_behind_a_door(one[0])] == []


def _is_behind_a_door(module: str) -> bool:
    """Say whether only one module of the package imports `module`, inside a function, and answers for it."""
    package = module.rpartition(".")[0]
    words = (f"from {module} import", f"import {module}\n")
    for path in FILES:
        text = path.read_text("utf-8")
        if not any(word in text for word in words):
            continue
        tree = ast.parse(text)
        eager = {node.module for node in tree.body if isinstance(node, ast.ImportFrom)}
        is_sibling = ".".join(path.relative_to(ROOT).with_suffix("").parts).startswith(package + ".")
        if module in eager and not (is_sibling and path.name != "__init__.py"):
            return False
    return True


def test_sendgrid_without_its_extra_names_the_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "newsletter.providers.sendgrid.provider", None)

    with pytest.raises(ConfigError) as caught:
        open_provider(Config(root=tmp_path))

    assert "pip install 'newsletter-as-code[sendgrid]'" in str(caught.value)


def test_a_keyring_without_its_extra_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)

    with pytest.raises(ConfigError) as caught:
        Secret.parse("keyring:mail/me").reveal()

    assert "pip install 'newsletter-as-code[keyring]'" in str(caught.value)
