"""Values as people write them, frozen with care for privacy, and links that only their reader has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.config.schema import FieldConfig
from newsletter.delivery.recipients import field_text, frozen_values, make_recipients
from newsletter.domain.campaign import Member
from newsletter.domain.links import ReaderLinks
from newsletter.domain.recipient_columns import RecipientColumns
from newsletter.domain.slot import Slot
from newsletter.domain.subscriber import FieldType
from newsletter.domain.token import read_token

SECRET = b"s" * 32
DATE = FieldConfig(name="since", type=FieldType.DATE)


def member(**values: object) -> Member:
    return Member(subscriber_id=1, email="An@brief.example", key="an@brief.example", values=values)


@pytest.mark.parametrize(
    ("value", "field", "lang", "text"),
    [
        (True, None, "nl", "ja"),
        (False, None, "nl-BE", "nee"),
        (True, None, "en", "yes"),
        (1234567, None, "nl", "1234567"),
        (12.5, None, "nl", "12,5"),
        (12.5, None, "en", "12.5"),
        (3.0, None, "nl", "3"),
        ("2026-03-01", DATE, "nl", "1 maart 2026"),
        ("2026-03-01", DATE, "en", "1 March 2026"),
        ("2026-03-01", DATE, "en-US", "March 1, 2026"),
        ("2026-03-01", DATE, "de", "1. März 2026"),
        ("2026-03-01T12:00:00Z", DATE, "fr", "1 mars 2026"),
        ("2026-03-01", DATE, "xx", "1 March 2026"),
        (True, None, "de-CH", "ja"),
        (False, None, "fr", "non"),
        (1e22, None, "nl", "10000000000000000000000"),
        (1234.5, None, "fr", "1234,5"),
        (-0.25, None, "de", "-0,25"),
        ("volgend jaar", DATE, "nl", "volgend jaar"),
        ("2026-03-01", None, "nl", "2026-03-01"),
        ("  Anna  ", None, "nl", "Anna"),
    ],
)
def test_a_value_is_written_as_people_of_that_language_do(value, field, lang, text):
    assert field_text(value, field, lang) == text


@given(
    st.text() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans(),
    st.text(max_size=8),
)
def test_every_value_has_a_text(value, lang):
    assert isinstance(field_text(value, DATE, lang), str)


def test_only_what_the_letter_uses_is_frozen():
    reader = member(first_name="An", salary=90000, role="adviseur", note="  ")
    slots = [Slot(name="first_name"), Slot(name="note"), Slot(name="missing"), Slot(name="unsubscribe_url")]

    frozen = frozen_values(reader, slots, {}, "nl")

    assert frozen == {"first_name": "An"}


def test_every_link_is_the_readers_own_and_bound_to_its_purpose():
    links = ReaderLinks.make(SECRET, "https://brief.example/", "herfst", [Slot(name="preferences_url")])
    stored = RecipientColumns([3], ["ab" * 16], ["an@brief.example"], [{"first_name": "An"}])

    (recipient,) = make_recipients(stored, links)

    base, purpose, token = recipient.values["unsubscribe_url"].rsplit("/", 2)
    assert (base, purpose) == ("https://brief.example", "unsubscribe")
    assert read_token([SECRET], "unsubscribe", token) == "ab" * 16
    assert read_token([SECRET], "preferences", token) is None
    assert recipient.values["archive_url"] == "https://brief.example/archive/herfst"
    assert recipient.values["preferences_url"].startswith("https://brief.example/preferences/")
    assert recipient.values["first_name"] == "An"
    assert recipient.position == 3


def test_a_letter_without_a_preferences_link_costs_no_second_signature():
    links = ReaderLinks.make(SECRET, "https://brief.example", "herfst", [])

    assert "preferences_url" not in links.of("ab" * 16)


def test_a_field_cannot_take_the_place_of_a_link():
    links = ReaderLinks.make(SECRET, "https://brief.example", "herfst", [])
    stored = RecipientColumns(
        [0], ["ab" * 16], ["an@brief.example"], [{"unsubscribe_url": "https://evil.example"}]
    )

    (recipient,) = make_recipients(stored, links)

    assert recipient.values["unsubscribe_url"].startswith("https://brief.example/")


def test_recipients_are_put_in_order_with_all_that_is_theirs():
    stored = RecipientColumns(
        [7, 3], ["cd" * 16, "ab" * 16], ["bo@brief.example", "an@brief.example"], [{"name": "Bo"}, {}]
    )

    ordered = stored.in_order()

    assert list(ordered) == [stored[1], stored[0]]
    assert ordered.positions == [3, 7]
