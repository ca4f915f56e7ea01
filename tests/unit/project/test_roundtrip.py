"""`newsletter doctor roundtrip`: a letter goes out over a real server and comes back in a Maildir."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import click
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from click.testing import CliRunner, Result

from newsletter.cli import cli
from newsletter.errors import NewsletterError

_CONFIG = """
[newsletter]
name = "Brief"
lang = "nl"
postal_address = "Straat 1, Dorp"
base_url = "https://brief.example"
[sender]
from = "An <an@brief.example>"
[provider]
name = "{provider}"
[provider.smtp]
host = "127.0.0.1"
port = {port}
security = "none"
bounce_address = "bounces+{{delivery}}@brief.example"
[replies]
mailbox = "maildir:in"
"""
_ISSUE = "---\nsubject: Herfst\npreheader: Blad\n---\n\nDag,\n\n[Afmelden]({{ unsubscribe_url }})\n\nAn\n"


class _Postman:
    """Puts what a server takes into a Maildir, as `change` leaves it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.change: Callable[[bytes], bytes] = bytes
        for name in ("new", "cur", "tmp"):
            (folder / name).mkdir(parents=True)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        head = f"Return-Path: <{envelope.mail_from}>\r\n".encode()
        assert isinstance(envelope.content, bytes)
        number = len(list((self.folder / "new").iterdir()))
        (self.folder / "new" / f"{number}.mail").write_bytes(self.change(head + envelope.content))
        return "250 OK"


@pytest.fixture
def postman(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[_Postman]:
    postman = _Postman(tmp_path / "in")
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()
    serving = loop.create_server(lambda: SMTP(postman, loop=loop), "127.0.0.1", 0)
    server = asyncio.run_coroutine_threadsafe(serving, loop).result(10)
    port = server.sockets[0].getsockname()[1]
    (tmp_path / "newsletter.toml").write_text(_CONFIG.format(provider="smtp", port=port))
    (tmp_path / "issues").mkdir()
    (tmp_path / "issues" / "2026-11-24-herfst.md").write_text(_ISSUE)
    monkeypatch.chdir(tmp_path)
    yield postman
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


def _trip(*arguments: str) -> Result:
    command = ["doctor", "roundtrip", "--wait", "0", *arguments]
    return CliRunner().invoke(cli, command, standalone_mode=False)


def _failed(result: Result) -> tuple[int, str]:
    """Return the exit code and the words of a command that raised."""
    error = result.exception
    assert isinstance(error, NewsletterError)
    return error.exit_code, str(error)


def test_a_letter_that_comes_back_whole_has_every_sign(postman: _Postman) -> None:
    result = _trip("--json")

    assert result.return_value == 0, result.output
    told = json.loads(result.stdout)
    assert told["survived"] == ["message_id", "bounce_address", "link"]
    assert (told["lost"], told["is_answer"]) == ([], False)
    assert "an@brief.example, through smtp" in result.stderr
    assert len(list((postman.folder / "new").iterdir())) == 1


def test_a_provider_that_calls_it_otherwise_is_told(postman: _Postman) -> None:
    postman.change = lambda raw: re.sub(rb"(?mi)^Message-ID:.*$", b"Message-ID: <x@ses.example>", raw)

    result = _trip()

    assert result.return_value == 1
    assert "✗ its Message-ID" in result.stdout
    assert "it is called x@ses.example now" in result.stdout
    assert "✓ a link of its own" in result.stdout


def test_an_answer_is_looked_for_without_another_letter(postman: _Postman) -> None:
    letter = json.loads(_trip("--json").stdout)["letter"]
    first = next((postman.folder / "new").iterdir()).read_bytes()
    named = re.search(rb"(?mi)^Message-ID: (.*)$", first)
    assert named is not None
    answer = b"From: an@brief.example\r\nSubject: Re\r\nIn-Reply-To: " + named[1].strip() + b"\r\n\r\nDag\r\n"
    (postman.folder / "new" / "answer").write_bytes(answer)

    result = _trip("--look", letter)

    assert "An answer to it came in." in result.stdout
    assert ("✓ its Message-ID" in result.stdout, "✗ a link of its own" in result.stdout) == (True, True)
    assert len(list((postman.folder / "new").iterdir())) == 2


def test_a_letter_that_stays_away_is_told_with_what_to_type(postman: _Postman) -> None:
    postman.change = lambda _raw: b"From: els@b.example\r\nSubject: iets anders\r\n\r\nDag\r\n"

    code, told = _failed(_trip())

    assert code == 7
    assert re.search(r"newsletter doctor roundtrip --look [0-9a-f]{32}", told)


@pytest.mark.parametrize("seconds", ["nan", "inf", "-1", "86401", "soon"])
def test_it_waits_for_a_time_that_ends(seconds: str) -> None:
    result = _trip("--wait", seconds, "--look", "0" * 32)

    assert isinstance(result.exception, click.BadParameter)


@pytest.mark.usefixtures("postman")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--look", "zz"), "no id of a letter"),
        (("--look", "0" * 32, "--dry-run"), "--look is about a letter that went"),
        (("--provider", "ses"), "without --provider"),
        (("--to", "an"), '"an" is not an address'),
        (("--issue", "lente"), "lente"),
    ],
)
def test_wrong_input_is_told_and_sends_nothing(arguments: tuple[str, ...], told: str, tmp_path: Path) -> None:
    code, said = _failed(_trip(*arguments))

    assert (code, told in said) == (2, True), said
    assert list((tmp_path / "in" / "new").iterdir()) == []


def test_a_trial_says_what_would_go_and_sends_nothing(postman: _Postman) -> None:
    result = _trip("--dry-run")

    assert "“[Test] Herfst” would go to an@brief.example" in result.stderr
    assert list((postman.folder / "new").iterdir()) == []


@pytest.mark.usefixtures("postman")
def test_a_mailbox_that_is_not_there_is_told(tmp_path: Path) -> None:
    config = tmp_path / "newsletter.toml"
    config.write_text(config.read_text().replace("maildir:in", "maildir:elsewhere"))

    code, told = _failed(_trip("--look", "0" * 32))

    assert (code, "there is no such folder or file" in told) == (7, True)


@pytest.mark.usefixtures("postman")
def test_the_outbox_mails_nobody_and_says_what_to_write(tmp_path: Path) -> None:
    (tmp_path / "newsletter.toml").write_text(_CONFIG.format(provider="outbox", port=25))

    code, told = _failed(_trip())

    assert code == 2
    assert "the provider is the outbox" in told
    assert 'name = "smtp"' in told


def test_options_of_the_round_trip_go_with_nothing_else() -> None:
    code, told = _failed(CliRunner().invoke(cli, ["doctor", "machine", "--to", "an@brief.example"]))

    assert (code, told) == (2, "--to: only with newsletter doctor roundtrip")
