"""Postmark's webhooks: only who knows the login is believed."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.config.schema import Config, PostmarkConfig, ProviderConfig
from newsletter.config.secrets import Secret
from newsletter.protocols import EventReader, EventRefused
from newsletter.providers.postmark.events import PostmarkEvents, open_reader

NOW = datetime(2026, 11, 24, 8, 31, tzinfo=UTC)
LOGIN = "postmark:a:pass word"
BODY = json.dumps(
    json.loads((Path(__file__).parent / "corpus/postmark/events/delivery.json").read_text())["report"]
).encode()


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EventReader:
    monkeypatch.setenv("STUB_LOGIN", LOGIN + "\n")
    settings = PostmarkConfig(webhook_login=Secret(reference="env:STUB_LOGIN"))
    return open_reader(Config(root=tmp_path, provider=ProviderConfig(postmark=settings)))


def basic(login: str) -> str:
    return "Basic " + b64encode(login.encode()).decode()


@pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION"])
def test_who_knows_the_login_is_believed(reader: EventReader, name: str) -> None:
    reader.verify({name: basic(LOGIN)}, BODY, NOW)

    assert len(reader.read(BODY)) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Basic"},
        {"Authorization": "Basic ???"},
        {"Authorization": basic("postmark:wrong")},
        {"Authorization": basic(LOGIN).replace("Basic", "Bearer")},
        {"Authorization": basic(LOGIN + "x")},
        {"X-Authorization": basic(LOGIN)},
    ],
)
def test_anybody_else_is_refused(reader: EventReader, headers: dict[str, str]) -> None:
    with pytest.raises(EventRefused, match="does not fit") as refusal:
        reader.verify(headers, BODY, NOW)

    assert "pass word" not in str(refusal.value)


def test_without_a_login_nothing_is_believed() -> None:
    with pytest.raises(EventRefused, match="webhook_login is missing"):
        PostmarkEvents(None).verify({"Authorization": basic(":")}, BODY, NOW)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"Type":"HardBounce"}', b'{"RecordType":"Inbound"}', b"\xff"]
)
def test_what_is_no_report_about_our_mail_is_refused(reader: EventReader, body: bytes) -> None:
    with pytest.raises(EventRefused, match="no report of Postmark"):
        reader.read(body)


@given(
    st.dictionaries(
        st.sampled_from(
            [
                *("RecordType", "Type", "ID", "Email", "Recipient", "BouncedAt", "DeliveredAt", "ChangedAt"),
                *("Metadata", "Details", "MessageID", "SuppressSending", "Origin", "ReceivedAt"),
            ]
        ),
        st.sampled_from(["Bounce", "Delivery", "SubscriptionChange", "HardBounce", "2026-11-24T08:30:05Z"])
        | st.none()
        | st.booleans()
        | st.integers()
        | st.text()
        | st.dictionaries(st.sampled_from(["nl_d", "nl_a"]), st.text() | st.integers()),
    )
)
def test_a_report_of_any_shape_is_read_or_refused(report: dict[str, object]) -> None:
    try:
        found = PostmarkEvents(None).read(json.dumps(report).encode())
    except EventRefused:
        return
    assert all(event.at.tzinfo is not None for event in found)
