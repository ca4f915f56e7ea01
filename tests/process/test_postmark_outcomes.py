"""Every way in which Postmark can fail, and what is said about it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from email.message import Message
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.domain.outcome import OutcomeKind
from newsletter.protocols import Provider
from newsletter.providers.postmark import open_provider
from newsletter.providers.postmark.answers import read_batch, read_stream
from newsletter.providers.postmark.records import read_found
from newsletter.testing.http_faults import ACCEPTED_AND_BROKEN, BROKEN, ODD
from newsletter.testing.local_providers import postmark_config, said, send
from newsletter.testing.postmark_faults import DOCUMENTED_ERRORS, FAULTS
from newsletter.testing.postmark_stub import SERVER_TOKEN, PostmarkStub
from newsletter.testing.sample_mailing import (
    HOSTILE_NAMES,
    sample_attempt,
    sample_mailing,
    sample_recipients,
)
from tests.patience import patience_s

READERS = sample_recipients(["A", "B", "C"])
ACCEPTED = ["accepted"] * 3
NOT_SENT = ["not_sent"] * 3
REJECTED = ["rejected"] * 3
HALT = ["halt"] * 3
UNKNOWN = ["unknown"] * 3
NOT_NOW = (100, 429)
ABOUT_READER = (300, 406)


def one(kind: str) -> list[str]:
    return [kind, "accepted", "accepted"]


EXPECTED = {
    "plain": ACCEPTED,
    **{f"first-{code}": one("halt") for code in DOCUMENTED_ERRORS},
    **{f"first-{code}": one("not_sent") for code in NOT_NOW},
    **{f"first-{code}": one("rejected") for code in ABOUT_READER},
    **dict.fromkeys(["first-9999", "first-sender"], one("halt")),
    "first-illegal": one("rejected"),
    "first-and-second-406": ["rejected", "rejected", "accepted"],
    **{f"422-{code}": HALT for code in DOCUMENTED_ERRORS if code not in (10, 429)},
    **dict.fromkeys(["422-300", "422-406"], REJECTED),
    **dict.fromkeys(["429", "429-seconds", "422-100"], NOT_SENT),
    **dict.fromkeys(["422-html", "422-deep", "400", "401", "402", "403", "404", "405", "413", "415"], HALT),
    **dict.fromkeys(["408", "500", "502-html", "503", "504"], UNKNOWN),
    **dict.fromkeys(["200-empty", "200-html", "200-object", "200-long", "200-strange"], UNKNOWN),
    "200-short": ["rejected", "unknown", "unknown"],
    **dict.fromkeys(["202", "204", "302", "307", "accepted-200-empty"], UNKNOWN),
    "accepted-no-id": ACCEPTED,
    **dict.fromkeys(BROKEN, UNKNOWN),
    **dict.fromkeys(ACCEPTED_AND_BROKEN, UNKNOWN),
    **dict.fromkeys(ODD, ACCEPTED),
}
# The reset may be seen before the last byte leaves; then nothing was sent, and it is tried once more.
RACES = dict.fromkeys(["reset-on-headers", "reset-in-body"], (UNKNOWN, NOT_SENT, ACCEPTED))


@pytest.fixture
def stub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostmarkStub]:
    monkeypatch.setenv("STUB_KEY", SERVER_TOKEN)
    with PostmarkStub(tmp_path / "journal") as stub:
        yield stub


@pytest.fixture
def provider(request: pytest.FixtureRequest, stub: PostmarkStub, tmp_path: Path) -> Provider:
    return open_provider(postmark_config(tmp_path, stub.url, timeout_s=patience_s(request)))


def test_every_fault_of_the_stub_has_an_expected_outcome() -> None:
    assert set(EXPECTED) == set(FAULTS)


@pytest.mark.parametrize("is_warm", [False, True], ids=["fresh", "kept"])
@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_each_fault_has_its_outcome_and_no_outcome_lies(
    stub: PostmarkStub, provider: Provider, fault: str, *, is_warm: bool
) -> None:
    shipment = provider.prepare(sample_mailing())
    if is_warm:
        shipment.submit(shipment.build(sample_recipients(["X"], first=9), "c.0.1"))
    stub.arrange(fault)

    submission = shipment.submit(shipment.build(READERS, "c.1.1"))
    shipment.close()

    kinds = said(submission, READERS)
    assert kinds in RACES.get(fault, (EXPECTED[fault],))
    arrived = {mail.email for mail in stub.mails()}
    for reader, kind in zip(READERS, kinds, strict=True):
        assert kind == "unknown" or (kind == "accepted") == (reader.email in arrived)


def test_one_bad_address_among_five_hundred_keeps_nobody_else_from_their_mail(
    stub: PostmarkStub, provider: Provider
) -> None:
    readers = list(sample_recipients(["Jan"] * 500))
    readers[17] = replace(readers[17], email="jan@-_-")
    readers[18] = replace(readers[18], email="Zoë@gemeente.example")
    readers[19] = replace(readers[19], email="a@b.example, c@d.example")

    submission = send(provider, readers)

    kinds = said(submission, readers)
    assert [at for at, kind in enumerate(kinds) if kind == "rejected"] == [17, 18, 19]
    assert kinds.count("accepted") == 497 == len(stub.mails())
    assert stub.requests == 1


@pytest.mark.parametrize(("readers", "requests"), [(0, 0), (1, 1), (500, 1), (501, 2)])
def test_a_request_holds_at_most_five_hundred_messages(
    stub: PostmarkStub, tmp_path: Path, readers: int, requests: int
) -> None:
    many = sample_recipients(["Jan"] * readers)

    submission = send(open_provider(postmark_config(tmp_path, stub.url)), many)

    assert set(said(submission, many)) <= {"accepted"}
    assert (len(stub.mails()), stub.requests) == (readers, requests)


def test_after_an_answer_that_proves_nothing_the_next_request_is_not_tried(
    stub: PostmarkStub, tmp_path: Path
) -> None:
    readers = sample_recipients(["Jan"] * 501)
    stub.arrange("accepted-500")

    submission = send(open_provider(postmark_config(tmp_path, stub.url)), readers)

    assert said(submission, readers) == [*["unknown"] * 500, "not_sent"]
    assert stub.requests == 1


def test_when_everybody_is_refused_in_the_same_words_it_is_not_about_them(
    stub: PostmarkStub, provider: Provider
) -> None:
    readers = sample_recipients(["Jan"] * 6)
    stub.arrange("422-300")

    submission = send(provider, readers)

    assert set(said(submission, readers)) == {"halt"}
    assert "in the same words" in submission.outcome.detail


def test_every_reader_has_a_message_id_of_postmark(stub: PostmarkStub, provider: Provider) -> None:
    submission = send(provider, READERS)

    assert len({submission.of(reader.position).provider_id for reader in READERS}) == 3


def test_a_rehearsal_looks_at_everybody_and_mails_nobody(stub: PostmarkStub, provider: Provider) -> None:
    readers = list(sample_recipients(HOSTILE_NAMES))
    readers[1] = replace(readers[1], email="jan@-_-")
    readers[2] = replace(readers[2], email="Zoë@gemeente.example")
    shipment = provider.prepare(sample_mailing())

    rehearsed = shipment.rehearse(readers)
    fine = shipment.rehearse(readers[3:])
    shipment.close()

    kinds = said(rehearsed, readers)
    assert [at for at, kind in enumerate(kinds) if kind == "rejected"] == [1, 2]
    assert (fine.outcome.detail, fine.exceptions) == ("Postmark would take it", {})
    assert stub.mails() == ()


def test_a_rehearsal_whose_answer_is_lost_has_mailed_nobody(stub: PostmarkStub, provider: Provider) -> None:
    shipment = provider.prepare(sample_mailing())
    stub.arrange("reset-before-answer")

    rehearsed = shipment.rehearse(READERS)
    shipment.close()

    assert said(rehearsed, READERS) == UNKNOWN
    assert stub.mails() == ()


def test_a_busy_server_says_how_long_to_wait(stub: PostmarkStub, provider: Provider) -> None:
    stub.arrange("429-seconds")

    assert send(provider, READERS).outcome.retry_after_s == 7.0


def test_a_wrong_token_halts(stub: PostmarkStub, provider: Provider) -> None:
    stub.server_token = "another"

    submission = send(provider, READERS)

    assert said(submission, READERS) == HALT
    assert submission.outcome.detail.endswith("check server_token")
    assert provider.probe().kind is OutcomeKind.HALT


def test_a_stream_that_is_not_there_halts(stub: PostmarkStub, tmp_path: Path) -> None:
    provider = open_provider(postmark_config(tmp_path, stub.url, stream="nieuwsbrief"))

    assert said(send(provider, READERS), READERS) == HALT
    assert provider.probe().kind is OutcomeKind.HALT


@pytest.mark.parametrize(
    ("change", "kind", "said_of_it"),
    [
        ({}, OutcomeKind.ACCEPTED, "mail may go through this stream (broadcasts)"),
        ({"ArchivedAt": "2026-01-01T00:00:00Z"}, OutcomeKind.HALT, "archived"),
        ({"MessageStreamType": "Inbound"}, OutcomeKind.HALT, "coming in"),
        ({"MessageStreamType": None}, OutcomeKind.UNKNOWN, "without a message stream"),
        (
            {"SubscriptionManagementConfiguration": {"UnsubscribeHandlingType": "Postmark"}},
            OutcomeKind.ACCEPTED,
            "Postmark adds its own link to leave",
        ),
    ],
)
def test_a_probe_tells_what_the_stream_is(
    stub: PostmarkStub, provider: Provider, change: dict[str, object], kind: OutcomeKind, said_of_it: str
) -> None:
    stub.stream = {**stub.stream, **change}

    outcome = provider.probe()

    assert outcome.kind is kind
    assert said_of_it in outcome.detail


@pytest.mark.parametrize("fault", ["accepted-500", "accepted-reset"])
def test_postmarks_records_prove_what_an_answer_did_not_say(
    stub: PostmarkStub, provider: Provider, fault: str
) -> None:
    shipment = provider.prepare(sample_mailing())
    shipment.submit(shipment.build(READERS[:1], "c.0.1"))
    stub.arrange(fault)
    shipment.submit(shipment.build(READERS[:2], "c.1.1"))

    evidence = shipment.evidence(READERS, sample_attempt("c.1.1"))
    shipment.close()

    assert evidence is not None
    assert said(evidence, READERS) == ["accepted", "accepted", "unknown"]
    assert evidence.of(0).provider_id == stub.ids()[READERS[0].delivery_id, "c.1.1"]


def test_records_that_show_nothing_prove_nothing(stub: PostmarkStub, provider: Provider) -> None:
    shipment = provider.prepare(sample_mailing())
    stub.arrange("reset-before-answer")
    shipment.submit(shipment.build(READERS, "c.1.1"))

    evidence = shipment.evidence(READERS, sample_attempt("c.1.1"))
    stub.server_token = "another"
    refused = shipment.evidence(READERS, sample_attempt("c.1.1"))
    shipment.close()

    assert (evidence, refused) == (None, None)


def test_records_that_cannot_be_asked_prove_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUB_KEY", SERVER_TOKEN)
    shipment = open_provider(postmark_config(tmp_path, "http://127.0.0.1:1")).prepare(sample_mailing())

    assert shipment.evidence(READERS, sample_attempt("c.1.1")) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from([0, 300, 406, 429]),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.sampled_from(
                ["ErrorCode", "Message", "MessageID", "MessageStreamType", "Messages", "Metadata", "nl_a"]
            ),
            inner,
        )
    ),
)


@given(
    st.integers(100, 599), st.binary() | JSON.map(lambda value: json.dumps(value).encode()), st.integers(1, 4)
)
def test_no_answer_is_too_strange_to_read(status: int, body: bytes, count: int) -> None:
    outcomes = read_batch(status, Message(), body, count)
    probed = read_stream(status, Message(), body)

    read_found(status, body, READERS, "c.1.1")

    assert len(outcomes) == count
    assert all((one.kind is OutcomeKind.ACCEPTED) <= (status == 200) for one in (*outcomes, probed))
