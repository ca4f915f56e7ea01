"""Sender, date and headers of a mailing."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_string
from email.policy import default
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.config.schema import Config, NewsletterConfig, SenderConfig
from newsletter.delivery.mailing import make_mailing
from newsletter.domain.address import Mailbox
from newsletter.domain.issue import Issue
from newsletter.domain.rendered import RenderedIssue
from newsletter.domain.slot import SlottedText
from newsletter.errors import ConfigError

AN = Mailbox(name="An", email="an+brief@brief.example")
WHEN = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
ISSUE = Issue(
    path=Path("/p/issues/herfst.md"),
    shown_path="issues/herfst.md",
    slug="herfst",
    subject="Herfst",
    lang="nl",
    template="letter",
    body="",
    body_line=1,
    digest="i",
)
TEXT = SlottedText.fixed("Dag")
RENDERED = RenderedIssue(slug="herfst", lang="nl", subject=TEXT, preheader=TEXT, html=TEXT, text=TEXT)


def config(name: str = "Helder bestuur", **sender: object) -> Config:
    return Config(
        root=Path("/p"),
        newsletter=NewsletterConfig(name=name),
        sender=SenderConfig(**{"from_": AN, **sender}),
    )


def header(name: str, configured: Config) -> str:
    mailing = make_mailing(RENDERED, "c1", configured, ISSUE, WHEN)
    return mailing.headers[name].fill({"unsubscribe_url": "https://brief.example/unsubscribe/t"})


def test_every_letter_offers_both_ways_to_leave_and_one_click():
    assert header("List-Unsubscribe", config()) == (
        "<https://brief.example/unsubscribe/t>, <mailto:an%2Bbrief@brief.example?subject=unsubscribe>"
    )
    assert header("List-Unsubscribe-Post", config()) == "List-Unsubscribe=One-Click"


def test_the_list_id_is_the_configured_one_else_the_domain():
    assert (
        header("List-Id", config(list_id="helder.brief.example")) == "Helder bestuur <helder.brief.example>"
    )
    assert header("List-Id", config()) == "Helder bestuur <brief.example>"
    assert header("List-Id", config(domain="mail.example")) == "Helder bestuur <mail.example>"


@given(st.text(max_size=60))
def test_whatever_the_newsletter_is_called_its_list_id_is_one_ascii_line_and_can_be_read(name):
    value = header("List-Id", config(name))

    assert value.isascii()
    assert value.isprintable()
    assert value.endswith("<brief.example>")
    assert message_from_string(f"List-Id: {value}\n\n", policy=default)["List-Id"]


def test_nothing_marks_the_letter_as_automatic_or_tracks_its_reader():
    mailing = make_mailing(RENDERED, "c1", config(), ISSUE, WHEN)

    assert set(mailing.headers) == {
        "List-Id",
        "List-Unsubscribe",
        "List-Unsubscribe-Post",
        "X-Auto-Response-Suppress",
    }


def test_answers_go_to_the_reply_address_of_the_issue_then_the_newsletter_then_the_sender():
    bo = Mailbox(name="Bo", email="bo@brief.example")
    cy = Mailbox(name="Cy", email="cy@brief.example")

    own = make_mailing(RENDERED, "c1", config(reply_to=bo), replace(ISSUE, reply_to=cy), WHEN)
    general = make_mailing(RENDERED, "c1", config(reply_to=bo), ISSUE, WHEN)
    sender = make_mailing(RENDERED, "c1", config(), ISSUE, WHEN)

    assert [one.reply_to for one in (own, general, sender)] == [cy, bo, AN]


def test_a_letter_without_sender_is_refused_with_what_to_type():
    with pytest.raises(ConfigError, match=r"\[sender\]"):
        make_mailing(RENDERED, "c1", config(from_=None), ISSUE, WHEN)
