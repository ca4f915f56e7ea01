"""Reports by SNS: only what Amazon signed for our topic is believed, and a subscription can be confirmed."""

from __future__ import annotations

import contextlib
import json
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.protocols import EventRefused
from newsletter.providers.ses.events import SesEvents
from newsletter.providers.ses.sns import is_sns_url

NOW = datetime(2026, 11, 24, 8, 31, tzinfo=UTC)
TOPIC = "arn:aws:sns:eu-west-1:123456789012:brief"
URL = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem"
REPORT = json.loads((Path(__file__).parent / "corpus/ses/events/delivery.json").read_text())["report"]
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
FIELDS = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        *("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    ),
}


def certificate(key: Any = KEY, begins: datetime = NOW - timedelta(days=1)) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=10))
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.PEM)
    )


def message(kind: str = "Notification", version: str = "2", **changes: object) -> dict[str, object]:
    more = {
        "Notification": {"Subject": "Amazon SES Email Event Notification", "Message": json.dumps(REPORT)},
        "SubscriptionConfirmation": {
            "Message": f"You have chosen to subscribe to the topic {TOPIC}.",
            "Token": "2336412f37",
            "SubscribeURL": "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=2336412f37",
        },
    }
    whole: dict[str, object] = {
        "Type": kind,
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": TOPIC,
        "Timestamp": "2026-11-24T08:30:06.000Z",
        "SignatureVersion": version,
        "SigningCertURL": URL,
        **more[kind],
        **changes,
    }
    whole = {name: value for name, value in whole.items() if value is not None}
    text = "".join(f"{name}\n{whole[name]}\n" for name in FIELDS[kind] if name in whole)
    digest = hashes.SHA256() if version == "2" else hashes.SHA1()
    whole["Signature"] = b64encode(KEY.sign(text.encode(), padding.PKCS1v15(), digest)).decode()
    return whole


def body(whole: object) -> bytes:
    return json.dumps(whole).encode()


def events(fetch: Callable[[str], bytes] = lambda url: certificate(), topic: str | None = TOPIC) -> SesEvents:
    return SesEvents(topic, fetch)


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("subject", ["A subject", None])
def test_what_amazon_signed_for_our_topic_is_believed(version: str, subject: str | None) -> None:
    signed = body(message(version=version, Subject=subject))

    events().verify({}, signed, NOW)

    assert len(events().read(signed)) == 1


def test_a_certificate_is_fetched_once() -> None:
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        return certificate()

    reader = events(fetch)
    for _ in range(3):
        reader.verify({}, body(message()), NOW)

    assert asked == [URL]


def test_a_forger_cannot_make_us_fetch_without_end() -> None:
    fetched: list[str] = []

    def fetch(url: str) -> bytes:
        fetched.append(url)
        raise OSError("nothing there")

    reader = events(fetch)
    for number in range(50):
        url = URL.replace("0123456789abcdef0123456789abcdef", f"{number:032x}")
        with pytest.raises(EventRefused, match=r"cannot be fetched|too many certificates"):
            reader.verify({}, body(message(SigningCertURL=url)), NOW)

    assert len(fetched) == 10


@pytest.mark.parametrize("field", ["Message", "MessageId", "Subject", "Timestamp"])
def test_a_message_that_was_changed_is_refused(field: str) -> None:
    changed = {**message(), field: "2026-11-24T08:30:07.000Z"}

    with pytest.raises(EventRefused, match="does not fit"):
        events().verify({}, body(changed), NOW)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"TopicArn": "arn:aws:sns:eu-west-1:999999999999:brief"}, "another topic"),
        ({"SignatureVersion": "3"}, "neither 1 nor 2"),
        ({"Timestamp": "2026-11-20T08:00:00.000Z"}, "four days old"),
        ({"Timestamp": "2026-11-24T09:30:00.000Z"}, "from the future"),
        ({"Timestamp": "yesterday"}, "four days old"),
        ({"SigningCertURL": "https://s3.amazonaws.com/SimpleNotificationService-01234567.pem"}, "no address"),
        ({"SigningCertURL": "https://evil.example/sns.eu-west-1.amazonaws.com/x.pem"}, "no address"),
        ({"SigningCertURL": "https://sns.eu-west-1.amazonaws.com.evil.example/x.pem"}, "no address"),
        ({"SigningCertURL": "https://sns.eu-west-1.amazonaws.com@evil.example/x.pem"}, "no address"),
        ({"SigningCertURL": "http" + URL.removeprefix("https")}, "no address"),
        ({"SigningCertURL": "https://sns.eu-west-1.amazonaws.com/?Action=Publish"}, "no address"),
        ({"SigningCertURL": None}, "no address"),
    ],
)
def test_what_cannot_be_believed_is_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(EventRefused, match=said):
        events().verify({}, body(message(**changes)), NOW)


