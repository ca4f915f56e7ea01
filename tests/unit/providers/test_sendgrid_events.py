"""What SendGrid reports: read in full, believed only when SendGrid signed it."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from sendgrid.helpers.eventwebhook import EventWebhook

from newsletter.config.schema import Config, ProviderConfig, SendgridConfig
from newsletter.domain.provider_event import BounceClass, EventKind
from newsletter.plugins import load_plugin
from newsletter.protocols import EventRefused
from newsletter.providers.sendgrid.bounces import bounce_class
from newsletter.providers.sendgrid.events import SIGNATURE, TIMESTAMP, SendgridEvents

CORPUS = Path(__file__).with_name("sendgrid_events") / "all.json"
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
PRIVATE = ec.generate_private_key(ec.SECP256R1())
PUBLIC = base64.b64encode(
    PRIVATE.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()
BODY = CORPUS.read_bytes().replace(b"\n", b"") + b"\r\n"
READER = SendgridEvents(PUBLIC)


def signed(body: bytes, moment: datetime = NOW, key: ec.EllipticCurvePrivateKey = PRIVATE) -> dict[str, str]:
    stamp = str(int(moment.timestamp()))
    signature = key.sign(stamp.encode() + body, ec.ECDSA(SHA256()))
    return {SIGNATURE: base64.b64encode(signature).decode(), TIMESTAMP: stamp}


def test_every_kind_of_event_is_read() -> None:
    events = READER.read(BODY)

    assert [(one.kind.value, one.bounce and one.bounce.value) for one in events] == [
        ("processed", None),
        ("deferred", None),
        ("delivered", None),
        ("bounced", "hard"),
        ("bounced", "soft"),
        ("bounced", "blocked"),
        ("dropped", None),
        ("complained", None),
        ("unsubscribed", None),
        ("unsubscribed", None),
        ("resubscribed", None),
        ("opened", None),
        ("clicked", None),
        ("dropped", None),
    ]
    assert len({one.event_id for one in events}) == len(events)


def test_an_event_has_our_ids_and_the_words_of_the_server() -> None:
    deferred, bounced = READER.read(BODY)[1], READER.read(BODY)[3]

    assert deferred.reason == "451 4.7.1 Greylisted, please try again later"
    assert (deferred.delivery_id, deferred.attempt_key) == ("0" * 31 + "1", "c0ffee.1.1")
    assert deferred.at == datetime.fromtimestamp(1795512602, UTC)
    assert (bounced.status, bounced.email) == ("5.1.1", "weg@gemeente.example")
    assert bounced.provider_id == "stub00000001.recvd-2"


def test_mail_of_another_program_has_none_of_our_ids() -> None:
    other = READER.read(BODY)[-1]

    assert (other.kind, other.delivery_id, other.attempt_key) == (EventKind.DROPPED, None, None)


def test_an_event_without_an_id_gets_the_same_made_one_every_time() -> None:
    row = {"event": "processed", "timestamp": 1, "email": "an@gemeente.example"}
    body, other = json.dumps([row]).encode(), json.dumps([{**row, "timestamp": 2}]).encode()

    ids = [READER.read(one)[0].event_id for one in (body, body, other)]

    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'"text"', b"[1]", b'[{"a": 1}]', b"\xff", b"[" * 100_000, b"<html>"]
)
def test_what_is_no_report_is_refused(body: bytes) -> None:
    with pytest.raises(EventRefused):
        READER.read(body)


def test_a_report_with_nothing_in_it_is_fine() -> None:
    assert READER.read(b"[]") == []


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(sorted({key for row in json.loads(BODY) for key in row})),
            st.none()
            | st.booleans()
            | st.integers()
            | st.floats()
            | st.text()
            | st.sampled_from(sorted({str(row["event"]) for row in json.loads(BODY)})),
        )
    )
)
def test_no_value_of_an_event_is_too_strange_to_read(rows: list[dict[str, object]]) -> None:
    try:
        events = READER.read(json.dumps(rows).encode())
    except EventRefused:
        assert rows
        return

    assert len(events) <= len(rows)
    assert all((one.bounce is not None) == (one.kind is EventKind.BOUNCED) for one in events)
    assert all("\n" not in one.reason and one.event_id for one in events)


# --- whose it is ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("letters", [str, str.lower, str.upper])
def test_what_sendgrid_signed_is_believed(letters) -> None:
    headers = {letters(name): value for name, value in signed(BODY).items()}

    READER.verify(headers, BODY, NOW)


def test_the_official_package_believes_the_same_signature() -> None:
    headers = signed(BODY)

    assert EventWebhook(PUBLIC).verify_signature(BODY.decode(), headers[SIGNATURE], headers[TIMESTAMP])


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda body: json.dumps(json.loads(body)).encode(), "does not fit"),
        (lambda body: body.rstrip(), "does not fit"),
        (lambda body: body.replace(b"weg@", b"wie@"), "does not fit"),
        (lambda body: b"", "does not fit"),
    ],
)
def test_a_body_that_was_changed_or_written_again_is_refused(change, why: str) -> None:
    with pytest.raises(EventRefused, match=why):
        READER.verify(signed(BODY), change(BODY), NOW)


def test_a_forged_signature_is_refused() -> None:
    with pytest.raises(EventRefused, match="does not fit"):
        READER.verify(signed(BODY, key=ec.generate_private_key(ec.SECP256R1())), BODY, NOW)


@pytest.mark.parametrize("seconds", [-901, 4 * 86_400 + 1])
def test_a_report_is_believed_for_four_days_as_sendgrid_tries_again(seconds: int) -> None:
    for age in (-900, 0, 3 * 86_400, 4 * 86_400):
        READER.verify(signed(BODY, NOW - timedelta(seconds=age)), BODY, NOW)

    with pytest.raises(EventRefused, match="four days"):
        READER.verify(signed(BODY, NOW - timedelta(seconds=seconds)), BODY, NOW)


@given(
    st.fixed_dictionaries({SIGNATURE: st.text(), TIMESTAMP: st.text() | st.integers().map(str)})
    | st.just({}),
    st.binary(),
)
def test_no_forgery_is_believed_and_none_breaks_anything(headers: dict[str, str], body: bytes) -> None:
    with pytest.raises(EventRefused):
        READER.verify(headers, body, NOW)


@pytest.mark.parametrize("key", [None, "", "geen sleutel", base64.b64encode(b"niets").decode(), "MAo="])
def test_without_a_usable_key_nothing_is_believed(key: str | None) -> None:
    with pytest.raises(EventRefused, match="event_key"):
        SendgridEvents(key).verify(signed(BODY), BODY, NOW)


def test_the_reader_is_found_by_the_name_of_the_provider(tmp_path: Path) -> None:
    settings = ProviderConfig(sendgrid=SendgridConfig(event_key=PUBLIC))

    reader = load_plugin("newsletter.event_readers", "sendgrid")(Config(root=tmp_path, provider=settings))

    reader.verify(signed(BODY), BODY, NOW)


# --- why a mail bounced -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "status", "reason", "classified", "expected"),
    [
        ("bounce", "5.1.1", "", "", "hard"),
        ("bounce", "550", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found", "", "hard"),
        ("bounce", "550", "550 No such user here", "", "hard"),
        ("bounce", "5.0.0", "550 mailbox not found", "Unclassified", "hard"),
        ("bounce", "5.5.0", "anything", "Invalid Address", "hard"),
        ("bounce", "5.2.2", "552 over quota", "", "soft"),
        ("bounce", "5.2.3", "552 message too large", "", "soft"),
        ("bounce", "4.2.2", "452 4.2.2 mailbox full", "Invalid Address", "soft"),
        ("bounce", "", "", "", "soft"),
        ("bounce", "5.7.1", "550 5.7.1 denied", "", "blocked"),
        ("bounce", "550", "554 rejected as spam", "", "blocked"),
        ("blocked", "5.7.26", "550 5.7.26 unauthenticated mail", "Reputation", "blocked"),
        ("blocked", "5.1.1", "550 5.1.1 user unknown", "", "blocked"),
        ("blocked", "4.7.1", "451 try again later", "", "soft"),
    ],
)
def test_a_bounce_is_hard_only_when_the_address_is_named_as_the_reason(
    kind: str, status: str, reason: str, classified: str, expected: str
) -> None:
    assert bounce_class(kind, status, reason, classified) is BounceClass(expected)
