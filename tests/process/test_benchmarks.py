"""The benchmarks run, name their floor, and are in the documents; how fast anything is, is not tested."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from newsletter.checks.spelling.dictionary import dictionary_lack
from newsletter.config.schema import Config

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.running import NAMES, module_of, run_alone  # noqa: E402  # not in the package

APART = ("build", "site", "studio")
"""Those that change the process they are in (its priority, its event loop), or have to come before our
modules are imported."""


@pytest.mark.parametrize("name", NAMES)
def test_every_benchmark_still_runs(name, tmp_path, monkeypatch):
    lack = _lack(name, tmp_path)
    if lack and os.environ.get("NEWSLETTER_REQUIRE_TOOLS") != "1":
        pytest.skip(lack)
    monkeypatch.setenv("BENCHMARK_KEY", "SG.benchmark")  # as they do for themselves, but taken away again
    monkeypatch.setattr(sys, "path", [*sys.path])

    if name in APART:
        figures = run_alone(name, quick=True)
    else:
        figures = import_module(f"benchmarks.{module_of(name)}").measure(tmp_path, quick=True)

    assert {name} == {figure.benchmark for figure in figures}
    assert all(figure.floor_name for figure in figures if figure.floor)


def _lack(name, root):
    """Return what a benchmark needs that is not here, None when it has all."""
    if name == "studio" and not shutil.which("chromium"):
        return "there is no chromium here"
    return dictionary_lack(Config(root=root), "nl") if name == "check" else None


def test_benchmarks_are_run_by_their_names_and_written_as_json():
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--json", "help", "splice"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip

    figures = json.loads(done.stdout)
    against = [figure for figure in figures if figure["floor"]]
    assert ["help", "splice"] == list(dict.fromkeys(figure["benchmark"] for figure in figures))
    assert [figure["ours"] / figure["floor"] for figure in against] == pytest.approx(
        [figure["ratio"] for figure in against]
    )
    assert "EmailMessage, quoted-printable" == figures[-1]["floor_name"]


def test_a_benchmark_nobody_knows_is_refused_with_those_there_are():
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "spilce"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert 2 == done.returncode
    assert "splice" in done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_every_benchmark_says_what_its_floor_is(name):
    assert "Floor: " in str(import_module(f"benchmarks.{module_of(name)}").__doc__)
    assert f"\n| `{name}` |" in (ROOT / "docs/how-to/benchmark.md").read_text()
