"""Mails taken out of the inbox: by age, by number, or because their writer is to be forgotten."""

from __future__ import annotations

import io
import os
import zipfile
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from newsletter.domain.inbound_mail import InboundFilter
from newsletter.domain.inbox import InboundState
from newsletter.errors import UsageError
from newsletter.project import Project
from newsletter.project.people.dossier import make_dossier
from newsletter.project.people.retention import retain
from newsletter.store.schema.inbound import inbound
from newsletter.testing.fake_clock import FakeClock

JAN = b"From: Jan <Jan@Gemeente.example>\r\nSubject: Re: brief\r\n\r\nDank. Bel jan@gemeente.example\r\n"
ELS = b"From: Els <els@b.nl>\r\nSubject: Fwd\r\n\r\nJan (jan@gemeente.example) vroeg dit.\r\n"
MONTH_S = 31 * 24 * 3600.0


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def project(tmp_path: Path, clock: FakeClock):
    (tmp_path / "newsletter.toml").write_text('[newsletter]\nname = "Brief"\n')
    with Project.open(tmp_path, environment={}, clock=clock) as opened:
        yield opened


def _take(project: Project, *raws: bytes) -> list[int]:
    numbers = [project.replies.ingest(raw, "eml", str(hash(raw))).id for raw in raws]
    project.replies.read_waiting()
    return [number for number in numbers if number is not None]


def _on_disk(project: Project) -> bytes:
    files = [path for path in (project.config.root / ".newsletter").rglob("*") if path.is_file()]
    return b"".join(path.read_bytes() for path in files)


def test_who_is_forgotten_is_in_no_mail_and_no_file_any_more(project: Project) -> None:
    project.consent.add("Jan@gemeente.example", source="paper")
    coded = b"From: Els <els@b.nl>\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b64encode(
        b"vraag het jan@gemeente.example eens"
    )
    _take(project, JAN, ELS, coded)

    told = project.privacy.known("jan@gemeente.example")
    done = project.privacy.forget("jan@gemeente.example")

    assert told.rows["replies"] == done.rows["replies"] == 1
    assert [mail.facts.from_address for mail in project.replies.find(InboundFilter())] == ["els@b.nl"] * 2
    assert b"gemeente.example" not in _on_disk(project).lower()
    assert b64encode(b"vraag het jan@gemeente.example eens")[:20] not in _on_disk(project)
    assert project.privacy.known("jan@gemeente.example").is_nothing


def test_a_mail_nobody_read_yet_is_forgotten_too(project: Project) -> None:
    project.replies.ingest(JAN, "eml", "k")

    project.privacy.forget("jan@gemeente.example")

    assert project.replies.find(InboundFilter()) == []
    assert b"Dank" not in _on_disk(project)


def test_a_mail_that_could_not_be_read_is_forgotten_too(project: Project) -> None:
    number = project.replies.ingest(JAN, "eml", "k").id
    assert number is not None
    with project.store.database.writing() as connection:
        connection.execute(update(inbound).values(tries=10))  # the program ended each time it was read

    project.privacy.forget("jan@gemeente.example")

    assert project.replies.find(InboundFilter()) == []
    assert b"Dank" not in _on_disk(project)


def test_what_a_crash_left_of_a_mail_goes_with_its_writer(project: Project) -> None:
    _take(project, JAN)
    (file,) = project.replies.raw_mails.folder.rglob("*.eml")
    other = file.with_name(".00ff.eml.abcd.tmp")  # of a mail that never got any further
    for left in (file.with_name(f".{file.name}.abcd.tmp"), other):
        left.write_bytes(JAN)

    project.privacy.forget("jan@gemeente.example")

    assert b"Dank" not in _on_disk(project)


def test_a_half_written_mail_is_removed_when_nobody_writes_it_any_more(project: Project) -> None:
    _take(project, JAN)
    (file,) = project.replies.raw_mails.folder.rglob("*.eml")
    old, new = file.with_name(".00ff.eml.abcd.tmp"), file.with_name(".00ff.eml.efgh.tmp")
    for left in (old, new):
        left.write_bytes(JAN[:20])
    os.utime(old, (0, 0))

    project.replies.removal.drop_old()

    assert (old.exists(), new.exists(), file.exists()) == (False, True, True)


def test_who_is_forgotten_does_not_come_back_with_mails_of_others(project: Project) -> None:
    coded = b"From: Els <els@b.nl>\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b64encode(
        b"vraag het jan@gemeente.example eens"
    )
    _take(project, ELS, coded)
    project.privacy.forget("jan@gemeente.example")

    again = [project.replies.ingest(raw, "maildir", str(hash(raw))) for raw in (ELS, coded)]

    assert [one.is_new for one in again] == [False, False]
    assert b"gemeente.example" not in _on_disk(project).lower()
    assert b64encode(b"vraag het jan@gemeente.example eens")[:20] not in _on_disk(project)
    assert len(project.replies.find(InboundFilter())) == 2


