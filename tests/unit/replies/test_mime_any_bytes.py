"""Property: no bytes make reading a mail fail, and reading makes no words up."""

from __future__ import annotations

import os
import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.replies.mime import read_mail

_EXAMPLES = 10_000 if os.environ.get("NEWSLETTER_FUZZ") else 100
_FIELDS = st.sampled_from(
    [
        "Content-Type: multipart/mixed; boundary=b",
        'Content-Type: multipart/alternative; boundary="b"',
        "Content-Type: multipart/report; boundary=c",
        "Content-Type: text/html; charset=utf-8",
        "Content-Type: text/plain; charset=utf-16",
        "Content-Type: text/plain; charset*0*=x''%ff; format=flowed",
        "Content-Type: message/rfc822",
        "Content-Transfer-Encoding: base64",
        "Content-Transfer-Encoding: quoted-printable",
        "Content-Transfer-Encoding: x-uuencode",
        'Content-Disposition: attachment; filename="=?utf-8?q?=ff?="',
        'From: ((((("<@<<x',
        "To: a:b@c;,\\",
        "Date: Tue, 99 Nov 99999999999 25:61:61 +9999",
        "Subject: =?utf-8?b?/?==?x?q?=?=",
        "Message-ID: <<>>",
        " folded",
    ]
)
_LINES = st.one_of(
    _FIELDS.map(str.encode),
    st.sampled_from(
        [b"", b"--b", b"--b--", b"--c", b"begin 644 x", b"<div><!--<p>", b"=E2=82", b"&#xffffffff;"]
    ),
    st.binary(max_size=30),
)


@given(st.lists(_LINES, max_size=40), st.sampled_from([b"\n", b"\r\n", b"\r"]))
@settings(max_examples=_EXAMPLES, suppress_health_check=list(HealthCheck), deadline=None)
def test_any_lines_are_read(lines: list[bytes], line_end: bytes) -> None:
    mail = read_mail(line_end.join(lines))

    assert mail.text.encode().decode() == mail.text
    assert "\r" not in mail.text


@given(st.binary(max_size=300))
@settings(max_examples=_EXAMPLES, deadline=None)
def test_any_bytes_are_read(raw: bytes) -> None:
    assert isinstance(read_mail(raw).text, str)


@given(st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), min_size=1, max_size=30))
@settings(max_examples=100, deadline=None)
def test_html_gives_no_word_that_is_not_in_it(words: list[str]) -> None:
    html = "".join(f"<p><b>{word}</b> <i>{word}</i><br>" for word in words)

    mail = read_mail(b"Content-Type: text/html\n\n" + html.encode())

    assert set(re.findall(r"\w+", mail.text)) == set(words)
