"""HTML of a mail in the studio: its words and looks, and nothing that asks for anything."""

from __future__ import annotations

import pytest

from newsletter.studio.mail_frame import mail_page
from tests.browser.reply_world import hostile_html

ELSEWHERE = "http://elsewhere.example"
HEAVY = {
    "deep": "<div>" * 200_000,
    "never ended": "".join(f"<p><font size={number}>a" for number in range(30_000)),
    "deep and wide": "<blockquote>" * 2_000 + "<p>a" * 100_000,
    "ended by another": "<div></x>" * 100_000,
}


def test_no_address_and_no_script_is_left_of_a_hostile_mail() -> None:
    page = mail_page(hostile_html(ELSEWHERE), "</title><script>x</script>")

    assert ELSEWHERE not in page
    assert "<script" not in page
    assert "fetch(" not in page


def test_words_and_looks_stay() -> None:
    page = mail_page(
        '<body onload="x()"><p style="color:red;background:url(x)">Een <b>woord</b></p></body>', "x"
    )

    assert '<p style="color:red">Een <b>woord</b></p>' in page


@pytest.mark.parametrize("html", HEAVY.values(), ids=HEAVY.keys())
def test_html_that_a_parser_would_need_ages_for_is_shown_as_its_text(html: str) -> None:
    page = mail_page(html, "x")

    assert "<body><pre>" in page
    assert len(page) < 2 * len(html) + 1_000
