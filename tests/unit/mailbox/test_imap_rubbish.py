"""An IMAP server that answers rubbish, or withholds one mail, is told of and stops nothing else."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest

from newsletter.domain.mailbox_address import ImapFolder
from newsletter.errors import InboundError, Problem
from newsletter.mailbox.imap import ImapMailbox
from newsletter.protocols.mailbox import Incoming

_RAW = b"From: jan@b.nl\r\n\r\nHoi"
_USUAL = {
    "CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n",
    "EXAMINE": b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 4] ok\r\n",
    "SEARCH": b"* SEARCH 1 2 3\r\n",
}

Answer = Callable[[str], bytes]
"""What a server says to a command, before its last line; one that begins with NO is the last line."""


def _mails(asked: str, withheld: str = "") -> bytes:
    """Answer a FETCH of some of the mails 1 to 3, or refuse it because of one of them."""
    uids = [one for one in ("1", "2", "3") if one in asked.split()[2]]
    if "SIZE" in asked:
        return b"".join(
            b"* %b FETCH (UID %b RFC822.SIZE 22)\r\n" % (one.encode(), one.encode()) for one in uids
        )
    if withheld in uids:
        return b"NO that one is broken\r\n"
    size = b"{%d}" % len(_RAW)
    return b"".join(
        b"* %b FETCH (UID %b BODY[] %b\r\n%b)\r\n" % (one.encode(), one.encode(), size, _RAW) for one in uids
    )


@contextmanager
def _server(answers: dict[str, Answer]) -> Iterator[int]:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def run() -> None:
            connection, _ = listening.accept()
            with connection, connection.makefile("rb") as lines:
                connection.sendall(b"* OK hello\r\n")
                for line in lines:
                    tag, _, asked = line.decode().strip().partition(" ")
                    asked = asked.removeprefix("UID ")
                    name = asked.split()[0]
                    answer = answers.get(name, lambda _, name=name: _USUAL.get(name, b""))(f"UID {asked}")
                    last = b"" if answer.startswith(b"NO") else b"OK done\r\n"
                    split = answer if last else b""
                    connection.sendall(split + tag.encode() + b" " + (last or answer))

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield int(listening.getsockname()[1])
        thread.join(10)


def _take(answers: dict[str, Answer]) -> list[Incoming | Problem]:
    with _server(answers) as port:
        where = ImapFolder(host="127.0.0.1", port=port, user="jan", folder="INBOX", is_tls=False)
        mailbox = ImapMailbox(where, timeout_s=60)
        try:
            mailbox.login(password="x")
            return list(mailbox.new_mails(mailbox.start(None), lambda _keys: frozenset()))
        finally:
            mailbox.hang_up()


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("CAPABILITY", b"* CAPABILITY \xff\xff\r\n"),
        ("EXAMINE", b"* 1 EXISTS\r\n"),
        ("EXAMINE", b"* 1 EXISTS\r\n* OK [UIDVALIDITY abc] ok\r\n"),
        ("SEARCH", b"* SEARCH a b c\r\n"),
        ("SEARCH", b"* SEARCH \xff\xfe\r\n"),
    ],
)
def test_an_answer_that_is_no_imap_is_a_fault_of_the_server(name: str, answer: bytes) -> None:
    with pytest.raises(InboundError, match=r"127\.0\.0\.1"):
        _take({name: lambda _asked: answer})


def test_a_mail_that_the_server_refuses_holds_up_no_other() -> None:
    first, problem, last = _take({"FETCH": lambda asked: _mails(asked, withheld="2")})

    assert isinstance(problem, Problem)
    assert "no bytes of mail 2" in problem.what
    assert isinstance(first, Incoming)
    assert isinstance(last, Incoming)
    assert (first.raw, last.raw) == (_RAW, _RAW)
    assert first.cursor is not None
    assert last.cursor == first.cursor  # so that the second is asked for again


def test_a_mail_of_which_the_server_tells_all_but_its_bytes_is_asked_for_again() -> None:
    taken = _take({"FETCH": lambda _asked: b"* 1 FETCH (UID 1 FLAGS ())\r\n"})

    assert [one.what for one in taken if isinstance(one, Problem)] == [
        "the server gives no bytes of mail 1 in INBOX of jan at 127.0.0.1"
    ]


def test_what_a_server_says_is_shown_as_it_says_it() -> None:
    with pytest.raises(InboundError) as caught:
        _take({"LOGIN": lambda _asked: b"NO [AUTHENTICATIONFAILED] Wrong password.\r\n"})

    assert caught.value.problems[0].why == "[AUTHENTICATIONFAILED] Wrong password."