def test_mails_of_who_is_forgotten_after_their_term_go_as_well(project: Project) -> None:
    _take(project, JAN, ELS)

    project.privacy.forget_all(["jan@gemeente.example"])
    project.store.erasure.scour()

    assert b"gemeente.example" not in _on_disk(project).lower()
    assert len(list(project.replies.raw_mails.folder.rglob("*.eml"))) == 1


def test_what_somebody_wrote_is_in_what_is_handed_to_them(project: Project) -> None:
    _take(project, JAN, ELS)

    dossier = make_dossier(project, "jan@gemeente.example")

    with zipfile.ZipFile(io.BytesIO(dossier.data)) as archive:
        originals = [name for name in archive.namelist() if name.endswith(".eml")]
        assert [archive.read(name) for name in originals] == [JAN]
        assert b"Dank." in archive.read("replies.csv")
    assert dossier.counts["replies"] == 1


def test_a_mail_of_who_was_forgotten_does_not_come_back_with_the_mailbox(project: Project) -> None:
    _take(project, JAN)
    project.privacy.forget("jan@gemeente.example")

    again = project.replies.ingest(JAN, "imap:x", "1/1")

    assert (again.id, again.is_new) == (None, False)
    assert b"Dank" not in _on_disk(project)


def test_originals_go_when_they_are_too_old_and_what_was_read_stays(
    project: Project, clock: FakeClock
) -> None:
    (old,) = _take(project, JAN)
    clock.sleep(24 * MONTH_S)
    (new,) = _take(project, ELS)

    assert project.replies.removal.drop_old(is_trial=True) == 1
    assert retain(project).raw_mails == 1
    assert project.replies.removal.drop_old() == 0

    assert project.replies.raw(new) == ELS
    assert "Dank" in str(project.replies.get(old).facts.reply_text)
    with pytest.raises(UsageError, match="original of mail 1 was removed"):
        project.replies.raw(old)
    assert b"Dank. Bel" not in b"".join(
        path.read_bytes() for path in project.replies.raw_mails.folder.rglob("*.eml")
    )


def test_a_mail_that_nobody_could_read_is_not_too_old(project: Project, clock: FakeClock) -> None:
    project.replies.ingest(JAN, "eml", "k")
    clock.sleep(30 * MONTH_S)

    assert project.replies.removal.drop_old() == 0


def test_a_mail_is_removed_by_its_number_and_stays_away(project: Project) -> None:
    (number, _) = _take(project, JAN, ELS)
    project.replies.tag(number, ["private"])

    assert project.replies.removal.remove([number]) == 1

    assert [mail.facts.from_address for mail in project.replies.find(InboundFilter())] == ["els@b.nl"]
    assert project.replies.ingest(JAN, "eml", "again").is_new is False
    assert len(list(project.replies.raw_mails.folder.rglob("*.eml"))) == 1


def test_mails_are_read_again_and_what_the_author_did_stays(project: Project) -> None:
    first, second = _take(project, JAN, ELS)
    project.replies.tag(first, ["question"])
    project.replies.move([first], InboundState.ARCHIVED)

    everything = project.replies.reclassify()
    one = project.replies.reclassify([second])

    mail = project.replies.get(first)
    assert (everything.read, everything.changed, one.read) == (2, 0, 1)
    assert (mail.state, mail.tags) == (InboundState.ARCHIVED, ("question",))


def test_reading_again_names_the_mails_that_older_rules_read(project: Project) -> None:
    first, _ = _take(project, JAN, ELS)
    old = replace(project.replies.get(first).facts, parser_version="1")
    project.store.inbound.note(first, old, project.clock.now())

    once, twice = project.replies.reclassify(), project.replies.reclassify()

    assert (once.older, once.changed) == ((first,), 0)
    assert twice.older == ()


def test_a_mail_that_cannot_be_read_again_keeps_what_was_known(project: Project) -> None:
    (number,) = _take(project, JAN)
    (file,) = project.replies.raw_mails.folder.rglob("*.eml")
    file.unlink()

    assert project.replies.reclassify().parked == 1

    mail = project.replies.get(number)
    assert (mail.state, mail.trouble) == (InboundState.NEW, "the raw mail cannot be read")
    assert mail.facts.from_key == "jan@gemeente.example"
