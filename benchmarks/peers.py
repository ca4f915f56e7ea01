"""Programs of others that some benchmarks compare us with: found, or made, or told how to get.

`python -m benchmarks.peers` makes what can be made inside `build/`, and says what else there is to install.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.timing import ROOT

__all__ = ["Missing", "nodemailer", "postfix_tool", "reply_libraries"]

_NODE = ROOT / "build" / "benchmarks"
_NODEMAILER = "nodemailer@10"
_PYTHON = ROOT / "build" / "benchmarks" / "python"
_REPLY_LIBRARIES = ("mail-parser-reply==1.36", "quotequail==0.5.4", "email-reply-parser==0.5.12")


class Missing(Exception):
    """A peer is not on this machine; the text says how to get it."""


def postfix_tool(name: str) -> str:
    """Return the path of `smtp-sink` or `smtp-source`. Raises Missing."""
    found = shutil.which(name, path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    if found is None:
        raise Missing(f"{name} is not here: apt-get install --no-install-recommends postfix")
    return found


def nodemailer() -> Path:
    """Return a directory from which Node finds nodemailer. Raises Missing."""
    if shutil.which("node") is None:
        raise Missing("node is not here: apt-get install nodejs npm")
    if not (_NODE / "node_modules" / "nodemailer").is_dir():
        raise Missing("nodemailer is not here: python -m benchmarks.peers")
    return _NODE


def reply_libraries() -> Path:
    """Return a directory from which Python imports what strips replies elsewhere. Raises Missing."""
    if not (_PYTHON / "quotequail").is_dir():
        raise Missing(
            "mail-parser-reply, quotequail and email-reply-parser are not here: python -m benchmarks.peers"
        )
    return _PYTHON


def _main() -> None:
    _NODE.mkdir(parents=True, exist_ok=True)
    npm = shutil.which("npm")
    if npm is not None and not (_NODE / "node_modules" / "nodemailer").is_dir():
        command = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(_NODE), _NODEMAILER]
        subprocess.run(command, check=False)
    if not (_PYTHON / "quotequail").is_dir():
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(_PYTHON)]
        subprocess.run([*install, *_REPLY_LIBRARIES], check=False)
    for find in (
        lambda: postfix_tool("smtp-sink"),
        lambda: postfix_tool("smtp-source"),
        nodemailer,
        reply_libraries,
    ):
        try:
            find()
        except Missing as missing:
            print(missing, file=sys.stderr)


if __name__ == "__main__":
    _main()
