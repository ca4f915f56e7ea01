"""A studio per module with one sample project, Chromium, and a page that must leave everything as it was."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.one_chromium import OneChromium
from tests.browser.studio_world import (
    NAME,
    PATIENCE_S,
    ROOT,
    Desk,
    Studio,
    make_project,
    newsletter,
    open_desk,
    start,
)

expect.set_options(timeout=PATIENCE_S * 1000)
_CHROMIUM = OneChromium()


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    root = make_project(tmp_path_factory.mktemp("brief"))
    done = newsletter(root, "subscribers", "import", str(ROOT / "examples" / "subscribers.csv"), "--apply")
    assert done.returncode == 0, done.stderr
    running = start(root, NAME)
    yield running
    running.rest()
    running.stop()
    assert running.process.stdout is not None
    rest = running.process.stdout.read()
    running.process.stdout.close()
    assert rest.splitlines() == ["Save a file and the letter follows. Stop with Ctrl-C.", "Stopped."]


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Studio]:
    running = start(make_project(tmp_path))
    yield running
    running.process.kill()
    running.process.communicate()


@pytest.fixture(scope="module")
def chromium() -> Browser:
    return _CHROMIUM.browser


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    """Stop Chromium when the next test is none of this folder's."""
    if nextitem is None or Path(__file__).parent not in nextitem.path.parents:
        _CHROMIUM.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    with chromium.new_context(viewport={"width": 1280, "height": 860}) as context:
        context.set_default_timeout(PATIENCE_S * 1000)
        yield context


@pytest.fixture
def desk(studio: Studio, context: BrowserContext) -> Iterator[Desk]:
    """Open the studio; afterwards every file is as it was, nobody complained, and nothing left."""
    kept = {path: path.read_bytes() for path in studio.root.glob("issues/**/*") if path.is_file()}
    settings = (studio.root / "newsletter.toml").read_bytes()
    desk = open_desk(studio, context)
    yield desk
    context.close()
    for path in [path for path in studio.root.glob("issues/**/*") if path.is_file() and path not in kept]:
        path.unlink()
    for path, data in kept.items():
        if not path.exists() or path.read_bytes() != data:
            path.write_bytes(data)
    (studio.root / "newsletter.toml").write_bytes(settings)
    shutil.rmtree(studio.root / "templates", ignore_errors=True)
    assert desk.complaints == []
    assert desk.elsewhere == []
