"""Saving is told, however an editor saves; noise is not."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from newsletter.studio.watch import Changes, concerns_letter

ROOT = Path("/project")
PATIENCE_S = 60  # ends a hang


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("newsletter.toml", True),
        ("quotes.toml", True),
        ("issues", True),
        ("issues/brief.md", True),
        ("issues/img/kaart@2x.png", True),
        ("templates/letter.mjml.j2", True),
        ("issues/.brief.md.swp", False),
        ("issues/brief.md~", False),
        ("issues/#brief.md#", False),
        ("issues/.#brief.md", False),
        ("README.md", False),
        (".newsletter", False),
    ],
)
def test_only_what_shapes_a_letter_counts(name: str, counts: bool) -> None:
    assert concerns_letter(ROOT / name, ROOT) == counts


def test_an_issue_elsewhere_counts_with_its_neighbours() -> None:
    assert concerns_letter(Path("/elsewhere/brief.md"), ROOT, Path("/elsewhere"))
    assert concerns_letter(ROOT / "brief.md", ROOT, ROOT)


def told_after(root: Path, *steps: Callable[[], object], is_polling: bool = False) -> int:
    """Do the steps one by one, each after the watcher told of the one before; return how often it told."""

    async def watched() -> int:
        changes = Changes(root, is_polling=is_polling)
        running = asyncio.create_task(changes.run())
        told = changes.follow()
        try:
            seen = await _next(told.__anext__)
            await asyncio.sleep(0)  # lets `run` begin to watch
            for step in steps:
                step()
                seen = await _next(told.__anext__)
        finally:
            await changes.stop()
            await asyncio.wait_for(running, PATIENCE_S)
        assert [number async for number in told] == []
        return seen

    return asyncio.run(watched())


async def _next(ask: Callable[[], Awaitable[int]]) -> int:
    return await asyncio.wait_for(ask(), PATIENCE_S)


def test_a_save_in_place_and_a_save_by_rename_are_told(tmp_path: Path) -> None:
    issue = tmp_path / "issues" / "brief.md"
    issue.parent.mkdir()
    issue.write_text("een")
    swap = tmp_path / "issues" / ".brief.tmp"

    def rename() -> None:
        swap.write_text("drie")
        swap.rename(issue)

    assert (
        told_after(tmp_path, lambda: issue.write_text("twee"), rename, lambda: issue.write_text("vier")) >= 3
    )


def test_a_folder_that_appears_later_is_watched_too(tmp_path: Path) -> None:
    picture = tmp_path / "issues" / "img" / "kaart.png"

    def appear() -> None:
        picture.parent.mkdir(parents=True)
        picture.write_bytes(b"een")

    told = told_after(
        tmp_path,
        appear,
        lambda: None,  # told again once the new folder is watched
        lambda: picture.write_bytes(b"twee"),
        lambda: (tmp_path / "newsletter.toml").write_text(""),
    )

    assert told >= 4


def test_without_the_system_s_help_saves_are_told_by_looking(tmp_path: Path) -> None:
    issue = tmp_path / "issues" / "brief.md"
    issue.parent.mkdir()
    issue.write_text("een")

    def save() -> None:
        issue.write_text("twee")
        os.utime(issue, (2_000_000_000, 2_000_000_000))  # looking sees whole seconds only

    assert told_after(tmp_path, save, is_polling=True) == 1
