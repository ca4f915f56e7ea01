"""Every stage at which a mail server can fail, and what is said about each mail of the batch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.protocols import Provider
from newsletter.providers.smtp import open_provider
from newsletter.testing.local_providers import said, send, smtp_config
from newsletter.testing.sample_mailing import sample_mailing, sample_recipients
from newsletter.testing.smtp_faults import SMTP_FAULTS, FaultySmtp
from tests.patience import patience_s

READERS = sample_recipients(["A", "B", "C"])
ALL = ["accepted", "accepted", "accepted"]
NOBODY = ["not_sent", "not_sent", "not_sent"]
HALT = ["halt", "halt", "halt"]
LATER = ["not_sent", "accepted", "accepted"]
REFUSED = ["rejected", "accepted", "accepted"]
UNKNOWN = ["unknown", "not_sent", "not_sent"]

# What is said of the three mails of a batch when the first meets the fault on a fresh connection.
EXPECTED = {
    **dict.fromkeys(["greeting-421", "greeting-450", "greeting-garbage"], NOBODY),
    **dict.fromkeys(["greeting-close", "greeting-reset", "greeting-hang"], NOBODY),
    "greeting-554": HALT,
    **dict.fromkeys(["EHLO-421", "EHLO-451", "EHLO-close", "EHLO-reset", "EHLO-hang"], NOBODY),
    "EHLO-550": HALT,
    **dict.fromkeys(["MAIL-421", "MAIL-451", "MAIL-452", "MAIL-close", "MAIL-reset", "MAIL-hang"], NOBODY),
    **dict.fromkeys(["MAIL-530", "MAIL-550", "MAIL-553"], HALT),
    "MAIL-552": REFUSED,
    **dict.fromkeys(["RCPT-421", "RCPT-close", "RCPT-reset", "RCPT-hang"], NOBODY),
    **dict.fromkeys(["RCPT-450", "RCPT-451", "RCPT-452", "RCPT-552"], LATER),
    **dict.fromkeys(["RCPT-550", "RCPT-553"], REFUSED),
    **dict.fromkeys(["RCPT-530", "RCPT-sender"], HALT),
    **dict.fromkeys(["DATA-421", "DATA-close", "DATA-reset", "DATA-hang"], NOBODY),
    **dict.fromkeys(["DATA-451", "DATA-250"], LATER),
    **dict.fromkeys(["DATA-503", "DATA-554"], REFUSED),
    "body-451": ["not_sent", "accepted", "accepted"],
    "body-552": ["rejected", "accepted", "accepted"],
    "body-421": NOBODY,
    **dict.fromkeys(["body-close", "body-reset"], NOBODY),
    "body-hang": UNKNOWN,
    "end-421": NOBODY,
    **dict.fromkeys(["end-450", "end-451", "end-452"], LATER),
    **dict.fromkeys(["end-550", "end-552", "end-554"], REFUSED),
    **dict.fromkeys(["end-close", "end-reset", "end-hang"], UNKNOWN),
    **{name: UNKNOWN for name in SMTP_FAULTS if name.startswith("accepted-")},
    **{name: ALL for name in SMTP_FAULTS if name.startswith("odd-")},
}
LOGIN = {name: HALT if name == "AUTH-535" else NOBODY for name in SMTP_FAULTS if name.startswith("AUTH")}
# The mail is small: whether the server's word halfway is heard before the last byte, or lost when the
# connection breaks before it, is a race, and each of these answers is honest.
RACES = {
    "body-451": (LATER, NOBODY, UNKNOWN),
    "body-552": (REFUSED, NOBODY, UNKNOWN),
    "body-421": (NOBODY, UNKNOWN),
    "body-close": (NOBODY, UNKNOWN),
    "body-reset": (NOBODY, UNKNOWN),
}


EXTENSIONS = ("8BITMIME", "SIZE 1000000", "AUTH PLAIN")


@pytest.fixture(params=["one-by-one", "pipelining", "asks-in-vain"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FaultySmtp]:
    extensions = EXTENSIONS if request.param == "one-by-one" else ("PIPELINING", *EXTENSIONS)
    in_vain = request.param == "asks-in-vain"
    with FaultySmtp(tmp_path / "journal", extensions=extensions, asks_in_vain=in_vain) as server:
        yield server


@pytest.fixture
def provider(request: pytest.FixtureRequest, server: FaultySmtp, tmp_path: Path) -> Provider:
    return open_provider(smtp_config(tmp_path, server.port, timeout_s=patience_s(request)))


def test_every_fault_of_the_server_has_an_expected_outcome() -> None:
    assert set(EXPECTED) | set(LOGIN) == set(SMTP_FAULTS)


def test_each_stage_is_met_by_a_goodbye_both_kinds_of_no_a_reset_and_silence() -> None:
    stages = ["greeting", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "body", "end"]
    kinds = {"421": {"421"}, "45x": {"450", "451", "452", "454"}, "55x": {"535", "550", "552", "554"}}
    kinds |= {"reset": {"reset"}, "hang": {"hang"}}

    missing = [
        (stage, kind)
        for stage in stages
        for kind, names in kinds.items()
        if not any(f"{stage}-{name}" in SMTP_FAULTS for name in names)
    ]

    assert missing == []


@pytest.mark.parametrize("fault", sorted(EXPECTED))
def test_each_fault_has_its_outcome_and_no_outcome_lies(
    server: FaultySmtp, provider: Provider, fault: str
) -> None:
    server.arrange(fault)

    submission = send(provider, READERS)

    kinds = said(submission, READERS)
    assert kinds in RACES.get(fault, (EXPECTED[fault],))
    taken = {mail.email for mail in server.mails()}
    for reader, kind in zip(READERS, kinds, strict=True):
        if kind == "accepted":
            assert reader.email in taken
        elif kind != "unknown":
            assert reader.email not in taken
    assert len(server.mails()) == len(taken)


@pytest.mark.parametrize(
    "fault", sorted(name for name in EXPECTED if name.startswith(("MAIL", "RCPT", "end", "acc")))
)
def test_on_a_connection_that_has_carried_mail_no_outcome_lies_either(
    server: FaultySmtp, provider: Provider, fault: str
) -> None:
    shipment = provider.prepare(sample_mailing())
    shipment.submit(shipment.build(sample_recipients(["X"], first=9), "c.0.1"))
    server.arrange(fault)

    submission = shipment.submit(shipment.build(READERS, "c.1.1"))
    shipment.close()

    kinds = said(submission, READERS)
    is_stale = fault in ("MAIL-421", "MAIL-close", "MAIL-reset", "MAIL-hang")
    assert kinds == (ALL if is_stale else EXPECTED[fault])
    taken = [mail.email for mail in server.mails()][1:]
    kept = SMTP_FAULTS[fault].accepts and kinds[0] == "unknown"
    assert taken == [
        one.email
        for one, kind in zip(READERS, kinds, strict=True)
        if kind == "accepted" or (kept and one is READERS[0])
    ]


@pytest.mark.parametrize("fault", sorted(LOGIN))
def test_a_login_that_fails_has_its_outcome(
    request: pytest.FixtureRequest,
    server: FaultySmtp,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
) -> None:
    monkeypatch.setenv("PASSWORD", "secret")
    settings = {"username": "me", "password": _secret("PASSWORD"), "timeout_s": patience_s(request)}
    server.arrange(fault)

    submission = send(open_provider(smtp_config(tmp_path, server.port, **settings)), READERS)

    assert said(submission, READERS) == LOGIN[fault]
    assert server.mails() == ()


def test_what_one_reader_was_told_is_named_and_what_we_were_told_is_the_outcome_of_the_whole(
    server: FaultySmtp, provider: Provider
) -> None:
    server.arrange("RCPT-450")
    reader = send(provider, READERS[:1])
    server.arrange("MAIL-451")
    us = send(provider, READERS[:1])

    assert set(reader.exceptions) == {0}
    assert not us.exceptions
    assert us.outcome.detail == "MAIL: 451 refused"


def _secret(name: str) -> object:
    from newsletter.config.secrets import Secret

    return Secret(reference=f"env:{name}")
