"""The request to SendGrid: what stands in it, what must not, and what each reader sees of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.config.schema import PrivacyConfig
from newsletter.domain.mailing import Mailing, Recipient
from newsletter.domain.outcome import OutcomeKind
from newsletter.domain.slot import Hole, Slot, SlotContext, SlottedText
from newsletter.errors import ConfigError
from newsletter.providers.sendgrid.body import BodyTemplate
from newsletter.providers.sendgrid.tags import markers
from newsletter.testing.sample_mailing import sample_mailing, sample_recipients
from newsletter.testing.sendgrid_rules import expand, faults_in

LINES = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
CONTEXTS = st.sampled_from(list(SlotContext))
HOLES = st.builds(
    lambda name, fallback, context: Hole(slot=Slot(name=name, fallback=fallback), context=context),
    st.sampled_from(["a", "b", "unsubscribe_url"]),
    st.none() | LINES,
    CONTEXTS,
)
TEXTS = st.lists(LINES | HOLES, min_size=1, max_size=6).map(lambda parts: SlottedText(("x", *parts, "x")))


def request_of(mailing: Mailing, recipients: tuple[Recipient, ...]) -> Mapping[str, object]:
    body = BodyTemplate(mailing, PrivacyConfig()).build(recipients, "c.1.1").body
    request: Mapping[str, object] = json.loads(body)
    return request


def test_the_request_is_one_the_documented_rules_allow() -> None:
    request = request_of(sample_mailing(), sample_recipients(["Jan", "", "Zoë"]))

    assert faults_in(request) == []


def test_a_recipient_is_an_address_without_a_name_and_with_opaque_ids() -> None:
    (reader,) = sample_recipients(["Jan"])

    (one,) = request_of(sample_mailing(), (reader,))["personalizations"]

    assert one["to"] == [{"email": reader.email}]
    assert one["custom_args"] == {"nl_d": reader.delivery_id, "nl_a": "c.1.1"}
    assert one["headers"] == {
        "Message-ID": f"<{reader.delivery_id}@brief.example>",
        "List-Unsubscribe": f"<{reader.values['unsubscribe_url']}>",
    }


def test_nothing_is_tracked_unless_asked_for() -> None:
    readers = sample_recipients(["Jan"])

    default = request_of(sample_mailing(), readers)["tracking_settings"]
    asked = json.loads(
        BodyTemplate(sample_mailing(), PrivacyConfig(open_tracking=True, click_tracking=True))
        .build(readers, "c.1.1")
        .body
    )["tracking_settings"]

    assert default == {
        "click_tracking": {"enable": False, "enable_text": False},
        "open_tracking": {"enable": False},
        "subscription_tracking": {"enable": False},
        "ganalytics": {"enable": False},
    }
    assert asked["click_tracking"]["enable"] is True
    assert asked["open_tracking"]["enable"] is True


def test_headers_all_readers_share_stand_once() -> None:
    request = request_of(sample_mailing(), sample_recipients(["A", "B"]))

    assert request["headers"] == {
        "List-Id": "<proef.brief.example>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def test_text_before_html() -> None:
    content = request_of(sample_mailing(), sample_recipients(["A"]))["content"]

    assert [part["type"] for part in content] == ["text/plain", "text/html"]


@given(TEXTS, TEXTS, TEXTS, st.dictionaries(st.sampled_from(["a", "b", "unsubscribe_url"]), LINES))
def test_a_reader_sees_exactly_the_filled_text_even_if_values_are_searched_for_tags(
    subject: SlottedText, text: SlottedText, html: SlottedText, values: dict[str, str]
) -> None:
    mailing = sample_mailing()
    mailing = replace(mailing, rendered=replace(mailing.rendered, subject=subject, text=text, html=html))
    reader = Recipient(position=0, delivery_id="0" * 32, email="a@example.org", values=values)

    (mail,) = expand(request_of(mailing, (reader,)))

    assert mail.subject == subject.fill(values)
    assert mail.text == text.fill(values).rstrip("\n")
    assert mail.html == html.fill(values).rstrip("\n")


def test_a_value_that_holds_the_marker_itself_still_arrives_as_it_is() -> None:
    mailing = sample_mailing()
    marker = next(markers(mailing.campaign_id))
    readers = sample_recipients([f"{marker}:unsubscribe_url:t-", "Jan"])

    mails = list(expand(request_of(mailing, readers)))

    assert mails[0].subject == mailing.rendered.subject.fill(readers[0].values)
    assert mails[0].html.rstrip() == mailing.rendered.html.fill(readers[0].values).rstrip()
    assert mails[1].text == mailing.rendered.text.fill(readers[1].values).rstrip()


def test_a_letter_that_holds_the_marker_gets_another() -> None:
    mailing = sample_mailing()
    marker = next(markers(mailing.campaign_id))
    text = SlottedText((f"{marker}:first_name:t- ", *mailing.rendered.text.parts))
    mailing = replace(mailing, rendered=replace(mailing.rendered, text=text))
    (reader,) = sample_recipients(["Jan"])

    (mail,) = expand(request_of(mailing, (reader,)))

    assert mail.text == text.fill(reader.values).rstrip()


@pytest.mark.parametrize(
    ("value", "reason"),
    [("é" * 2_000, "SendGrid allows 10,000"), ("half \ud83d", "half a character")],
    ids=["too large", "half a character"],
)
def test_a_reader_sendgrid_could_not_carry_is_refused_with_the_reason_and_the_others_go(
    value: str, reason: str
) -> None:
    readers = sample_recipients(["A", value, "C"])

    payload = BodyTemplate(sample_mailing(), PrivacyConfig()).build(readers, "c.1.1")

    assert tuple(payload.positions) == (0, 2)
    assert payload.refused[1].kind is OutcomeKind.REJECTED
    assert reason in payload.refused[1].detail


def test_one_address_in_two_letter_cases_goes_once() -> None:
    first, second = sample_recipients(["A", "B"])
    readers = (first, replace(second, email=first.email.upper()))

    payload = BodyTemplate(sample_mailing(), PrivacyConfig()).build(readers, "c.1.1")

    assert tuple(payload.positions) == (0,)
    assert "same address" in payload.refused[1].detail


def test_percent_signs_in_header_names_and_keys_are_no_format() -> None:
    mailing = sample_mailing()
    hole = Hole(slot=Slot(name="first_name"), context=SlotContext.HEADER)
    mailing = replace(mailing, headers={"X-100%s": SlottedText(("50% ", hole))})

    body = BodyTemplate(mailing, PrivacyConfig()).build(sample_recipients(["%d"]), "c%s.1.1").body

    (one,) = json.loads(body)["personalizations"]
    assert one["headers"]["X-100%s"] == "50% %d"
    assert one["custom_args"]["nl_a"] == "c%s.1.1"


@pytest.mark.parametrize("name", ["Reply-To", "subject", "X-SG-ID", "Content-Type"])
def test_a_header_sendgrid_keeps_for_itself_is_an_error_before_anything_leaves(name: str) -> None:
    mailing = replace(sample_mailing(), headers={name: SlottedText.fixed("x")})

    with pytest.raises(ConfigError, match=name):
        BodyTemplate(mailing, PrivacyConfig())


def test_a_letter_larger_than_a_request_is_an_error_before_anything_leaves() -> None:
    mailing = sample_mailing()
    giant = replace(mailing, rendered=replace(mailing.rendered, html=SlottedText.fixed("x" * 30_000_001)))

    with pytest.raises(ConfigError, match="too large"):
        BodyTemplate(giant, PrivacyConfig())
