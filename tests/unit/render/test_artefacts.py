"""A build is four files, whole, and the same bytes every time."""

import email
import email.policy
import json
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from newsletter.domain.address import Mailbox
from newsletter.domain.mailing import Mailing, Recipient
from newsletter.domain.picture import PictureFile
from newsletter.domain.rendered import RenderedIssue
from newsletter.domain.slot import Hole, Slot, SlotContext, SlottedText
from newsletter.errors import Problem, UsageError
from newsletter.render.artefacts import html_bytes, write_build
from newsletter.source import Place

NAME = Slot(name="first_name", fallback="lezer", place=Place(path="issues/x.md", line=9))
RENDERED = RenderedIssue(
    slug="wel-of-niet",
    lang="nl",
    subject=SlottedText(("Hoi ", Hole(slot=NAME, context=SlotContext.HEADER))),
    preheader=SlottedText.fixed(""),
    html=SlottedText(("<p>Dag ", Hole(slot=NAME, context=SlotContext.HTML), " – é</p>")),
    text=SlottedText(("Dag ", Hole(slot=NAME, context=SlotContext.TEXT), " – é\n")),
    inputs={"issue": "ab", "config": "cd", "templates/letter.mjml.j2": "ef"},
    notes=(Problem(what="let op", place=Place(path="issues/x.md", line=3)),),
)
MAILING = Mailing(
    campaign_id="c",
    rendered=RENDERED,
    sender=Mailbox(name="Renata", email="renata@brief.example"),
    reply_to=Mailbox(name="", email="renata@brief.example"),
    date=datetime(2026, 11, 24, tzinfo=UTC),
    message_domain="brief.example",
)
READER = Recipient(
    position=0, delivery_id="0" * 32, email="jan@x.example", values={"first_name": "Jan & Żółć"}
)


def test_every_file_has_the_letter_as_the_reader_gets_it(tmp_path: Path) -> None:
    paths = write_build(MAILING, READER, tmp_path / "build" / "nieuw")

    assert [path.name for path in paths] == [
        "wel-of-niet.html",
        "wel-of-niet.txt",
        "wel-of-niet.eml",
        "manifest.json",
    ]
    assert paths[0].read_text(encoding="utf-8") == "<p>Dag Jan &amp; Żółć – é</p>"
    assert paths[1].read_text(encoding="utf-8") == "Dag Jan & Żółć – é\n"
    message = email.message_from_bytes(paths[2].read_bytes(), policy=email.policy.default)
    assert message["Subject"] == "Hoi Jan & Żółć"


def test_the_manifest_lists_digests_sizes_slots_inputs_and_warnings(tmp_path: Path) -> None:
    paths = write_build(MAILING, READER, tmp_path)

    manifest = json.loads(paths[3].read_bytes())

    html = paths[0].read_bytes()
    assert manifest["files"]["wel-of-niet.html"] == {
        "bytes": len(html),
        "sha256": sha256(html).hexdigest(),
    }
    assert manifest["digest"] == RENDERED.digest
    assert manifest["subject"] == "Hoi {{ first_name }}"
    assert manifest["slots"] == [
        {"name": "first_name", "fallback": "lezer", "contexts": ["header", "html", "text"]}
    ]
    assert manifest["inputs"] == dict(RENDERED.inputs)
    assert [warning["place"] for warning in manifest["warnings"]] == ["issues/x.md:3"]


def test_hosted_pictures_are_written_as_they_must_be_published(tmp_path: Path) -> None:
    picture = PictureFile(
        name="kade.0123456789ab.png",
        url="https://brief.example/issues/wel-of-niet/kade.0123456789ab.png",
        media_type="image/png",
        source="img/kade.png",
        data=b"plaatje",
    )

    paths = write_build(
        replace(MAILING, rendered=replace(RENDERED, pictures=(picture,))), READER, tmp_path / "build"
    )

    assert (tmp_path / "build/images/kade.0123456789ab.png").read_bytes() == b"plaatje"
    assert paths[-1].name == "manifest.json"
    assert json.loads(paths[-1].read_bytes())["files"]["images/kade.0123456789ab.png"] == {
        "bytes": 7,
        "sha256": picture.digest,
    }


def test_embedded_pictures_are_in_the_mail_and_their_weight_gets_a_warning(tmp_path: Path) -> None:
    picture = PictureFile(
        name="kade.png", url="cid:1@picture", media_type="image/png", source="kade.png", data=b"x" * 4_000_000
    )

    paths = write_build(replace(MAILING, rendered=replace(RENDERED, pictures=(picture,))), READER, tmp_path)

    message = email.message_from_bytes(paths[2].read_bytes(), policy=email.policy.default)
    assert [part.get_content() for part in message.walk() if part["content-id"]] == [picture.data]
    assert [path.name for path in paths] == [
        *("wel-of-niet.html", "wel-of-niet.txt", "wel-of-niet.eml", "manifest.json"),
    ]
    warning = json.loads(paths[-1].read_bytes())["warnings"][-1]["what"]
    stated = int(warning.split("about ")[1].split(" bytes")[0].replace(",", ""))
    assert abs(stated - paths[2].stat().st_size) < 2_000


def test_a_large_letter_gets_a_warning(tmp_path: Path) -> None:
    large = replace(MAILING, rendered=replace(RENDERED, html=SlottedText.fixed("é" * 40_000)))

    paths = write_build(large, READER, tmp_path)

    assert html_bytes(large.rendered, {}) == 80_000
    assert "80,000 bytes" in paths[3].read_text(encoding="utf-8")


def test_a_second_build_writes_the_same_bytes_and_leaves_nothing_else(tmp_path: Path) -> None:
    first = {path.name: path.read_bytes() for path in write_build(MAILING, READER, tmp_path)}
    second = {path.name: path.read_bytes() for path in write_build(MAILING, READER, tmp_path)}

    assert first == second
    assert sorted(first) == sorted(path.name for path in tmp_path.iterdir())


def test_a_directory_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "bestand").write_text("x", encoding="utf-8")

    with pytest.raises(UsageError, match="the build cannot be written to"):
        write_build(MAILING, READER, tmp_path / "bestand")


def test_a_file_that_cannot_be_replaced_leaves_no_half_one_behind(tmp_path: Path) -> None:
    (tmp_path / "wel-of-niet.html").mkdir()

    with pytest.raises(UsageError):
        write_build(MAILING, READER, tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["wel-of-niet.html"]
