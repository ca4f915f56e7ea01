"""The manual page knows every command, and `man` has nothing to say about it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from newsletter.cli import cli

PAGE = Path(__file__).resolve().parents[2] / "docs/reference/newsletter.1"
REQUESTS = {"TH", "SH", "SS", "B", "I", "TP", "PP"}


def _paths(group: click.Group, path: str) -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield f"{path} {name}"
        if isinstance(command, click.Group):
            yield from _paths(command, f"{path} {name}")


def test_every_command_has_a_section() -> None:
    shown = {line.removeprefix(".SS ").replace(r"\-", "-") for line in PAGE.read_text("utf-8").splitlines()}

    assert set(_paths(cli, "newsletter")) - shown == set()


def test_only_requests_of_man_begin_a_line() -> None:
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if not line.startswith('.\\"')]

    used = {match[1] for line in lines if (match := re.match(r"\.(\w+)", line))}

    assert used <= REQUESTS
    assert [line for line in lines if line.startswith("'") or re.search(r"\\(?![ef&(-])", line)] == []


def test_groff_reads_it_without_a_warning() -> None:
    groff = shutil.which("groff")
    if groff is None and os.environ.get("NEWSLETTER_REQUIRE_TOOLS") != "1":
        pytest.skip("groff is not installed")
    assert groff is not None

    done = subprocess.run(
        [groff, "-man", "-Tutf8", "-ww", "-P-cbou", "-K", "utf8", PAGE],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "newsletter subscribers import" in done.stdout
