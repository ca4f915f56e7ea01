"""Mail that comes in: kept byte for byte before anything reads it, once, and never dropped."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from newsletter.domain.inbound_mail import InboundFilter
from newsletter.domain.inbox import InboundState
from newsletter.errors import StoreError, UsageError
from newsletter.project import Project
from newsletter.store.schema.inbound import arrival
from newsletter.testing.fake_clock import FakeClock

RAW = (
    b"From: Jan de Vries <Jan@Gemeente.example>\r\nTo: renata@brief.example\r\n"
    b"Subject: Re: Wel of niet\r\nMessage-ID: <a1@gemeente.example>\r\n\r\nDank je wel.\x00\xff\r\n"
)
ALL = InboundFilter()


@pytest.fixture
def project(tmp_path: Path):
    (tmp_path / "newsletter.toml").write_text('[newsletter]\nname = "Brief"\n')
    with Project.open(tmp_path, environment={}, clock=FakeClock()) as opened:
        yield opened


def _files(project: Project) -> list[Path]:
    return sorted(project.replies.raw_mails.folder.rglob("*.eml"))


def test_a_mail_is_on_disk_byte_for_byte_for_its_owner_only_before_it_is_read(project: Project) -> None:
    ingested = project.replies.ingest(RAW, "imap:x", "1/1")

    (file,) = _files(project)
    assert ingested.is_new
    assert file.read_bytes() == RAW
    assert file.parent.name + file.stem == sha256(RAW).hexdigest()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [one.state for one in project.replies.find(ALL)] == [InboundState.WAITING]


def test_the_same_mail_is_one_however_often_and_wherever_it_comes_from(project: Project) -> None:
    first = project.replies.ingest(RAW, "imap:x", "1/1")

    again = [project.replies.ingest(RAW, source, key) for source, key in (("imap:x", "1/1"), ("eml", "k"))]

    assert [(one.id, one.is_new) for one in again] == [(first.id, False)] * 2
    assert len(_files(project)) == 1
    with project.store.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(arrival)) == 2


def test_two_mails_under_one_key_are_both_kept(project: Project) -> None:
    project.replies.ingest(RAW, "imap:x", "1/1")
    project.replies.ingest(RAW + b"more", "imap:x", "1/1")

    assert len(project.replies.find(ALL)) == 2


def test_a_mail_is_read_once_it_is_kept(project: Project) -> None:
    project.replies.ingest(RAW, "eml", "k")

    parked = project.replies.read_waiting()

    (mail,) = project.replies.find(ALL)
    assert parked == 0
    assert mail.state is InboundState.NEW
    assert mail.facts.from_key == "jan@gemeente.example"
    assert mail.facts.subject == "Re: Wel of niet"
    assert mail.facts.message_id == "a1@gemeente.example"


def test_a_mail_whose_file_is_gone_is_parked_with_the_reason_and_tried_again(project: Project) -> None:
    project.replies.ingest(RAW, "eml", "k")
    (file,) = _files(project)
    file.rename(file.with_suffix(".away"))

    assert project.replies.read_waiting() == 1
    (mail,) = project.replies.find(ALL)
    assert mail.state is InboundState.PARKED
    assert mail.trouble == "the raw mail cannot be read"

    file.with_suffix(".away").rename(file)
    assert project.replies.read_waiting() == 0
    (mail,) = project.replies.find(ALL)
    assert (mail.state, mail.trouble) == (InboundState.NEW, None)


def test_a_mail_at_which_the_program_died_again_and_again_holds_up_no_other(project: Project) -> None:
    number = project.replies.ingest(RAW, "eml", "1").id
    project.replies.ingest(RAW + b"x", "eml", "2")
    for _ in range(10):
        project.store.inbound.begin(number)

    assert project.replies.read_waiting() == 1
    states = {mail.id: mail.state for mail in project.replies.find(ALL)}
    assert states == {number: InboundState.PARKED, number + 1: InboundState.NEW}
    assert project.replies.reclassify([number]).parked == 0
    assert project.replies.get(number).state is InboundState.NEW


def test_a_file_that_a_failing_disk_changed_is_written_again(project: Project) -> None:
    project.replies.ingest(RAW, "eml", "k")
    (file,) = _files(project)
    file.write_bytes(RAW[:10])

    project.replies.ingest(RAW, "eml", "k")

    assert file.read_bytes() == RAW


def test_a_mail_that_came_in_this_way_before_waits_for_nobody_who_writes(project: Project) -> None:
    first = project.replies.ingest(RAW, "maildir", "1")

    with closing(sqlite3.connect(project.store.database.path)) as somebody:
        somebody.execute("BEGIN IMMEDIATE")
        again = project.replies.ingest(RAW, "maildir", "1")

    assert (again.id, again.is_new) == (first.id, False)


def test_a_folder_that_cannot_be_written_is_told_and_nothing_is_in_the_inbox(project: Project) -> None:
    folder = project.replies.raw_mails.folder
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("in the way")

    with pytest.raises(StoreError, match=r"\.newsletter/inbound/.*a mail that came in cannot be written"):
        project.replies.ingest(RAW, "eml", "k")

    assert project.replies.find(ALL) == []


def test_tags_in_another_letter_case_are_one_and_can_be_taken_away(project: Project) -> None:
    number = project.replies.ingest(RAW, "eml", "k").id

    assert project.replies.tag(number, ["Mastodon", "mastodon", "vraag"]) == ["Mastodon", "vraag"]
    assert project.replies.tag(number, [], ["MASTODON"]) == ["vraag"]


@pytest.mark.parametrize("tag", ["", "  ", "#", "a\nb", "\x1b[31m", "x" * 61])
def test_what_can_be_no_tag_is_refused(project: Project, tag: str) -> None:
    number = project.replies.ingest(RAW, "eml", "k").id

    with pytest.raises(UsageError, match="cannot be a tag"):
        project.replies.tag(number, [tag])


_HEADERS = st.sampled_from(
    [
        b"From: =?utf-16?b?2AA=?= <\xff@b.nl>",
        b"From: a@b.nl, <@>",
        b"Subject: =?utf-7?q?+2AA-?= \x00",
        b"Subject: =?x?b?\x80",
        b"Message-ID: <\x00\xed\xa0\x80@x>",
        b"Content-Type: text/plain; charset=utf-16-surrogatepass",
        b"Content-Type: multipart/mixed; boundary=b",
        b"Content-Type: message/delivery-status",
        b"Content-Disposition: attachment; filename*=utf-8''%ED%A0%80%00",
        b"Auto-Submitted: auto-replied",
        b"Date: Tue, 99 Nov 99999 99:99",
        b"",
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(headers=st.lists(_HEADERS, max_size=6), body=st.binary(max_size=200))
def test_any_bytes_are_a_mail_that_is_read_and_kept(
    project: Project, headers: list[bytes], body: bytes
) -> None:
    raw = b"\r\n".join(headers) + b"\r\n\r\n--b\r\n\r\n" + body

    number = project.replies.ingest(raw, "eml", sha256(raw).hexdigest()).id
    parked = project.replies.read_waiting()

    assert number is not None
    assert (parked, project.replies.get(number).trouble) == (0, None)
    assert project.replies.raw(number) == raw


def test_a_mail_in_the_archive_comes_back(project: Project) -> None:
    number = project.replies.ingest(RAW, "eml", "k").id
    project.replies.read_waiting()

    assert project.replies.move([number], InboundState.ARCHIVED) == [number]
    assert project.replies.move([number], InboundState.ARCHIVED) == []
    assert project.replies.move([number], InboundState.READ) == [number]
    assert project.replies.get(number).state is InboundState.READ


def test_a_number_nobody_has_is_told(project: Project) -> None:
    with pytest.raises(UsageError, match="no mail 7 in the inbox"):
        project.replies.tag(7, ["x"])
