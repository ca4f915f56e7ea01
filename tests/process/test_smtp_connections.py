"""How a batch spreads over connections, and what happens where the server lets in or carries fewer."""

from __future__ import annotations

import asyncio
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from newsletter.domain.outcome import Outcome
from newsletter.providers.smtp import open_provider
from newsletter.providers.smtp.crew import Crew
from newsletter.providers.smtp.load import Carried
from newsletter.providers.smtp.opening import Server
from newsletter.providers.smtp.payload import SmtpMail
from newsletter.testing.local_providers import said, send, smtp_config
from newsletter.testing.local_server import LocalServer
from newsletter.testing.sample_mailing import sample_mailing, sample_recipients
from newsletter.testing.smtp_faults import FaultySmtp

MANY = sample_recipients(["Jan"] * 64)
WAYS = [("8BITMIME",), ("8BITMIME", "PIPELINING")]


def arrived(server: FaultySmtp) -> list[str]:
    return sorted(mail.email for mail in server.mails())


def everybody() -> list[str]:
    return sorted(one.email for one in MANY)


@pytest.mark.parametrize("extensions", WAYS)
def test_a_batch_goes_over_as_many_connections_as_are_allowed(
    tmp_path: Path, extensions: tuple[str, ...]
) -> None:
    with FaultySmtp(tmp_path / "journal", extensions=extensions) as server:
        submission = send(open_provider(smtp_config(tmp_path, server.port, connections=5)), MANY)

        assert set(said(submission, MANY)) == {"accepted"}
        assert arrived(server) == everybody()
        assert server.most_dialogues <= 5
        assert server.server.connections > 1


def test_a_few_mails_are_worth_one_connection(tmp_path: Path) -> None:
    with FaultySmtp(tmp_path / "journal") as server:
        send(open_provider(smtp_config(tmp_path, server.port, connections=16)), MANY[:4])

        assert server.server.connections == 1


@pytest.mark.parametrize("extensions", WAYS)
@pytest.mark.parametrize("at_once", [1, 4])
def test_the_work_goes_on_with_as_many_connections_as_the_server_lets_in(
    tmp_path: Path, at_once: int, extensions: tuple[str, ...]
) -> None:
    with FaultySmtp(tmp_path / "journal", at_once=at_once, extensions=extensions) as server:
        shipment = open_provider(smtp_config(tmp_path, server.port, connections=8)).prepare(sample_mailing())
        submissions = [shipment.submit(shipment.build(MANY, f"c.{number}.1")) for number in range(2)]
        shipment.close()

        for submission in submissions:
            assert set(said(submission, MANY)) == {"accepted"}
        assert arrived(server) == sorted(everybody() * 2)
        assert server.server.connections <= 8


@pytest.mark.parametrize("extensions", WAYS)
def test_a_server_that_ends_a_connection_after_some_mails_gets_all_of_them_once(
    tmp_path: Path, extensions: tuple[str, ...]
) -> None:
    with FaultySmtp(tmp_path / "journal", per_connection=5, extensions=extensions) as server:
        submission = send(open_provider(smtp_config(tmp_path, server.port, connections=3)), MANY)

        assert set(said(submission, MANY)) == {"accepted"}
        assert arrived(server) == everybody()


@pytest.mark.parametrize("extensions", WAYS)
def test_a_connection_is_replaced_after_as_many_mails_as_the_author_says(
    tmp_path: Path, extensions: tuple[str, ...]
) -> None:
    with FaultySmtp(tmp_path / "journal", extensions=extensions) as server:
        config = smtp_config(tmp_path, server.port, connections=1, messages_per_connection=10)

        submission = send(open_provider(config), MANY)

        assert set(said(submission, MANY)) == {"accepted"}
        assert arrived(server) == everybody()
        assert server.server.connections == 7


def test_answers_in_pieces_of_one_byte_are_read_as_whole_ones(tmp_path: Path) -> None:
    extensions = ("PIPELINING", "8BITMIME", "SIZE 1000000", "AUTH PLAIN LOGIN")
    with FaultySmtp(tmp_path / "journal", is_bytewise=True, extensions=extensions) as server:
        submission = send(open_provider(smtp_config(tmp_path, server.port)), MANY)

        assert set(said(submission, MANY)) == {"accepted"}
        assert arrived(server) == everybody()


def test_an_unknown_on_one_connection_stops_the_rest_of_its_batch_and_no_outcome_lies(tmp_path: Path) -> None:
    with FaultySmtp(tmp_path / "journal", extensions=("PIPELINING",)) as server:
        server.arrange("end-reset")
        submission = send(open_provider(smtp_config(tmp_path, server.port, connections=4)), MANY)

        kinds = said(submission, MANY)
        taken = [one.email for one, kind in zip(MANY, kinds, strict=True) if kind == "accepted"]
        assert kinds.count("unknown") == 1
        assert set(kinds) <= {"unknown", "accepted", "not_sent"}
        assert arrived(server) == sorted(taken)
        assert "not tried after an unknown" in submission.outcome.detail


