"""What SendGrid's logs can prove of a request that nobody answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsletter.domain.campaign import Fence
from newsletter.domain.outcome import OutcomeKind, Submission
from newsletter.protocols import Shipment
from newsletter.providers.sendgrid import open_provider
from newsletter.testing.local_providers import sendgrid_config
from newsletter.testing.sample_mailing import sample_attempt, sample_mailing, sample_recipients
from newsletter.testing.sendgrid_stub import API_KEY, SendgridStub
from tests.patience import patience_s

READERS = sample_recipients(["A", "B", "C"])
SEARCH = "POST /v3/logs"


@pytest.fixture
def stub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SendgridStub]:
    monkeypatch.setenv("STUB_KEY", API_KEY)
    with SendgridStub(tmp_path / "journal") as stub:
        yield stub


@pytest.fixture
def shipment(request: pytest.FixtureRequest, stub: SendgridStub, tmp_path: Path) -> Iterator[Shipment]:
    config = sendgrid_config(tmp_path, stub.url, timeout_s=patience_s(request))
    shipment = open_provider(config).prepare(sample_mailing())
    yield shipment
    shipment.close()


def lose(stub: SendgridStub, shipment: Shipment, fault: str, key: str = "c.1.1") -> Submission:
    stub.arrange(fault)
    return shipment.submit(shipment.build(READERS, key))


@pytest.mark.parametrize(
    "fault", ["accepted-reset", "accepted-500", "accepted-truncated", "accepted-garbage"]
)
def test_what_was_taken_is_proven_for_the_whole_batch(stub, shipment, fault) -> None:
    lost = lose(stub, shipment, fault)

    evidence = shipment.evidence(READERS, sample_attempt("c.1.1"))

    assert lost.outcome.kind is OutcomeKind.UNKNOWN
    assert evidence is not None
    assert (evidence.outcome.kind, evidence.exceptions) == (OutcomeKind.ACCEPTED, {})
    assert evidence.outcome.provider_id == "stub00000001"


def test_what_was_never_taken_is_not_proven_either_way(stub, shipment) -> None:
    lose(stub, shipment, "reset-before-answer")

    assert shipment.evidence(READERS, sample_attempt("c.1.1")) is None


def test_logs_that_lag_behind_prove_nothing(stub, shipment) -> None:
    lose(stub, shipment, "accepted-reset")
    stub.account.logs_lag = True

    assert shipment.evidence(READERS, sample_attempt("c.1.1")) is None


def test_another_attempt_to_the_same_readers_is_no_proof(stub, shipment) -> None:
    shipment.submit(shipment.build(READERS, "c.1.1"))
    lose(stub, shipment, "reset-before-answer", key="c.1.2")

    assert shipment.evidence(READERS, sample_attempt("c.1.2")) is None


@pytest.mark.parametrize("fault", ["401", "403", "404", "400-html", "500", "502-html", "hang", "200", "302"])
def test_where_the_logs_cannot_be_read_nothing_is_proven(stub, shipment, fault) -> None:
    lose(stub, shipment, "accepted-reset")
    stub.arrange_at(SEARCH, fault)

    assert shipment.evidence(READERS, sample_attempt("c.1.1")) is None


def test_a_plan_without_logs_proves_nothing(stub, shipment) -> None:
    lose(stub, shipment, "accepted-reset")
    stub.account.has_logs = False

    assert shipment.evidence(READERS, sample_attempt("c.1.1")) is None


def test_a_busy_server_is_waited_for_once(stub, shipment) -> None:
    lose(stub, shipment, "accepted-reset")
    stub.arrange_at(SEARCH, "429-reset-past")

    assert shipment.evidence(READERS, sample_attempt("c.1.1")) is not None


def test_a_server_that_is_busy_for_long_is_not_waited_for(stub, shipment) -> None:
    lose(stub, shipment, "accepted-reset")
    stub.arrange_at(SEARCH, "429-date")

    assert shipment.evidence(READERS, sample_attempt("c.1.1")) is None


def test_mail_that_may_have_been_cancelled_is_not_proven_by_waiting_at_sendgrid(stub, shipment) -> None:
    lose(stub, shipment, "accepted-reset")
    soon = datetime.now(UTC) + timedelta(minutes=2)  # too late to call it back

    assert shipment.evidence(READERS, sample_attempt("c.1.1", Fence(id="gone", leaves_at=soon))) is None
