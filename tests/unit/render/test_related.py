"""Embedded pictures in a message: what the standard library would make of the same parts, and each once."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.domain.picture import PictureFile
from newsletter.domain.rendered import RenderedIssue
from newsletter.domain.slot import SlottedText
from newsletter.render.message import MessageTemplate
from newsletter.testing.sample_mailing import sample_mailing, sample_recipients

READER = sample_recipients(["Zoë"])[0]


def picture(data: bytes, number: int = 1, *, is_embedded: bool = True) -> PictureFile:
    name = f"kade.{number:012x}.png"
    url = f"cid:{number:032x}@picture" if is_embedded else f"https://brief.example/issues/proef/{name}"
    return PictureFile(name=name, url=url, media_type="image/png", source="kade.png", data=data)


def rendered(*pictures: PictureFile) -> RenderedIssue:
    images = "".join(f'<img src="{one.url}">' for one in pictures)
    letter = sample_mailing().rendered
    return replace(letter, html=SlottedText((*letter.html.parts, images)), pictures=pictures)


def build(letter: RenderedIssue) -> bytes:
    return MessageTemplate(replace(sample_mailing(), rendered=letter)).build(READER)


def parse(data: bytes) -> EmailMessage:
    return email.message_from_bytes(data, policy=email.policy.default)


def standard(letter: RenderedIssue) -> EmailMessage:
    """Build the same parts with the standard library."""
    message = EmailMessage(policy=email.policy.SMTP)
    message.set_content(letter.text.fill(READER.values), cte="quoted-printable")
    message.add_alternative(letter.html.fill(READER.values), subtype="html", cte="quoted-printable")
    parts = list(message.iter_parts())
    assert isinstance(parts[1], EmailMessage)
    for one in letter.pictures:
        parts[1].add_related(
            one.data,
            *one.media_type.split("/"),
            cid=f"<{one.content_id}>",
            filename=one.name,
            disposition="inline",
        )
    return parse(bytes(message))


def tree(message: EmailMessage) -> list[tuple[str, object, object, object, object]]:
    """Return every part in order: type, content id, disposition, file name, content."""
    return [
        (
            part.get_content_type(),
            part["content-id"],
            part.get_content_disposition(),
            part.get_filename(),
            None if part.is_multipart() else _content(part),
        )
        for part in message.walk()
    ]


def _content(part: EmailMessage) -> object:
    content = part.get_content()
    return content.replace("\r\n", "\n").rstrip("\n") if isinstance(content, str) else content


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=4))
def test_it_parses_like_the_standard_library_s(contents: list[bytes]) -> None:
    letter = rendered(*(picture(data or b"x", number) for number, data in enumerate(contents)))

    found = parse(build(letter))

    assert tree(standard(letter)) == tree(found)
    assert [kind for kind, *_ in tree(found)][:4] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
    ]
    assert [part.defects for part in found.walk()] == [[] for _ in found.walk()]


@given(st.binary(min_size=1, max_size=2_000))
def test_lines_are_short_and_end_in_cr_lf(data: bytes) -> None:
    message = build(rendered(picture(data)))

    assert b"\n" not in message.replace(b"\r\n", b"")
    body = message.partition(b"\r\n\r\n")[2]
    assert all(len(line) <= 76 and not line.startswith(b".") for line in body.split(b"\r\n"))
    assert message.isascii()


def test_the_html_asks_for_the_parts_by_their_content_id() -> None:
    found = parse(build(rendered(picture(b"een", 1), picture(b"twee", 2))))

    body = found.get_body(("html",))
    assert body is not None
    asked = re.findall(r'src="cid:([^"]+)"', body.get_content())
    parts = [part["content-id"].strip("<>") for part in found.walk() if part["content-id"]]
    assert asked == parts
    related = next(part for part in found.walk() if part.get_content_type() == "multipart/related")
    assert related.get_param("type") == "text/html"


def test_a_hosted_picture_is_not_in_the_message() -> None:
    found = parse(build(rendered(picture(b"x", is_embedded=False))))

    assert [kind for kind, *_ in tree(found)] == ["multipart/alternative", "text/plain", "text/html"]


@pytest.mark.parametrize("is_embedded", [True, False])
def test_the_digest_of_a_letter_covers_the_bytes_of_its_pictures(*, is_embedded: bool) -> None:
    first, second = (rendered(picture(data, is_embedded=is_embedded)) for data in (b"een", b"twee"))

    assert first.html == second.html
    assert first.digest != second.digest
