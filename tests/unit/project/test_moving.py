"""A whole newsletter from another program's export: letters, list and who is never mailed, in one command."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from newsletter.domain.subscriber import SubscriberStatus
from newsletter.domain.visibility import Visibility
from newsletter.errors import DeliveryRefused, UsageError
from newsletter.project import Project
from newsletter.project.moving.moving import Arrival, move_in

TODAY = date(2026, 11, 27)
LETTER = """---
id: abc
subject: "Hello {{ subscriber.metadata.first_name }}"
email_type: public
status: published
slug: hello
publish_date: 2024-01-15T10:00:00Z
description: A warm welcome
---

Hi {{ subscriber.metadata.first_name | default: 'there' }} in {{ subscriber.metadata.city }},

`{{ code }}` stays. [Leave]({{ unsubscribe_url }}), {{ subscriber.email }}.
"""
READERS = (
    "email,notes,type,creation_date,tags,metadata\n"
    "ann@example.org,,regular,2024-01-01T00:00:00Z,one,"
    '"{""first_name"": ""Ann"", ""city"": ""Ede""}"\n'
    "bob@example.org,,unsubscribed,2024-01-01T00:00:00Z,,{}\n"
    "nobody,,regular,2024-01-01T00:00:00Z,,{}\n"
)
CAMPAIGN = {
    "id": 1,
    "created_at": "2020-03-14T17:36:41.29451+01:00",
    "started_at": "2020-03-15T17:36:41.29451+01:00",
    "type": "regular",
    "name": "Test",
    "subject": "Welcome, {{ .Subscriber.FirstName }}",
    "from_email": "Yours <no@yoursite.example>",
    "body": '<h3>Hi!</h3><p>From {{ .Subscriber.Attribs.city }}. <a href="https://a.example@TrackLink">A</a> '
    '<a href="{{ TrackLink "https://b.example" }}">B</a> <a href="{{ UnsubscribeURL }}">stop</a></p>'
    "{{ TrackView }}",
    "status": "finished",
    "content_type": "richtext",
    "tags": ["news"],
    "archive": True,
}


def _export(tmp_path: Path, files: Mapping[str, str | bytes]) -> Path:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    path = tmp_path / "export.zip"
    path.write_bytes(packed.getvalue())
    return path


def _move(tmp_path: Path, files: Mapping[str, str | bytes], *, is_kept: bool = True) -> Arrival:
    export = _export(tmp_path, files)
    return move_in(tmp_path / "new", export, name="Brief", lang=None, today=TODAY, is_kept=is_kept)


def _listmonk(*campaigns: Mapping[str, object]) -> str:
    return json.dumps({"data": {"results": campaigns, "total": len(campaigns)}})


def test_letters_of_buttondown_become_issues_that_load(tmp_path: Path) -> None:
    arrival = _move(tmp_path, {"emails/hello.md": LETTER, "subscribers.csv": READERS})

    with Project.open(tmp_path / "new") as project:
        [path] = project.issues.all()
        issue = project.issues.load(path)
    assert (arrival.sent, arrival.drafts) == (1, 0)
    assert path.name == "2024-01-15-hello.md"
    assert issue.subject == "Hello {{ first_name }}"
    assert issue.preheader == "A warm welcome"
    assert issue.archive is Visibility.PUBLIC
    assert "Hi {{ first_name | there }} in {{ city }}," in issue.body
    assert "`{{ code }}` stays. [Leave]({{ unsubscribe_url }})" in issue.body


def test_readers_come_over_with_their_fields_and_who_left_stays_away(tmp_path: Path) -> None:
    arrival = _move(tmp_path, {"emails/hello.md": LETTER, "subscribers.csv": READERS})

    with Project.open(tmp_path / "new") as project:
        readers = {one.email: one for one in project.list_store.subscribers.all()}
        bob = project.audience.why("bob@example.org", None, None)
    assert readers["ann@example.org"].status is SubscriberStatus.ACTIVE
    assert readers["ann@example.org"].fields == {"first_name": "Ann", "city": "Ede"}
    assert not bob.is_mailed
    assert [str(one.place) for one in arrival.refused] == [f"{tmp_path}/export.zip/subscribers.csv:4"]


def test_what_has_no_counterpart_is_told_at_its_line_and_stays_readable(tmp_path: Path) -> None:
    arrival = _move(tmp_path, {"emails/hello.md": LETTER, "automations.json": "[]"})

    told = [(str(note.place), note.what) for note in arrival.notes]
    body = (tmp_path / "new" / "issues" / "2024-01-15-hello.md").read_text("utf-8")
    assert r"\{{ subscriber.email }}" in body
    assert (
        "issues/2024-01-15-hello.md:11",
        "{{ subscriber.email }} is a placeholder of Buttondown with nothing like it here",
    ) in told
    assert (f"{tmp_path}/export.zip/automations.json", "this is not taken over") in told


def test_a_letter_that_another_program_sent_is_never_sent_from_here(tmp_path: Path) -> None:
    _move(tmp_path, {"emails/hello.md": LETTER, "subscribers.csv": READERS})

    with Project.open(tmp_path / "new") as project:
        [path] = project.issues.all()
        with pytest.raises(DeliveryRefused, match="buttondown sent this letter already"):
            project.sending.prepare(path, segment="everyone")


def test_a_file_and_the_row_of_a_table_are_one_letter(tmp_path: Path) -> None:
    table = (
        "id,subject,body,publish_date,status,email_type,slug\n"
        "abc,Hello,,2024-01-15T10:00:00Z,sent,public,hello\n"
        "def,Second,<!-- buttondown-editor-mode: fancy --><p>*It* is</p>,2024-02-15T10:00:00Z,sent,private,\n"
        "ghi,Draft,A draft,,draft,public,hello\n"
    )

    arrival = _move(tmp_path, {"emails/hello.md": LETTER, "emails.csv": table})

    names = sorted(path.name for path in (tmp_path / "new" / "issues").iterdir())
    second = (tmp_path / "new" / "issues" / "2024-02-15-second.md").read_text("utf-8")
    assert (arrival.sent, arrival.drafts) == (2, 1)
    assert names == ["2024-01-15-hello.md", "2024-02-15-second.md", "2026-11-27-hello-2.md"]
    assert r"\*It\* is" in second
    assert "archive: hidden" in second


def test_campaigns_of_listmonk_become_markdown_with_our_slots(tmp_path: Path) -> None:
    _move(tmp_path, {"campaigns.json": _listmonk(CAMPAIGN)})

    with Project.open(tmp_path / "new") as project:
        [path] = project.issues.all()
        issue = project.issues.load(path)
        sender = str(project.config.sender.from_)
    assert path.name == "2020-03-15-welcome.md"
    assert issue.body.strip() == (
        "### Hi!\n\nFrom {{ city }}. [A](https://a.example) [B](https://b.example) "
        "[stop]({{ unsubscribe_url }})"
    )
    assert issue.tags == ("news",)
    assert "no@yoursite.example" in sender


def test_who_bounced_or_complained_at_listmonk_is_never_mailed(tmp_path: Path) -> None:
    bounces = [
        {"type": "hard", "email": "gone@example.org", "created_at": "2024-01-01T10:00:00Z"},
        {"type": "soft", "email": "full@example.org", "created_at": "2024-01-01T10:00:00Z"},
        {"type": "complaint", "email": "angry@example.org", "created_at": "2024-01-01T10:00:00.123+02:00"},
    ]

    _move(tmp_path, {"campaigns.json": _listmonk(CAMPAIGN), "bounces.json": _listmonk(*bounces)})

    with Project.open(tmp_path / "new") as project:
        why = {
            name: "\n".join(project.audience.why(f"{name}@example.org", None, None).reasons)
            for name in ("gone", "full", "angry")
        }
    assert "never mailed: bounced" in why["gone"]
    assert "never mailed: complained" in why["angry"]
    assert "never mailed" not in why["full"]


def test_a_dry_run_tells_the_same_and_leaves_nothing(tmp_path: Path) -> None:
    arrival = _move(tmp_path, {"emails/hello.md": LETTER, "subscribers.csv": READERS}, is_kept=False)

    assert arrival.sent == 1
    assert arrival.readers is not None
    assert arrival.readers.added == 2
    assert [path.name for path in tmp_path.iterdir()] == ["export.zip"]


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"readme.txt": "hello"}, "this is no export that is known here"),
        ({"../emails/x.md": LETTER}, "a file whose name leads out of it"),
        ({"/etc/passwd": "x"}, "a file whose name leads out of it"),
        ({}, "there is nothing in it"),
    ],
)
def test_what_is_no_export_is_refused_and_leaves_nothing(
    tmp_path: Path, files: Mapping[str, str], told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        _move(tmp_path, files)

    assert not (tmp_path / "new").exists()


def test_a_day_that_does_not_exist_costs_no_letter(tmp_path: Path) -> None:
    letter = "---\nsubject: It was\nstatus: draft\npublish_date: 2024-13-45\n---\nText\n"

    arrival = _move(tmp_path, {"emails/x.md": letter})

    assert arrival.drafts == 1
    assert (tmp_path / "new" / "issues" / "2026-11-27-it-was.md").is_file()


def test_a_letter_that_was_sent_nobody_knows_when_is_no_draft(tmp_path: Path) -> None:
    campaign = {**CAMPAIGN, "created_at": None, "started_at": None}

    arrival = _move(tmp_path, {"campaigns.json": _listmonk(campaign)})

    assert (arrival.sent, arrival.drafts) == (1, 0)
    assert "x-sent: listmonk" in (tmp_path / "new/issues/2026-11-27-welcome.md").read_text("utf-8")


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "new" / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("mine")

    with pytest.raises(UsageError, match="there is something in"):
        _move(tmp_path, {"emails/hello.md": LETTER})

    assert list(mine.parent.iterdir()) == [mine]


def test_what_cannot_be_read_in_a_known_export_is_told_and_the_rest_comes_over(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "emails/hello.md": LETTER,
        "emails/latin.md": "---\nsubject: Café\nstatus: draft\n---\nAu lait".encode("cp1252"),
        "emails/broken.md": "---\nsubject: [\n---\nText",
        "emails.json": '{"data": [',
    }

    arrival = _move(tmp_path, files)

    told = [note.what for note in arrival.notes]
    assert (arrival.sent, arrival.drafts) == (1, 1)
    assert "its front matter cannot be read" in told
    assert any(one.startswith("this is not JSON") for one in told)
    assert "Café" in (tmp_path / "new" / "issues" / "2026-11-27-cafe.md").read_text("utf-8")


def test_who_must_never_be_mailed_and_cannot_be_read_stops_everything(tmp_path: Path) -> None:
    files = {"campaigns.json": _listmonk(CAMPAIGN), "bounces.json": '{"data": ['}

    with pytest.raises(UsageError, match="this is not JSON") as caught:
        _move(tmp_path, files)

    assert "never be mailed" in str(caught.value)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "files",
    [
        {"emails.csv": "", "subscribers.csv": ""},
        {"emails.csv": "id,subject,body\n", "subscribers.csv": READERS.partition("\n")[0] + "\n"},
        {"emails.csv": "foo,bar\n1,2\n", "subscribers.csv": "foo,bar\n1,2\n"},
    ],
    ids=["empty", "headings-alone", "unknown-columns"],
)
def test_an_export_in_which_nothing_is_makes_no_newsletter(tmp_path: Path, files: Mapping[str, str]) -> None:
    with pytest.raises(UsageError, match="there is no letter and no reader in it") as caught:
        _move(tmp_path, files)

    is_known = "email," in files["subscribers.csv"]
    assert ("newsletter subscribers import takes it" in str(caught.value)) is not is_known
    assert not (tmp_path / "new").exists()


def test_a_file_packed_tighter_than_any_export_is_refused_unread(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="packed tighter than any export"):
        _move(tmp_path, {"emails/hello.md": LETTER, "subscribers.csv": "x" * (9 << 20)})


def test_pictures_that_stayed_on_the_web_are_told_at_their_line_and_become_markdown(tmp_path: Path) -> None:
    letter = (
        "---\nsubject: Pictures\nstatus: draft\ncreation_date: 2024-01-02\n---\n"
        "![a](https://old.example/a.png)\nand [![b](https://old.example/b.png)](https://x.example)\n\n"
        '<figure><img src="https://old.example/c.png" alt="a [c]"><figcaption>Sea</figcaption></figure>\n\n'
        '![d][d] ![here](images/e.png)\n\n`<img src="https://old.example/code.png">`\n\n'
        "[d]: https://old.example/d.png\n"
    )

    arrival = _move(tmp_path, {"emails/x.md": letter})

    lines = (tmp_path / "new/issues/2024-01-02-pictures.md").read_text("utf-8").splitlines()
    told = {one.what.split()[0]: one.place.line for one in arrival.pictures if one.place}
    assert {name.rpartition("/")[2]: lines[(line or 0) - 1] for name, line in told.items()} == {
        "a.png": "![a](https://old.example/a.png)",
        "b.png": "and [![b](https://old.example/b.png)](https://x.example)",
        "c.png": "![a \\[c\\]](https://old.example/c.png)",
        "d.png": "![d][d] ![here](images/e.png)",
    }
    assert "Sea" in lines
    assert '`<img src="https://old.example/code.png">`' in lines
