"""Access tokens that a program hands out: renewed once when refused, and every fault of the program told."""

from __future__ import annotations

import sys
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.errors import ConfigError
from newsletter.providers.smtp import open_provider
from newsletter.providers.smtp.tokens import Tokens
from newsletter.testing.local_providers import said, send, smtp_config
from newsletter.testing.sample_mailing import sample_recipients
from newsletter.testing.smtp_faults import FaultySmtp

READERS = sample_recipients(["A", "B", "C"])
COUNT = """
import pathlib
calls = pathlib.Path("calls")
number = len(calls.read_text()) if calls.exists() else 0
calls.write_text("x" * (number + 1))
print(f"token-{number}")
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FaultySmtp]:
    with FaultySmtp(tmp_path / "journal", extensions=("PIPELINING", "AUTH XOAUTH2")) as server:
        yield server


def command(code: str) -> tuple[str, ...]:
    return sys.executable, "-IS", "-c", code


def config(root: Path, server: FaultySmtp, code: str = COUNT):
    return smtp_config(root, server.port, username="an@brief.example", token_command=command(code))


def used(server: FaultySmtp) -> list[str]:
    """Return the tokens the server was given."""
    return [
        b64decode(one.split()[1]).decode().partition("Bearer ")[2].rstrip("\x01") for one in server.logins
    ]


def test_a_token_that_ran_out_is_renewed_and_nobody_notices(tmp_path: Path, server: FaultySmtp) -> None:
    server.arrange("AUTH-535")

    submission = send(open_provider(config(tmp_path, server)), READERS)

    assert said(submission, READERS) == ["accepted"] * 3
    assert used(server) == ["token-0", "token-1"]


def test_a_token_is_kept_for_the_next_connections(tmp_path: Path, server: FaultySmtp) -> None:
    provider = open_provider(config(tmp_path, server))
    server.arrange("AUTH-535")

    for _ in range(2):
        send(provider, READERS)
    provider.probe()

    assert used(server) == ["token-0", "token-1", "token-1", "token-1"]


def test_a_token_that_is_refused_twice_halts(tmp_path: Path, server: FaultySmtp) -> None:
    server.arrange("AUTH-535", "AUTH-535")

    submission = send(open_provider(config(tmp_path, server)), READERS)

    assert said(submission, READERS) == ["halt"] * 3
    assert used(server) == ["token-0", "token-1"]
    assert "token-1" not in repr(submission)


def test_a_program_that_fails_later_halts_and_says_why(tmp_path: Path, server: FaultySmtp) -> None:
    once = f"{COUNT}\nif number: raise SystemExit('log in again')"
    server.arrange("AUTH-535")

    submission = send(open_provider(config(tmp_path, server, once)), READERS)

    assert said(submission, READERS) == ["halt"] * 3
    assert "ended with 1: log in again" in submission.outcome.detail


def test_connections_that_meet_the_same_refusal_share_one_new_token(tmp_path: Path) -> None:
    tokens = Tokens(command(COUNT), tmp_path)
    first = tokens.current()

    assert [tokens.renew(first), tokens.renew(first), tokens.current()] == ["token-1"] * 3


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("no-such-program",), "cannot be run: No such file"),
        (("a\0b",), "it cannot be run"),
        (command("raise SystemExit(3)"), "ended with 3"),
        (command("pass"), "is no token"),
        (command("print('two words')"), "is no token"),
        (command("print('tok\\nen')"), "is no token"),
        (command("print(chr(233))"), "is no token"),
    ],
)
def test_a_program_that_gives_no_token_is_told(tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        Tokens(words, tmp_path).current()