def test_a_signature_of_anybody_else_is_refused() -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    with pytest.raises(EventRefused, match="does not fit"):
        events(lambda url: certificate(other)).verify({}, body(message()), NOW)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (b"no certificate", "no certificate"),
        (certificate(begins=NOW - timedelta(days=90)), "not valid now"),
        (certificate(ec.generate_private_key(ec.SECP256R1())), "no RSA key"),
    ],
)
def test_a_certificate_that_proves_nothing_is_refused(given: bytes, said: str) -> None:
    with pytest.raises(EventRefused, match=said):
        events(lambda url: given).verify({}, body(message()), NOW)


def test_a_certificate_that_cannot_be_fetched_is_told() -> None:
    def fetch(url: str) -> bytes:
        raise OSError("timed out")

    with pytest.raises(EventRefused, match="cannot be fetched: timed out"):
        events(fetch).verify({}, body(message()), NOW)


def test_without_a_topic_nothing_is_believed() -> None:
    with pytest.raises(EventRefused, match="topic is missing"):
        events(topic=None).verify({}, body(message()), NOW)


def test_a_subscription_is_confirmed_only_when_asked() -> None:
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        return certificate() if url == URL else b"<ConfirmSubscriptionResponse/>"

    request, other = body(message("SubscriptionConfirmation")), body(message())
    reader = events(fetch)
    reader.verify({}, request, NOW)
    events_in_it = reader.read(request)

    assert (events_in_it, asked) == ((), [URL])
    assert not reader.confirm(other)
    assert reader.confirm(request)
    assert asked[1:] == ["https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=2336412f37"]


def test_a_subscription_elsewhere_is_never_confirmed() -> None:
    request = body(message("SubscriptionConfirmation", SubscribeURL="https://evil.example/"))

    with pytest.raises(EventRefused, match="no address of Amazon SNS"):
        events().confirm(request)


def test_the_message_with_which_ses_tries_a_topic_holds_no_event() -> None:
    trial = message(Message="Successfully validated SNS topic for Amazon SES event publishing.")

    assert events().read(body(trial)) == ()


@given(
    st.binary()
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["Type", "Message", "eventType", "mail", "bounce", "tags", "timestamp", "Notification"]
                ),
                inner,
            )
        ),
    ).map(lambda value: json.dumps(value).encode())
)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_nothing_that_comes_in_is_too_strange_to_refuse(raw: bytes) -> None:
    for do in (
        lambda: events().verify({}, raw, NOW),
        lambda: events().read(raw),
        lambda: events().confirm(raw),
    ):
        with contextlib.suppress(EventRefused):
            do()


@given(
    st.sampled_from(["Bounce", "Complaint", "Delivery", "DeliveryDelay", "Subscription", "Click", "Reject"]),
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=5) | st.just("2026-11-24T08:30:06.000Z"),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(
                st.sampled_from(
                    [
                        *(
                            "timestamp",
                            "bouncedRecipients",
                            "complainedRecipients",
                            "emailAddress",
                            "destination",
                        ),
                        *(
                            "newTopicPreferences",
                            "topicSubscriptionStatus",
                            "bounceSubType",
                            "tags",
                            "nl_d",
                            "nl_a",
                        ),
                    ]
                ),
                inner,
            )
        ),
        max_leaves=8,
    ),
)
def test_a_report_of_any_shape_is_read_or_refused(kind: str, part: object) -> None:
    name = {"DeliveryDelay": "deliveryDelay"}.get(kind, kind.lower())
    mail = part if isinstance(part, dict) else {}
    try:
        found = events().read(body({"eventType": kind, "mail": mail, name: part}))
    except EventRefused:
        return
    assert all(event.at.tzinfo is not None for event in found)


@pytest.mark.parametrize(("kind", "name"), [("Bounce", "bounceSubType"), ("Complaint", "complaintSubType")])
def test_a_subtype_that_is_no_text_counts_as_none(kind: str, name: str) -> None:
    part = {name: [], "timestamp": "2026-11-24T08:30:05.000Z", "bouncedRecipients": [{}]}

    (event,) = events().read(body({"eventType": kind, "mail": {}, kind.lower(): part}))

    assert event.kind == {"Bounce": "bounced", "Complaint": "complained"}[kind]


@pytest.mark.parametrize("url", ["https://[", "https://sns.eu-west-1.amazonaws.com:99999/", "", "sns"])
def test_a_strange_address_is_no_address_of_sns(url: str) -> None:
    assert not is_sns_url(url)
