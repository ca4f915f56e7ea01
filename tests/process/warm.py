"""One warm server per test process, which runs commands without starting Python each time."""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

__all__ = ["run_warm"]

_ROOT = Path(__file__).resolve().parents[2]


def run_warm(
    arguments: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    text: str,
    largest_file: int | None,
    timeout_s: float,
    is_together: bool = False,
) -> tuple[int, str, str]:
    """Run `newsletter ARGUMENTS` with `text` on its input; return exit code, output and errors.

    `is_together`: errors stand in the output, where they came. Raises subprocess.TimeoutExpired, the command
    killed.
    """
    with tempfile.TemporaryDirectory() as directory:
        files = [Path(directory) / name for name in ("input", "output", "errors")]
        for file, content in zip(files, (text, "", ""), strict=True):
            file.write_text(content)
        server = _server()
        _ask(
            server,
            {
                "argv": list(arguments),
                "cwd": str(cwd),
                "env": dict(env),
                "files": [str(file) for file in (files[0], files[1], files[1 if is_together else 2])],
                "largest_file": largest_file,
            },
        )
        pid = _answer(server)["pid"]
        assert server.stdout is not None
        if not select.select([server.stdout], [], [], timeout_s)[0]:
            os.kill(pid, signal.SIGKILL)
            _answer(server)
            raise subprocess.TimeoutExpired(["newsletter", *arguments], timeout_s)
        return _answer(server)["code"], files[1].read_text(), files[2].read_text()


@cache
def _server() -> subprocess.Popen[bytes]:
    server = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("warm_server.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        bufsize=0,
    )
    atexit.register(_end, server)
    return server


def _end(server: subprocess.Popen[bytes]) -> None:
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.close()
    server.stdout.close()
    server.wait()


def _ask(server: subprocess.Popen[bytes], request: Mapping[str, object]) -> None:
    assert server.stdin is not None
    data = json.dumps(request).encode() + b"\n"
    while data:
        data = data[server.stdin.write(data) or 0 :]


def _answer(server: subprocess.Popen[bytes]) -> dict[str, int]:
    """Read one line, and not a byte more, so that waiting for the next can use select."""
    assert server.stdout is not None
    line = b""
    while not line.endswith(b"\n"):
        piece = server.stdout.read(1)
        assert piece, "the server of commands has ended"
        line += piece
    answer: dict[str, int] = json.loads(line)
    return answer