def test_one_batch_that_stops_does_not_stop_another(tmp_path: Path) -> None:
    with FaultySmtp(tmp_path / "journal", extensions=("PIPELINING",)) as server:
        shipment = open_provider(smtp_config(tmp_path, server.port, connections=2)).prepare(sample_mailing())
        server.arrange("end-reset")
        batches = [sample_recipients(["Jan"] * 8, first=100 * number) for number in range(4)]
        with ThreadPoolExecutor(4) as threads:
            submissions = list(
                threads.map(lambda batch: shipment.submit(shipment.build(batch, "c.1.1")), batches)
            )
        shipment.close()

        kinds = [said(one, batch) for one, batch in zip(submissions, batches, strict=True)]
        assert sum(one.count("unknown") for one in kinds) == 1
        assert sum("not_sent" in one for one in kinds) <= 1
        assert sum(one == ["accepted"] * 8 for one in kinds) == 3
        assert len(server.mails()) == sum(one.count("accepted") for one in kinds)


def test_the_letters_of_a_campaign_share_the_connections(tmp_path: Path) -> None:
    with FaultySmtp(tmp_path / "journal", at_once=2) as server:
        provider = open_provider(smtp_config(tmp_path, server.port, connections=2))
        shipments = [provider.prepare(sample_mailing()) for _ in range(3)]
        with ThreadPoolExecutor(3) as threads:
            submissions = list(threads.map(lambda one: one.submit(one.build(MANY[:16], "c.1.1")), shipments))
        for shipment in shipments:
            shipment.close()

        assert [set(said(one, MANY[:16])) for one in submissions] == [{"accepted"}] * 3
        assert server.server.connections <= 2


def test_a_probe_makes_room_and_the_next_batch_goes_on(tmp_path: Path) -> None:
    with FaultySmtp(tmp_path / "journal") as server:
        provider = open_provider(smtp_config(tmp_path, server.port, connections=1))
        shipment = provider.prepare(sample_mailing())
        shipment.submit(shipment.build(MANY[:3], "c.1.1"))

        outcome = provider.probe()
        server.server.wait_until_idle()
        submission = shipment.submit(shipment.build(MANY[:3], "c.2.1"))
        shipment.close()

        assert outcome.kind.value == "accepted"
        assert set(said(submission, MANY[:3])) == {"accepted"}


def test_a_wrong_password_is_tried_once_however_many_connections_are_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from newsletter.config.secrets import Secret

    monkeypatch.setenv("PASSWORD", "wrong")
    login = {"username": "me", "password": Secret(reference="env:PASSWORD"), "connections": 16}
    with FaultySmtp(tmp_path / "journal", extensions=("AUTH PLAIN",)) as server:
        server.arrange("AUTH-535")

        submission = send(open_provider(smtp_config(tmp_path, server.port, **login)), MANY)

        assert set(said(submission, MANY)) == {"halt"}
        assert server.verbs["AUTH"] == 1


def test_the_interpreter_takes_its_usual_turns_again_when_all_is_sent(tmp_path: Path) -> None:
    before = sys.getswitchinterval()
    with FaultySmtp(tmp_path / "journal") as server:
        shipments = [
            open_provider(smtp_config(tmp_path, server.port)).prepare(sample_mailing()) for _ in range(2)
        ]
        during = []
        for shipment in shipments:
            shipment.submit(shipment.build(MANY[:2], "c.1.1"))
            during.append(sys.getswitchinterval())
        for shipment in shipments:
            shipment.close()

    assert max(during) < before
    assert sys.getswitchinterval() == before


def test_mail_that_comes_while_a_connection_leaves_is_not_forgotten(tmp_path: Path) -> None:
    with FaultySmtp(tmp_path / "journal") as server:
        there = Server(host="127.0.0.1", port=server.port, security="none", timeout_s=5.0)
        mails = [SmtpMail(at, "a@b.example", f"c{at}@d.example", b"x: y\r\n\r\n.\r\n") for at in range(6)]

        async def probe_and_carry() -> tuple[Outcome, Carried]:
            crew = Crew(there, 1)
            await crew.carry(mails[:3])
            both = await asyncio.gather(crew.probe(), crew.carry(mails[3:]))
            await crew.dismiss()
            return both

        probed, carried = asyncio.run(probe_and_carry())

        assert probed.kind.value == "accepted"
        assert {at: one.kind.value for at, one in carried.outcomes.items()} == dict.fromkeys(
            (3, 4, 5), "accepted"
        )
        assert server.verbs["end"] == 6


def test_a_server_that_talks_without_end_is_left(tmp_path: Path) -> None:
    def flood(wire: socket.socket) -> None:
        wire.sendall(b"220 hi\r\n")
        wire.recv(1000)
        wire.sendall(b"250 hi\r\n" + b"250 more\r\n" * 300_000)

    server = LocalServer(flood)
    server.start()
    try:
        submission = send(open_provider(smtp_config(tmp_path, server.port)), MANY[:3])
    finally:
        server.stop()

    assert "accepted" not in said(submission, MANY[:3])
