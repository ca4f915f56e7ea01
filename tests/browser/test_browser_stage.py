"""`check --browser` as a browser has it: every template is clean, and what is wrong is told at its line."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from letter_room import CASES, Case

from newsletter.checks.outside import Outside
from newsletter.checks.registry import Stage
from newsletter.domain.finding import CheckReport, CheckStatus
from newsletter.probes.looking import Looker
from newsletter.project import Project
from tests.browser.one_chromium import require_chromium

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
BROKEN = """---
subject: Kort nieuws
---
Beste lezer,

Hier staat {word} in een alinea.

::: button https://brief.example/klein
Klein
:::

| a | b |
|---|---|
| 1 | 2 |
"""
STYLE = """<mj-style>
.prose p { min-width: 420px !important; }
.cta a { padding: 2px !important; line-height: 16px !important; }
@media (prefers-color-scheme: dark) { .prose p { color: #2b2b2b !important; } }
</mj-style></mj-head>"""


@pytest.fixture(scope="module")
def outside() -> Iterator[Outside]:
    require_chromium()
    with ExitStack() as opened:
        yield Outside(asked=frozenset({Stage.BROWSER}), pages=Looker.opened(opened, lambda _text: None))


def _project(root: Path, letter: Path | str, template: str) -> Path:
    for name in ("templates", "newsletter.toml"):
        source = ROOT / name
        shutil.copytree(source, root / name) if source.is_dir() else shutil.copy(source, root / name)
    (root / "issues").mkdir()
    path = root / "issues/2026-11-24-brief.md"
    if isinstance(letter, Path):
        shutil.copy(letter, path)
        for folder in ("img",):
            if (letter.parent / folder).is_dir():
                shutil.copytree(letter.parent / folder, root / "issues" / folder)
        if (letter.parent / "quotes.toml").exists():
            shutil.copy(letter.parent / "quotes.toml", root / "quotes.toml")
    else:
        path.write_text(letter)
    config = (root / "newsletter.toml").read_text()
    (root / "newsletter.toml").write_text(
        config.replace("[newsletter]", f'[newsletter]\ntemplate = "{template}"')
    )
    return path


def _check(root: Path, path: Path, outside: Outside) -> CheckReport:
    with Project.open(root, environment={}) as project:
        return project.issues.check(path, outside=outside, select=("AX",))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_template_is_clean_in_light_dark_turned_and_narrow(
    outside: Outside, case: Case, tmp_path: Path
) -> None:
    path = _project(tmp_path, case.letter, case.template)

    report = _check(tmp_path, path, outside)

    assert [(f.code, str(f.place), f.what) for f in report.findings] == []
    ends = {result.code: (result.status, result.reason) for result in report.results}
    asked = ("AX004", "AX008", "AX009", "AX010", "AX014")
    assert [ends[code] for code in asked] == [(CheckStatus.OK, None)] * len(asked)


def test_what_a_reader_trips_over_is_told_at_its_line(outside: Outside, tmp_path: Path) -> None:
    path = _project(tmp_path, BROKEN.format(word="`" + "x" * 120 + "`"), "letter")
    texts = {file: file.read_text() for file in (tmp_path / "templates").glob("*.j2")}
    home = next(file for file, text in texts.items() if "</mj-head>" in text)
    home.write_text(texts[home].replace("</mj-head>", STYLE))

    report = _check(tmp_path, path, outside)

    found = {(f.code, f.place.line if f.place else None) for f in report.findings}
    assert ("AX004", 4) in found
    assert ("AX008", 8) in found
    assert ("AX009", 4) in found


def test_without_a_browser_the_rules_could_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "none"))
    path = _project(tmp_path, BROKEN.format(word="iets"), "letter")

    with ExitStack() as opened:
        alone = Outside(asked=frozenset({Stage.BROWSER}), pages=Looker.opened(opened, lambda _text: None))
        report = _check(tmp_path, path, alone)

    assert {r.code for r in report.unable} == {"AX004", "AX008", "AX009", "AX010", "AX014"}
    assert {r.reason for r in report.unable} == {
        "there is no Chromium or Chrome on this machine; "
        "install one: sudo apt install chromium, or else: playwright install chromium"
    }


def test_a_browser_that_does_not_start_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\necho out of order >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    path = _project(tmp_path, BROKEN.format(word="iets"), "letter")

    with ExitStack() as opened:
        alone = Outside(asked=frozenset({Stage.BROWSER}), pages=Looker.opened(opened, lambda _text: None))
        report = _check(tmp_path, path, alone)

    assert len(report.unable) == 5
    assert all("the browser does not start" in (r.reason or "") for r in report.unable)
