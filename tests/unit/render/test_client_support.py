"""The data on mail clients: whole, dated, and saying what is known of the clients that matter."""

from __future__ import annotations

import re

import pytest

from newsletter.domain.client import Client
from newsletter.render.clients import Support, support
from newsletter.render.clients.support import feature, features, property_feature, source


@pytest.mark.parametrize(
    ("client", "name", "expected"),
    [
        (Client.OUTLOOK_CLASSIC, "css-border-radius", Support.NO),
        (Client.OUTLOOK_CLASSIC, "css-background-image", Support.NO),
        (Client.OUTLOOK_CLASSIC, "css-padding", Support.PARTLY),
        (Client.OUTLOOK_CLASSIC, "image-webp", Support.NO),
        (Client.GMAIL_WEB, "css-at-media", Support.PARTLY),
        (Client.GMAIL_WEB, "css-at-media-prefers-color-scheme", Support.NO),
        (Client.GMAIL_NON_GOOGLE, "html-style", Support.NO),
        (Client.GMAIL_NON_GOOGLE, "css-selector-class", Support.NO),
        (Client.GMAIL_NON_GOOGLE, "css-background-color", Support.YES),
        (Client.APPLE_MAIL, "css-at-media-prefers-color-scheme", Support.YES),
        (Client.THUNDERBIRD, "css-border-radius", Support.YES),
        (Client.PROTON, "no-such-feature", Support.UNKNOWN),
    ],
)
def test_the_data_says_what_is_known(client: Client, name: str, expected: Support) -> None:
    assert expected == support(client, name)


def test_every_feature_speaks_of_every_client() -> None:
    for name in features():
        found = feature(name)

        assert found is not None
        assert set(Client) == set(found.support)


def test_notes_tell_why_support_is_partial() -> None:
    found = feature("css-padding")

    assert found is not None
    assert any("table cells" in note for note in found.notes[Client.OUTLOOK_CLASSIC])


def test_the_data_has_a_source_and_a_day() -> None:
    assert re.fullmatch(r"caniemail\.com, \d{4}-\d{2}-\d{2}", source())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("padding-left", "css-padding"),
        ("margin-top", "css-margin"),
        ("border-left-color", "css-border"),
        ("border-top-left-radius", "css-border-radius"),
        ("border-collapse", "css-border-collapse"),
        ("overflow-x", "css-overflow"),
        ("color", "css-color"),
    ],
)
def test_a_property_belongs_to_a_feature(name: str, expected: str) -> None:
    assert expected == property_feature(name)
