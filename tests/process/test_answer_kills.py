"""An answer to a reader, and the death of the process that sends it: it is not sent twice."""

from __future__ import annotations

import time
from pathlib import Path

from cli_world import Project, run

from newsletter.testing.sendgrid_stub import API_KEY, SendgridStub

MAIL = (
    "From: Wilma <wilma@gemeente.example>\r\nTo: renata@brief.example\r\nSubject: Re: Groepen\r\n"
    "Message-ID: <w1@gemeente.example>\r\n\r\nWij hebben er veertien.\r\n"
)
PROVIDER = '[provider.sendgrid]\napi_key = "env:STUB_KEY"\nhost = "{url}"\n'
ANSWER = ("replies", "answer", "1", "--body", "answer.txt")


def _newsletter(root: Path, url: str) -> Project:
    assert run("init", "brief", cwd=root).code == 0
    project = Project(root / "brief", extra={"STUB_KEY": API_KEY})
    project.configure(PROVIDER.format(url=url), provider="sendgrid")
    (project.root / "mail.eml").write_text(MAIL)
    (project.root / "answer.txt").write_text("Dank je wel.\n")
    assert project.run("replies", "import", "mail.eml").code == 0
    return project


def _wait_for_mail(stub: SendgridStub) -> None:
    end = time.monotonic() + 300
    while not list(stub.mails()):
        assert time.monotonic() < end, "no mail left"
        time.sleep(0.02)


def test_a_killed_answer_is_asked_about_and_never_sent_twice(tmp_path: Path) -> None:
    with SendgridStub(tmp_path / "journal") as stub:
        project = _newsletter(tmp_path, stub.url)
        stub.arrange("accepted-hang")
        sender = project.start(*ANSWER)
        _wait_for_mail(stub)
        sender.kill()
        sender.communicate()

        again = [project.run(*ANSWER, "--json") for _ in range(2)]

        assert [0, 0] == [one.code for one in again], again[0].err
        assert '"state": "accepted"' in again[1].out
        assert ["wilma@gemeente.example"] == [mail.email for mail in stub.mails()]
