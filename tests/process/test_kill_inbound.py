"""Whatever takes mail in may be killed at any moment: no mail is lost, none is there twice, none differs.

A few kills of each source are tried; `NEWSLETTER_FULL=1` tries two hundred.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from certificates import make_certificate
from dovecot import dovecot_reason, running_dovecot

SCRIPT = Path(__file__).parent / "kill_inbound.py"
KILLS = 200 if os.environ.get("NEWSLETTER_FULL") else 4


def _sweep(source: str, folder: Path, *more: str) -> dict[str, object]:
    seed = os.environ.get("NEWSLETTER_SEED", "3")
    done = subprocess.run(
        [sys.executable, str(SCRIPT), source, str(KILLS), seed, str(folder), *more],
        capture_output=True,
        text=True,
        check=False,
        timeout=1800,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def _assert_nothing_happened(told: dict[str, object]) -> None:
    assert told["kills"] >= KILLS
    assert told["kept"] == told["sent"]
    assert [told[name] for name in ("lost", "double", "differ", "unread", "sound")] == [0, 0, 0, 0, "ok"]


@pytest.mark.kill
@pytest.mark.parametrize("source", ["eml", "maildir", "mbox", "post"])
def test_no_kill_loses_or_doubles_a_mail(source: str, tmp_path: Path) -> None:
    _assert_nothing_happened(_sweep(source, tmp_path))


@pytest.mark.kill
def test_no_kill_loses_or_doubles_a_mail_of_an_imap_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if (reason := dovecot_reason()) is not None:
        if os.environ.get("NEWSLETTER_REQUIRE_TOOLS") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with running_dovecot(certificate) as dovecot:
        project = tmp_path / "project"
        project.mkdir()

        _assert_nothing_happened(_sweep("imap", project, f"imap://renata@127.0.0.1:{dovecot.port}/INBOX"))
