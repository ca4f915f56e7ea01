"""A raw mail becomes values, whatever its bytes are."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from newsletter.domain.read_mail import MailAddress
from newsletter.replies.mime import read_mail
from newsletter.replies.text import text_of_html


def _mail(body: str, *headers: str) -> bytes:
    return ("\r\n".join((*headers, "", "")) + body.replace("\n", "\r\n")).encode()


def test_headers_are_read_and_decoded() -> None:
    raw = _mail(
        "Dag\n",
        "Message-ID: <a.1@brief.example>",
        "In-Reply-To: <nl.7@brief.example>",
        "References: <x@y.example>,<nl.7@brief.example>",
        "From: =?utf-8?Q?Ren=C3=A9e_Jansen?= <renee@gemeente.example>",
        'To: "Bakker, R." <r@brief.example>, info@brief.example',
        "Subject: =?iso-8859-1?Q?caf=E9?= =?utf-8?B?4oKs?= open",
        "Date: Tue, 24 Nov 2026 10:30:00 +0100",
        "Return-Path: <>",
        "Delivered-To: r@brief.example",
    )

    mail = read_mail(raw)

    assert mail.message_id == "a.1@brief.example"
    assert mail.in_reply_to == ("nl.7@brief.example",)
    assert mail.references == ("x@y.example", "nl.7@brief.example")
    assert mail.from_ == MailAddress(name="Renée Jansen", address="renee@gemeente.example")
    assert [one.name for one in mail.to] == ["Bakker, R.", ""]
    assert mail.subject == "café€ open"
    assert mail.date == datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    assert mail.return_path == ""
    assert mail.delivered_to == ("r@brief.example",)
    assert mail.text == "Dag\n"


def test_a_field_is_found_in_any_letter_case_and_unfolded() -> None:
    mail = read_mail(b"Subject: een\n twee\nX-Loop: 1\nx-loop: 2\n\nDag")

    assert mail.header("SUBJECT") == "een twee"
    assert mail.header_all("X-Loop") == ("1", "2")
    assert mail.header("nothing") is None


def test_plain_text_and_html_of_an_alternative_are_both_read() -> None:
    message = EmailMessage()
    message.set_content("Dag Renata,\n")
    message.add_alternative("<p>Dag <b>Renata</b>,</p>", subtype="html")
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="notitie é.pdf")

    mail = read_mail(bytes(message))

    assert mail.text == "Dag Renata,\n"
    assert mail.html == "<p>Dag <b>Renata</b>,</p>\n"
    assert [(one.file_name, one.size_bytes) for one in mail.attachments] == [("notitie é.pdf", 8)]


def test_text_around_a_picture_is_one_text() -> None:
    raw = _mail(
        "--b\nContent-Type: text/plain\n\nErvoor\n--b\nContent-Type: image/png; name=x.png\n\nabc\n"
        "--b\nContent-Type: text/plain\n\nErna\n--b--\n",
        "Content-Type: multipart/mixed; boundary=b",
    )

    mail = read_mail(raw)

    assert mail.text == "Ervoor\nErna"
    assert [one.file_name for one in mail.attachments] == ["x.png"]


def test_a_mail_of_html_alone_has_its_words_as_text() -> None:
    mail = read_mail(
        b"Content-Type: text/html\n\n<style>p{}</style><p>Dag</p><p>Mooie brief &eacute;n kort</p>"
    )

    assert mail.text == "Dag\n\nMooie brief én kort"
    assert not mail.has_plain_text


def test_the_parts_of_a_report_are_handed_over_decoded() -> None:
    status = base64.b64encode(b"Status: 5.1.1\n").decode()
    raw = _mail(
        "--b\nContent-Type: text/plain\n\nsorry\n"
        f"--b\nContent-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n{status}\n"
        "--b\nContent-Type: message/rfc822\n\nSubject: brief\n\nDag\n--b--\n",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    )

    mail = read_mail(raw)

    assert mail.content_type == "multipart/report"
    assert [part.content_type for part in mail.parts] == [
        "text/plain",
        "message/delivery-status",
        "message/rfc822",
    ]
    assert mail.parts[1].content == b"Status: 5.1.1\n"
    assert mail.text == "sorry"


@pytest.mark.parametrize(
    ("charset", "content", "text"),
    [
        ("iso-8859-1", b"\x93caf\xe9\x94", "“café”"),
        ("us-ascii", "café".encode(), "café"),
        ("utf-8", b"caf\xe9", "café"),
        ("no-such-set", "café".encode(), "café"),
        ("hex", b"cafe", "cafe"),
        ("punycode", b"cafe-", "cafe-"),
        ("../../etc", b"cafe", "cafe"),
        ("utf-7", b"caf+AOk-", "café"),
    ],
)
def test_text_in_any_or_a_wrong_charset_is_read(charset: str, content: bytes, text: str) -> None:
    mail = read_mail(b"Content-Type: text/plain; charset=" + charset.encode() + b"\n\n" + content)

    assert mail.text == text


def test_a_name_in_pieces_and_another_charset_is_joined() -> None:
    raw = (
        b"Content-Type: application/pdf\n"
        b"Content-Disposition: attachment; filename*0*=utf-8''caf%C3%A9; filename*1=.pdf\n\nx"
    )

    assert [one.file_name for one in read_mail(raw).attachments] == ["café.pdf"]


def test_a_mail_with_bare_carriage_returns_or_a_line_of_mbox_is_read() -> None:
    assert read_mail(b"Subject: a\r\rDag\rdag").text == "Dag\ndag"
    assert read_mail(b"From x@y Tue Nov 24\nSubject: a\n\nDag").subject == "a"


def test_a_boundary_that_begins_another_is_told_from_it() -> None:
    raw = _mail(
        "--b\nContent-Type: multipart/alternative; boundary=bb\n\n--bb\n\nDag\n--bb--\n--b\n\nErna\n--b--",
        "Content-Type: multipart/mixed; boundary=b",
    )

    assert read_mail(raw).text == "Dag\nErna"


def test_parts_nested_deeper_than_any_mail_are_text() -> None:
    raw = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(5000))

    assert len(read_mail(raw).parts) == 1


@pytest.mark.parametrize(
    ("parameters", "sent", "read"),
    [
        ("", "Een lange \nregel.\n\nDag \n\nAn", "Een lange regel.\n\nDag \n\nAn"),
        ("; delsp=yes", "Een lange  \nre \ngel.", "Een lange regel."),
        ("", "> Hoe \n> dan?\n>> Zo \nZo:\n  ingesprongen", "> Hoe dan?\n>> Zo \nZo:\n ingesprongen"),
        ("", "Groet\n-- \nAn", "Groet\n-- \nAn"),
    ],
)
def test_flowed_text_gets_its_own_lines_back(parameters: str, sent: str, read: str) -> None:
    assert read == read_mail(_mail(sent, f"Content-Type: text/plain; format=flowed{parameters}")).text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<ul><li>een</li><li>twee</li></ul>", "- een\n- twee"),
        ("<ol><li>een</li><li><p>twee</p></li><li></li></ol>", "1. een\n\n2. twee"),
        (
            '<ol start="4"><li>vier<ul><li>half</li></ul></li><li>vijf</li></ol>',
            "4. vier\n\n- half\n\n5. vijf",
        ),
        ("<ul><li>- al getekend</li></ul>", "- al getekend"),
        ("<li>los</li>", "- los"),
    ],
)
def test_items_of_a_list_have_the_marks_that_readers_see(html: str, text: str) -> None:
    assert text_of_html(html) == text
