"""Every way in which SendGrid can fail, and what is said about it."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.domain.outcome import OutcomeKind
from newsletter.protocols import Provider
from newsletter.providers.sendgrid import open_provider
from newsletter.providers.sendgrid.answers import read_answer, read_scopes
from newsletter.testing.local_providers import said, send, sendgrid_config
from newsletter.testing.sample_mailing import sample_mailing, sample_recipients
from newsletter.testing.sendgrid_faults import FAULTS
from newsletter.testing.sendgrid_stub import API_KEY, SendgridStub
from tests.patience import patience_s

READERS = sample_recipients(["A", "B", "C"])
ACCEPTED = ["accepted"] * 3
NOT_SENT = ["not_sent"] * 3
REJECTED = ["rejected"] * 3
HALT = ["halt"] * 3
UNKNOWN = ["unknown"] * 3

EXPECTED = {
    "plain": ACCEPTED,
    "400-first": ["rejected", "not_sent", "not_sent"],
    "400-first-and-last": ["rejected", "not_sent", "rejected"],
    "400-out-of-range": REJECTED,
    "400-unindexed": REJECTED,
    "400-html": REJECTED,
    "400-deep": REJECTED,
    "400-sender": HALT,
    "400-credits": HALT,
    **dict.fromkeys(["401", "402", "403", "404", "405", "413", "415"], HALT),
    **dict.fromkeys(
        ["429", "429-seconds", "429-date", "429-reset", "429-reset-past", "429-garbage"], NOT_SENT
    ),
    **dict.fromkeys(["200", "204", "302", "307", "408", "500", "502-html", "503", "504"], UNKNOWN),
    **dict.fromkeys(["reset-on-headers", "reset-in-body", "reset-before-answer", "hang"], UNKNOWN),
    **{name: UNKNOWN for name in FAULTS if name.startswith("accepted-")},
    **dict.fromkeys(
        [
            *("close", "close-unannounced", "bytewise", "no-id", "lower-case", "slow"),
            *("continue", "chunked", "body-cut"),
        ],
        ACCEPTED,
    ),
}
# The reset may be seen before the last byte leaves; then nothing was sent, and it is tried once more.
RACES = {"reset-on-headers": (UNKNOWN, NOT_SENT, ACCEPTED), "reset-in-body": (UNKNOWN, NOT_SENT, ACCEPTED)}
WAITS = {"429-seconds": 7.0, "429-date": 20.0, "429-reset": 30.0, "429-reset-past": 1.0, "429": None}


@pytest.fixture
def stub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SendgridStub]:
    monkeypatch.setenv("STUB_KEY", API_KEY)
    with SendgridStub(tmp_path / "journal") as stub:
        yield stub


@pytest.fixture
def provider(request: pytest.FixtureRequest, stub: SendgridStub, tmp_path: Path) -> Provider:
    return open_provider(sendgrid_config(tmp_path, stub.url, timeout_s=patience_s(request)))


def test_every_fault_of_the_stub_has_an_expected_outcome() -> None:
    assert set(EXPECTED) == set(FAULTS)


@pytest.mark.parametrize("is_warm", [False, True], ids=["fresh", "kept"])
@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_each_fault_has_its_outcome_and_no_outcome_lies(
    stub: SendgridStub, provider: Provider, fault: str, *, is_warm: bool
) -> None:
    shipment = provider.prepare(sample_mailing())
    if is_warm:
        shipment.submit(shipment.build(sample_recipients(["X"], first=9), "c.0.1"))
    stub.arrange(fault)

    submission = shipment.submit(shipment.build(READERS, "c.1.1"))
    shipment.close()

    kinds = said(submission, READERS)
    assert kinds in RACES.get(fault, (EXPECTED[fault],))
    arrived = [mail.email for mail in stub.mails() if mail.email != "Lezer.9@gemeente.example"]
    takes = FAULTS[fault].accepts or kinds == ACCEPTED
    assert arrived == ([one.email for one in READERS] if takes else [])


@pytest.mark.parametrize("fault", sorted(WAITS))
def test_a_busy_server_says_how_long_to_wait(stub: SendgridStub, provider: Provider, fault: str) -> None:
    stub.arrange(fault)

    submission = send(provider, READERS)

    assert submission.outcome.retry_after_s == WAITS[fault]


def test_the_outcome_carries_the_message_id_and_the_status(stub: SendgridStub, provider: Provider) -> None:
    outcome = send(provider, READERS).outcome

    assert (outcome.provider_id, outcome.status) == ("stub00000001", 202)


def test_the_detail_repeats_what_sendgrid_said(stub: SendgridStub, provider: Provider) -> None:
    stub.arrange("403")

    assert send(provider, READERS).outcome.detail == "SendGrid answered 403: refused by the stub"


def test_a_redirect_is_not_followed(stub: SendgridStub, provider: Provider) -> None:
    stub.arrange("302")

    send(provider, READERS)

    assert (stub.requests, stub.connections) == (1, 1)


@pytest.mark.parametrize("fault", ["unexpected key", "no permission"])
def test_a_probe_tells_a_key_that_cannot_send(stub: SendgridStub, provider: Provider, fault: str) -> None:
    if fault == "unexpected key":
        stub.api_key = "SG.another"
    else:
        stub.scopes = ("templates.read",)

    outcome = provider.probe()

    assert outcome.kind is OutcomeKind.HALT


@given(
    st.integers(100, 599),
    st.dictionaries(
        st.sampled_from(["Retry-After", "X-RateLimit-Reset", "Date", "X-Message-Id"]),
        st.text(st.characters(codec="latin-1", exclude_characters="\r\n")) | st.integers().map(str),
    ),
    st.binary() | st.text().map(lambda text: f'{{"errors":[{{"field":{text!r}}}]}}'.encode()),
)
def test_no_answer_is_too_strange_to_read(status: int, fields: dict[str, str], body: bytes) -> None:
    headers = Message()
    for name, value in fields.items():
        headers[name] = value

    submission = read_answer(status, headers, body, (0, 1, 2))

    assert (submission.outcome.kind is OutcomeKind.ACCEPTED) == (status == 202)
    assert (read_scopes(status, headers, body).kind is OutcomeKind.ACCEPTED) <= (status == 200)
    wait = submission.outcome.retry_after_s
    assert wait is None or 0 <= wait <= 3600
