"""A locked version that is known to be vulnerable stops a run; that nobody can be asked is said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

AUDIT = Path(__file__).resolve().parents[3] / ".ci" / "audit.py"
LOCK = """
[[package]]
name = "fine"
version = "1.0"
source = { registry = "https://registry.example/simple" }
[[package]]
name = "holey"
version = "2.0"
source = { registry = "https://registry.example/simple" }
[[package]]
name = "ours"
version = "0.1"
source = { editable = "." }
"""
HOLES = {("holey", "2.0"): ["PYSEC-2026-1", "GHSA-aaaa"]}


@contextmanager
def service(status: int = 200, body: bytes | None = None) -> Iterator[str]:
    """Run a service that knows HOLES, or answers `status` and `body` to everything."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))["queries"]
            ids = [HOLES.get((one["package"]["name"], one["version"]), []) for one in asked]
            results = [{"vulns": [{"id": name} for name in some]} if some else {} for some in ids]
            data = json.dumps({"results": results}).encode() if body is None else body
            self.send_response(status)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def audit(folder: Path, url: str, *arguments: str, lock: str = LOCK, accepted: str = "") -> tuple[int, str]:
    (folder / "uv.lock").write_text(lock)
    (folder / "audit.toml").write_text(accepted)
    environment: Mapping[str, str] = {**os.environ, "AUDIT_URL": url, "no_proxy": "127.0.0.1"}
    done = subprocess.run(
        [sys.executable, str(AUDIT), "--lock", str(folder / "uv.lock"),
         "--accepted", str(folder / "audit.toml"), *arguments],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_a_version_that_is_known_to_be_vulnerable_stops_the_run(tmp_path: Path) -> None:
    with service() as url:
        code, said = audit(tmp_path, url)

    assert code == 1
    assert "holey 2.0: PYSEC-2026-1  https://osv.dev/vulnerability/PYSEC-2026-1" in said
    assert "fine" not in said


def test_versions_nobody_knows_anything_about_pass(tmp_path: Path) -> None:
    with service() as url:
        code, said = audit(tmp_path, url, lock=LOCK.replace("2.0", "2.1"))

    assert (code, said) == (0, "2 locked versions: none is known to be vulnerable.\n")


@pytest.mark.parametrize(("until", "expected"), [("9999-01-01", 0), ("2020-01-01", 1)])
def test_what_is_accepted_passes_until_its_day(tmp_path: Path, until: str, expected: int) -> None:
    accepted = "".join(
        f'["{name}"]\nreason = "not the part we use"\nuntil = {until}\n' for name in HOLES["holey", "2.0"]
    )
    with service() as url:
        code, said = audit(tmp_path, url, accepted=accepted)

    assert code == expected
    assert ("accepted: not the part we use" in said) is (expected == 0)


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, b""), (429, b"later"), (200, b"<html>"), (200, b"[]"), (200, b'{"results": []}')],
)
def test_an_answer_that_says_nothing_is_told_and_stops_nothing(
    tmp_path: Path, status: int, body: bytes
) -> None:
    with service(status, body) as url:
        code, said = audit(tmp_path, url)
        required, _ = audit(tmp_path, url, "--required")

    assert (code, said.startswith("NOT LOOKED AT: "), required) == (0, True, 2)


def test_a_service_that_cannot_be_reached_is_told_and_stops_nothing(tmp_path: Path) -> None:
    with service() as url:
        pass

    code, said = audit(tmp_path, url)

    assert (code, "NOT LOOKED AT" in said, "2 versions are unjudged" in said) == (0, True, True)
