"""Events in the plain JSON format, signed as Standard Webhooks says."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.config.schema import Config, EventsConfig
from newsletter.config.secrets import Secret
from newsletter.domain.provider_event import BounceClass, EventKind, ProviderEvent
from newsletter.events.neutral import open_reader, sign
from newsletter.protocols import EventRefused

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
KEY = b"a key of thirty-two bytes, no less"
ROW = {
    "id": "7f3a",
    "event": "bounced",
    "at": "2026-11-24T10:31:07+01:00",
    "delivery": "8c1f",
    "attempt": "c1.1.1",
    "email": "an@example.org",
    "bounce": "hard",
    "status": "5.1.1",
    "reason": "550\nno such user",
}


@pytest.fixture
def reader(monkeypatch):
    monkeypatch.setenv("EVENTS", f"whsec_{base64.b64encode(KEY).decode()}")
    return open_reader(Config(root=Path(), events=EventsConfig(secret=Secret(reference="env:EVENTS"))))


def headers(body: bytes, *, at: datetime = NOW, key: bytes = KEY) -> dict[str, str]:
    moment = str(int(at.timestamp()))
    return {
        "Webhook-Id": "msg_1",
        "WEBHOOK-TIMESTAMP": moment,
        "webhook-signature": f"v1,bm8= {sign(key, 'msg_1', moment, body)}",
    }


def test_an_event_is_read_with_all_it_says(reader):
    (event,) = reader.read(json.dumps(ROW).encode())

    assert event == ProviderEvent(
        event_id="7f3a",
        kind=EventKind.BOUNCED,
        at=datetime(2026, 11, 24, 9, 31, 7, tzinfo=UTC),
        email="an@example.org",
        delivery_id="8c1f",
        attempt_key="c1.1.1",
        bounce=BounceClass.HARD,
        reason="550 no such user",
        status="5.1.1",
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"id": None}, '"id" is missing'),
        ({"event": "bounce"}, "there are: processed, delivered"),
        ({"at": "2026-11-24T10:31:07"}, "no moment with a zone"),
        ({"at": "yesterday"}, "no moment with a zone"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "no moment with a zone"),
        ({"at": "9999-12-31T23:59:59-14:00"}, "no moment with a zone"),
        ({"bounce": "fatal"}, '"fatal" is no "bounce"'),
        ({"event": "delivered"}, 'only a "bounced" event'),
        ({"delivery": None, "email": None}, "nobody can tell what it is about"),
        ({"reason": 550}, '"reason" is not text'),
        ({"evnet": "x"}, 'there is no key "evnet"'),
    ],
)
def test_what_is_wrong_with_an_event_is_told(reader, changes, said):
    with pytest.raises(EventRefused, match=said.replace("?", r"\?")):
        reader.read(json.dumps(ROW | changes).encode())


def test_all_that_is_wrong_is_told_at_once(reader):
    rows = [ROW, {**ROW, "id": ""}, {**ROW, "event": "x"}, 7]

    with pytest.raises(EventRefused) as refused:
        reader.read(json.dumps(rows).encode())

    assert all(f"event {number}:" in str(refused.value) for number in (2, 3, 4))
    assert "event 1:" not in str(refused.value)


@given(
    body=st.one_of(
        st.binary(),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*ROW, "x"]), inner, max_size=9)
            ),
        ).map(lambda value: json.dumps(value).encode()),
    )
)
def test_whatever_comes_in_is_read_or_refused(body):
    events = []
    with suppress(EventRefused):
        events = open_reader(Config(root=Path())).read(body)

    assert all(event.event_id and event.at.tzinfo for event in events)


def test_a_report_that_was_signed_is_taken(reader):
    body = json.dumps([ROW]).encode()

    reader.verify(headers(body), body, NOW)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda body: (headers(body), body + b" "), "does not fit"),
        (lambda body: (headers(body, key=b"another"), body), "does not fit"),
        (lambda body: (headers(body, at=NOW - timedelta(minutes=6)), body), "more than five minutes"),
        (lambda body: (headers(body, at=NOW + timedelta(minutes=6)), body), "more than five minutes"),
        (lambda body: ({}, body), "webhook-timestamp"),
        (lambda body: ({**headers(body), "Webhook-Id": "msg_2"}, body), "does not fit"),
        (lambda body: ({**headers(body), "WEBHOOK-TIMESTAMP": "٣"}, body), "no number of seconds"),
    ],
)
def test_a_report_that_is_not_the_senders_own_is_refused(reader, change, said):
    given_headers, body = change(json.dumps([ROW]).encode())

    with pytest.raises(EventRefused, match=said):
        reader.verify(given_headers, body, NOW)


def test_without_a_secret_nothing_is_believed():
    body = b"[]"

    with pytest.raises(EventRefused, match=r"no \[events\] secret"):
        open_reader(Config(root=Path())).verify(headers(body), body, NOW)
