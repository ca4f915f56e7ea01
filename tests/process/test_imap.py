"""Mail taken in from a real IMAP server: Dovecot, over TLS, with all that goes wrong with servers."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path

import pytest
from certificates import make_certificate
from dovecot import PASSWORD, Dovecot, dovecot_reason, running_dovecot
from sqlalchemy import func, select

from newsletter.domain.inbound_mail import InboundFilter, InboundMail
from newsletter.domain.mailbox_address import parse_mailbox
from newsletter.errors import InboundError
from newsletter.mailbox.imap import ImapMailbox
from newsletter.project import Project
from newsletter.project.replies.fetching import Fetching
from newsletter.project.replies.mailbox_state import read_mailbox_state
from newsletter.project.replies.taken import Taken
from newsletter.store.schema.inbound import arrival

_users = count()


@pytest.fixture(scope="module")
def dovecot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dovecot]:
    if (reason := dovecot_reason()) is not None:
        if os.environ.get("NEWSLETTER_REQUIRE_TOOLS") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    certificate = make_certificate(tmp_path_factory.mktemp("certificate"))
    with pytest.MonkeyPatch.context() as patched, running_dovecot(certificate) as server:
        patched.setenv("SSL_CERT_FILE", str(certificate))
        patched.setenv("MAILBOX_PASSWORD", PASSWORD)
        yield server


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    return f"renata{next(_users)}@brief.example"


def _raw(number: int) -> bytes:
    body = b"Dag,\r\n\r\n\xe9\xff caf\xc3\xa9\r\n.\r\nFrom here\r\n" + b"x" * number
    return b"From: jan@b.nl\r\nSubject: mail %d\r\n\r\n%s" % (number, body)


def _project(root: Path, url: str, more: str = 'since = "2020-01-01"') -> Project:
    root.mkdir(exist_ok=True)
    (root / "newsletter.toml").write_text(
        f'[replies]\nmailbox = "{url}"\npassword = "env:MAILBOX_PASSWORD"\n{more}\n'
    )
    return Project.open(root)


def _fill(dovecot: Dovecot, user: str, numbers: range) -> None:
    with dovecot.client(user) as client:
        for number in numbers:
            client.append("INBOX", _raw(number))


def _mails(project: Project) -> list[InboundMail]:
    return sorted(project.replies.find(InboundFilter()), key=lambda one: one.id)


def test_mails_come_in_byte_for_byte_and_stay_unread_in_the_mailbox(
    dovecot: Dovecot, user: str, tmp_path: Path
) -> None:
    _fill(dovecot, user, range(3))

    with _project(tmp_path, dovecot.url(user)) as project:
        first, again = Fetching(project).fetch(), Fetching(project).fetch()

        assert (first.new, again.new, again.known) == (3, 0, 0)
        assert [project.replies.raw(mail.id) for mail in _mails(project)] == [_raw(one) for one in range(3)]
        assert {mail.sha256 for mail in _mails(project)} == {
            sha256(_raw(one)).hexdigest() for one in range(3)
        }
    with dovecot.client(user) as client:
        assert client.folder_status("INBOX", ["UNSEEN"])[b"UNSEEN"] == 3


def test_a_folder_that_is_numbered_anew_gives_no_mail_twice(
    dovecot: Dovecot, user: str, tmp_path: Path
) -> None:
    _fill(dovecot, user, range(3))
    with _project(tmp_path, dovecot.url(user)) as project:
        Fetching(project).fetch()
        with dovecot.client(user) as client:
            before = client.folder_status("INBOX", ["UIDVALIDITY"])[b"UIDVALIDITY"]
        uids = dovecot.maildir(user) / "dovecot-uidlist"
        uids.write_text(uids.read_text().replace(f" V{before} ", f" V{before + 1} "))
        for file in dovecot.maildir(user).glob("dovecot.*"):
            file.unlink()
        with dovecot.client(user) as client:
            client.select_folder("INBOX")
            after = client.folder_status("INBOX", ["UIDVALIDITY"])[b"UIDVALIDITY"]

        taken = Fetching(project).fetch()

        assert before != after
        assert (taken.new, taken.known, len(_mails(project))) == (0, 3, 3)
        with project.store.database.reading() as connection:
            assert connection.scalar(select(func.count()).select_from(arrival)) == 6


def test_an_original_that_was_lost_comes_back_from_the_mailbox(
    dovecot: Dovecot, user: str, tmp_path: Path
) -> None:
    _fill(dovecot, user, range(2))
    with _project(tmp_path, dovecot.url(user)) as project:
        Fetching(project).fetch()
        shutil.rmtree(project.replies.raw_mails.folder)

        taken = Fetching(project).fetch(is_again=True)

        assert (taken.new, taken.known) == (0, 2)
        assert [project.replies.raw(mail.id) for mail in _mails(project)] == [_raw(0), _raw(1)]


def test_four_who_fetch_at_once_take_each_mail_once(dovecot: Dovecot, user: str, tmp_path: Path) -> None:
    _fill(dovecot, user, range(40))
    with _project(tmp_path, dovecot.url(user)) as project:
        project.store.inbound.cursor("")
    results: list[Taken] = []

    def fetch() -> None:
        with Project.open(tmp_path) as project:
            results.append(Fetching(project).fetch())

    threads = [threading.Thread(target=fetch) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with _project(tmp_path, dovecot.url(user)) as project:
        assert sum(one.new for one in results) == 40
        assert {mail.sha256 for mail in _mails(project)} == {
            sha256(_raw(one)).hexdigest() for one in range(40)
        }


def test_mails_that_are_kept_can_be_moved_away(dovecot: Dovecot, user: str, tmp_path: Path) -> None:
    _fill(dovecot, user, range(2))
    more = 'since = "2020-01-01"\nafter = "move:Verwerkt"'
    with _project(tmp_path, dovecot.url(user), more) as project:
        with pytest.raises(InboundError, match='no folder "Verwerkt"'):
            Fetching(project).fetch()
        with dovecot.client(user) as client:
            client.create_folder("Verwerkt")
        Fetching(project).fetch()

        assert len(_mails(project)) == 2
    with dovecot.client(user) as client:
        assert client.folder_status("INBOX", ["MESSAGES"])[b"MESSAGES"] == 0
        assert client.folder_status("Verwerkt", ["MESSAGES"])[b"MESSAGES"] == 2


def test_mails_that_are_kept_can_get_a_star(dovecot: Dovecot, user: str, tmp_path: Path) -> None:
    _fill(dovecot, user, range(2))

    with _project(tmp_path, dovecot.url(user), 'since = "2020-01-01"\nafter = "flag"') as project:
        Fetching(project).fetch()

    with dovecot.client(user) as client:
        client.select_folder("INBOX", readonly=True)
        assert len(client.search("FLAGGED UNSEEN")) == 2


def test_a_star_that_the_author_takes_away_stays_away(dovecot: Dovecot, user: str, tmp_path: Path) -> None:
    _fill(dovecot, user, range(2))
    with _project(tmp_path, dovecot.url(user), 'since = "2020-01-01"\nafter = "flag"') as project:
        Fetching(project).fetch()
        with dovecot.client(user) as client:
            client.select_folder("INBOX")
            client.remove_flags(client.search("ALL"), [b"\\Flagged"])
        _fill(dovecot, user, range(2, 3))

        Fetching(project).fetch()

    with dovecot.client(user) as client:
        client.select_folder("INBOX", readonly=True)
        assert len(client.search("FLAGGED")) == 1


def test_mails_from_before_the_letters_stay_where_they_are(
    dovecot: Dovecot, user: str, tmp_path: Path
) -> None:
    with dovecot.client(user) as client:
        client.append("INBOX", _raw(0), msg_time=datetime.now(UTC) - timedelta(days=9))
        client.append("INBOX", _raw(1))

    with _project(tmp_path, dovecot.url(user), "") as project:
        taken = Fetching(project).fetch()

        assert taken.new == 1
        assert [mail.facts.subject for mail in _mails(project)] == ["mail 1"]


def test_a_mail_is_taken_in_when_it_comes(dovecot: Dovecot, user: str, tmp_path: Path) -> None:
    class Enough(Exception):
        """Ends the watch."""

    seen: list[int] = []

    def told(taken: Taken) -> None:
        seen.append(taken.new)
        if sum(seen) == 3:
            raise Enough
        _fill(dovecot, user, range(sum(seen), sum(seen) + 1))  # it comes while the server is asked to tell

    with _project(tmp_path, dovecot.url(user)) as project, pytest.raises(Enough):
        Fetching(project).watch(told, lambda _text: None)

    assert sum(seen) == 3


def test_a_wrong_password_is_told_with_the_server(
    dovecot: Dovecot, user: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILBOX_PASSWORD", "wrong")

    with (
        _project(tmp_path, dovecot.url(user)) as project,
        pytest.raises(InboundError, match=r"localhost does not let renata.* in"),
    ):
        Fetching(project).fetch()


def test_a_server_whose_certificate_nobody_vouches_for_gets_no_password(
    dovecot: Dovecot, user: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")

    with (
        _project(tmp_path, dovecot.url(user)) as project,
        pytest.raises(InboundError, match="its encryption cannot be trusted"),
    ):
        Fetching(project).fetch()


def test_starttls_is_used_where_the_server_has_it(dovecot: Dovecot, user: str) -> None:
    where = parse_mailbox(f"imap://{user}@localhost:{dovecot.port}/INBOX")

    with ImapMailbox(where, timeout_s=60) as mailbox:
        mailbox.login(password=PASSWORD)

        assert mailbox.is_encrypted


def test_the_doctor_sees_what_waits_and_when_mail_last_came(
    dovecot: Dovecot, user: str, tmp_path: Path
) -> None:
    _fill(dovecot, user, range(3))
    with _project(tmp_path, dovecot.url(user)) as project:
        before = read_mailbox_state(project)
        project.store.inbound.cursor("")
        unfetched = read_mailbox_state(project)
        Fetching(project).fetch()
        after = read_mailbox_state(project)

    assert (before.fault, before.waiting) == (None, None)
    assert (unfetched.waiting, unfetched.fetched_at) == (3, None)
    assert after.waiting == 0
    assert after.fetched_at is not None


def test_a_folder_that_is_not_there_is_told(dovecot: Dovecot, user: str, tmp_path: Path) -> None:
    with (
        _project(tmp_path, dovecot.url(user, "Nergens")) as project,
        pytest.raises(InboundError, match="Nergens"),
    ):
        Fetching(project).fetch()
