"""Mails in one file: cut apart where they begin, and given back as they were."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st

from newsletter.mailbox.mbox import is_separator, mails_in, stamped_mails_in

FROM = b"From MAILER-DAEMON Tue Nov 24 09:30:00 2026\n"


def _quoted(raw: bytes) -> bytes:
    """Return `raw` as mboxrd writes it."""
    return b"\n".join(
        b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in raw.split(b"\n")
    )


def _mbox(mails: list[bytes]) -> bytes:
    return b"".join(FROM + _quoted(raw) + b"\n" for raw in mails)


_LINES = st.sampled_from([b"", b"From here on", b">From me", b">>From", b"Subject: x", b"\xff\x00", b"From "])
_MAIL = st.lists(_LINES, max_size=8).map(lambda lines: b"From: a@b.nl\n\n" + b"\n".join(lines) + b"\n")


@given(st.lists(_MAIL, max_size=5))
def test_mails_come_out_of_a_file_as_they_were_put_in(mails: list[bytes]) -> None:
    assert list(mails_in(BytesIO(_mbox(mails)))) == mails


@given(st.binary(max_size=2000))
def test_of_any_bytes_nothing_but_blank_lines_is_dropped(data: bytes) -> None:
    assert b"".join(b"".join(mails_in(BytesIO(data))).split()) == b"".join(data.split()) or b"From " in data


def test_a_sentence_that_begins_like_a_separator_cuts_nothing() -> None:
    raw = b"From: a@b.nl\n\nHallo,\n\nFrom here the road is long.\n"

    assert list(mails_in(BytesIO(FROM + raw + b"\n"))) == [raw]


def test_separators_of_several_programs_are_known() -> None:
    assert is_separator(b"From - Tue Nov 24 09:30:00 2026\r\n")
    assert is_separator(b"From 1789@xxx Tue Nov 24 09:30:00 +0000 2026\n")
    assert is_separator(b"From jan@b.nl Tue Nov  3  9:30 2026\n")
    assert not is_separator(b"From: Jan <jan@b.nl>\n")


def test_lines_that_end_in_carriage_returns_keep_them() -> None:
    raw = b"From: a@b.nl\r\n\r\nHallo\r\n"

    assert list(mails_in(BytesIO(FROM.replace(b"\n", b"\r\n") + raw + b"\r\n"))) == [raw]


def test_a_sentence_with_a_time_and_a_year_cuts_nothing() -> None:
    raw = b"From: a@b.nl\n\nHallo,\n\nFrom Utrecht at 10:00 in 2026 we go\non foot.\n"

    assert list(mails_in(BytesIO(FROM + raw + b"\n"))) == [raw]


def test_a_mail_that_no_empty_line_stands_before_is_a_mail() -> None:
    first, second = b"From: a@b.nl\n\nHoi\n", b"From: c@d.nl\n\nDag\n"

    assert list(mails_in(BytesIO(FROM + first + FROM + second))) == [first, second]


def test_the_day_on_which_a_mail_came_in_is_in_the_line_before_it() -> None:
    raw = b"From: a@b.nl\n\nHoi\n"
    days = (b"Tue Nov  3 09:30:00 2026", b"Tue Feb 31 09:30:00 2026", b"2026-11-03T09:30:00")
    file = BytesIO(b"".join(b"From a@b.nl %b\n%b\n" % (day, raw) for day in days))

    assert list(stamped_mails_in(file)) == [(date(2026, 11, 3), raw), (None, raw), (None, raw)]
