"""The TAB key in the shells themselves: each reads its start-up file and gets lines typed."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from newsletter.project.issues.starting import start_newsletter

Press = Callable[[Sequence[str]], list[str]]

LINES = {
    "newsletter sen": "newsletter send",
    "newsletter check --sel": "newsletter check --select",
    "newsletter check --format sa": "newsletter check --format sarif",
    "newsletter send issues/2026-11": "newsletter send issues/2026-11-24-first.md",
    "newsletter send issues/2026-12": "newsletter send issues/2026-12-01-two\\ words.md",
    "newsletter -C . send first --to ev": "newsletter -C . send first --to everyone",
    "newsletter send first --to=ev": "newsletter send first --to=everyone",
    "newsletter check --select TX001,fm001": "newsletter check --select TX001,FM001",
}
"""What is typed before TAB, and what the line is then."""

_BASH = """\
PS1= ; bind 'set bell-style none'
eval "$(newsletter completion bash)"
shown() { printf '%s\\n' "$READLINE_LINE" >>"$SHOWN"; READLINE_LINE= READLINE_POINT=0; }
bind -x '"\\C-o": shown'
"""
_ZSH = """\
PS1= ; unsetopt beep prompt_sp
autoload -Uz compinit && compinit -u -D
eval "$(newsletter completion zsh)"
shown() { print -r -- "$BUFFER" >>"$SHOWN"; BUFFER= }
zle -N shown; bindkey '^O' shown
"""


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    start_newsletter(tmp_path / "letters", name="Letters", lang="en", today=date(2026, 11, 24))
    (tmp_path / "letters" / "issues" / "2026-12-01-two words.md").write_text("")
    return tmp_path / "letters"


@pytest.fixture(params=["bash", "zsh", "fish"])
def press(request: pytest.FixtureRequest, letters: Path) -> Press:
    """Type lines in a shell, each with TAB behind it, and return what they are then."""
    shell = shutil.which(request.param)
    if shell is None and os.environ.get("NEWSLETTER_REQUIRE_TOOLS") != "1":
        pytest.skip(f"{request.param} is not installed")
    assert shell is not None
    home = letters.parent
    environment = {
        "HOME": str(home),
        "ZDOTDIR": str(home),
        "XDG_CONFIG_HOME": str(home),
        "SHOWN": str(home / "shown"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "TERM": "dumb",
        "LC_ALL": "C.UTF-8",
    }
    (home / ".bashrc").write_text(_BASH)
    (home / ".zshrc").write_text(_ZSH)

    def typed(lines: Sequence[str]) -> list[str]:
        master, slave = pty.openpty()
        os.write(master, "".join(f"{line}\t\x0f" for line in lines).encode() + b"exit\r")
        subprocess.run(
            [shell, "-i"],
            cwd=letters,
            env=environment,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            timeout=300,
            check=False,
        )
        os.close(master)
        os.close(slave)
        return [line.rstrip() for line in (home / "shown").read_text().splitlines()]

    def asked(lines: Sequence[str]) -> list[str]:
        script = "newsletter completion fish | source; for line in $argv; complete --do-complete $line; end"
        done = subprocess.run(
            [shell, "-c", script, *lines],
            cwd=letters,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stderr == ""
        words = [one.partition("\t")[0].replace(" ", "\\ ") for one in done.stdout.splitlines()]
        return [line.rpartition(" ")[0] + f" {word}" for line, word in zip(lines, words, strict=True)]

    return asked if request.param == "fish" else typed


def test_lines_are_completed(press: Press) -> None:
    shown = press(list(LINES))

    assert shown == list(LINES.values())
