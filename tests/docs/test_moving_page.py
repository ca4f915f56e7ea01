"""The page about moving here is true: its commands run on exports as it describes them."""

from __future__ import annotations

import json
import re
import shlex
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from newsletter.cli import cli

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "move-from-another-tool.md"
_MOVES = re.findall(r"^\$ newsletter (init .*)$", PAGE.read_text("utf-8"), re.MULTILINE)


def test_its_commands_move_both_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with zipfile.ZipFile("buttondown.zip", "w") as package:
        package.writestr("emails/one.md", "---\nsubject: One\nstatus: draft\n---\nText\n")
    Path("listmonk").mkdir()
    campaign = {"subject": "Two", "body": "<p>Text</p>", "status": "draft", "content_type": "html"}
    Path("listmonk/campaigns.json").write_text(json.dumps({"data": {"results": [campaign]}}))

    done = [CliRunner().invoke(cli, shlex.split(line), catch_exceptions=False) for line in _MOVES]

    assert [one.exit_code for one in done] == [0, 0, 0]
    assert [path.name[11:] for path in Path("letter/issues").iterdir()] == ["one.md"]
    assert [path.name[11:] for path in Path("from-listmonk/issues").iterdir()] == ["two.md"]
