"""The stubs as processes of their own, as kill tests use them: what they took survives their own death."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from newsletter.config.schema import Config, ProviderConfig, SendgridConfig, SmtpConfig
from newsletter.config.secrets import Secret
from newsletter.domain.outcome import Submission
from newsletter.plugins import load_plugin
from newsletter.testing.received import Journal
from newsletter.testing.sample_mailing import sample_mailing, sample_recipients
from newsletter.testing.sendgrid_rules import expand
from newsletter.testing.sendgrid_stub import API_KEY
from newsletter.testing.smtp_stub import recorded_mails

READERS = sample_recipients(["A", "B", "C"])


@contextmanager
def running(module: str, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", f"newsletter.testing.{module}", *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def sendgrid(root: Path, host: str) -> Config:
    settings = SendgridConfig(api_key=Secret(reference="env:STUB_KEY"), host=host, timeout_s=20)
    return Config(root=root, provider=ProviderConfig(sendgrid=settings))


def send(name: str, config: Config) -> Submission:
    shipment = load_plugin("newsletter.providers", name)(config).prepare(sample_mailing())
    try:
        submission: Submission = shipment.submit(shipment.build(READERS, "c.1.1"))
        return submission
    finally:
        shipment.close()


def test_a_server_that_dies_after_taking_a_batch_leaves_it_unknown_and_on_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUB_KEY", API_KEY)
    journal = tmp_path / "journal"
    with running("sendgrid_stub", "--journal", str(journal), "--fault", "1=accepted-hang") as (process, url):
        result: list[Submission] = []
        sender = threading.Thread(target=lambda: result.append(send("sendgrid", sendgrid(tmp_path, url))))
        sender.start()
        while not list(Journal(journal).entries()):
            assert sender.is_alive()
        process.kill()
        sender.join(30)

    (entry,) = Journal(journal).entries()
    assert result[0].outcome.kind == "unknown"
    assert [mail.email for mail in expand(entry["request"])] == [one.email for one in READERS]


def test_the_mail_server_runs_as_a_process(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    with running("smtp_stub", "--journal", str(journal)) as (_, port):
        settings = SmtpConfig(host="127.0.0.1", port=int(port), security="none")
        submission = send("smtp", Config(root=tmp_path, provider=ProviderConfig(smtp=settings)))

    assert {submission.of(one.position).kind for one in READERS} == {"accepted"}
    assert [mail.email for mail in recorded_mails(Journal(journal))] == [one.email for one in READERS]


def test_a_stub_ends_with_its_input(tmp_path: Path) -> None:
    with running("sendgrid_stub", "--journal", str(tmp_path / "journal")) as (process, _):
        assert process.stdin is not None
        process.stdin.close()

        assert process.wait(20) == 0
