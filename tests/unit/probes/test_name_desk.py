"""Questions about names: each asked once, over TCP where UDP is too small, and none after the time is up."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from newsletter.doctor.ailment import fine
from newsletter.doctor.round import Exam, go_round
from newsletter.domain.diagnosis import Diagnosis, Health
from newsletter.domain.dns_answer import RecordType
from newsletter.errors import CannotAsk
from newsletter.probes.name_desk import NameDesk
from newsletter.probes.names import NameServers
from newsletter.testing.dns_server import DnsServer, DnsTrouble


def _desk(server: DnsServer, patience_s: float = 20) -> NameDesk:
    return NameDesk(NameServers(server.address, patience_s=patience_s, is_believed=True), total_s=600)


def test_a_long_record_comes_over_tcp_whole() -> None:
    text = "v=DKIM1; p=" + "A" * 900

    with DnsServer({("a.example", "TXT"): [text]}) as server:
        answer = _desk(server).ask("a.example", RecordType.TXT)

        assert answer.records == (text,)
        assert server.over_tcp == 1


def test_a_question_is_asked_once_however_many_want_to_know() -> None:
    with DnsServer(
        {("a.example", "A"): ["203.0.113.5"], ("b.example", "TXT"): DnsTrouble.SERVFAIL}
    ) as server:
        desk = _desk(server)
        with ThreadPoolExecutor(8) as crew:
            answers = list(crew.map(lambda _: desk.ask("A.example", RecordType.A).records, range(40)))
        for _ in range(3):
            with pytest.raises(CannotAsk, match="its name servers refuse"):
                desk.ask("b.example", RecordType.TXT)
        troubled = server.asked.count(("b.example", "TXT"))

        assert answers == [("203.0.113.5",)] * 40
        assert server.asked.count(("a.example", "A")) == 1
        assert troubled <= 3  # one question, which the resolver may repeat by itself


@pytest.mark.parametrize("trouble", [DnsTrouble.SILENCE, DnsTrouble.GARBAGE])
def test_a_server_that_says_nothing_of_use_is_no_answer(trouble: DnsTrouble) -> None:
    with DnsServer({("a.example", "TXT"): trouble}) as server, pytest.raises(CannotAsk):
        _desk(server, patience_s=0.2).ask("a.example", RecordType.TXT)


def test_aliases_and_names_of_addresses_are_host_names() -> None:
    zone = {
        ("em1.a.example", "CNAME"): ["U1.Mail.example."],
        ("u1.mail.example", "TXT"): ["v=spf1 -all"],
        ("5.113.0.203.in-addr.arpa", "PTR"): ["Mail.a.example."],
    }
    with DnsServer(zone) as server:
        desk = _desk(server)

        assert desk.ask("em1.a.example", RecordType.CNAME).records == ("u1.mail.example",)
        assert desk.ask("em1.a.example", RecordType.TXT).records == ("v=spf1 -all",)
        assert desk.ask("5.113.0.203.in-addr.arpa", RecordType.PTR).records == ("mail.a.example",)


def test_nothing_is_asked_when_the_time_is_up() -> None:
    seconds = iter([0.0, 5.0, 10.0])
    with DnsServer({}) as server:
        names = NameServers(server.address, patience_s=20, is_believed=True)
        desk = NameDesk(names, total_s=10, monotonic=lambda: next(seconds))

        assert not desk.ask("a.example", RecordType.A).has_name
        desk.ask("b.example", RecordType.A)
        with pytest.raises(CannotAsk, match="took 10 seconds"):
            desk.ask("c.example", RecordType.A)

        assert [name for name, _ in server.asked] == ["a.example", "b.example"]


def test_a_network_that_knows_nothing_is_not_believed_unless_it_was_chosen() -> None:
    with DnsServer({}, knows_internet=False) as server:
        with pytest.raises(CannotAsk, match="nothing of the internet"):
            NameServers(server.address, patience_s=20).ask("a.example", RecordType.A)

        assert not NameServers(server.address, is_believed=True).ask("a.example", RecordType.A).has_name


def test_what_takes_too_long_is_not_waited_for() -> None:
    goes_on = Event()

    def stuck() -> list[Diagnosis]:
        goes_on.wait(60)
        return [fine("a", "yes")]

    try:
        found = go_round([Exam(subject="a", look=stuck), Exam(subject="b", look=list)], longest_s=0.01)
    finally:
        goes_on.set()

    assert found[0].health is Health.UNASKED


def test_what_was_found_before_nobody_answered_still_counts() -> None:
    def look():  # type: ignore[no-untyped-def]
        yield fine("one", "it is there")
        raise CannotAsk("nobody answers")

    found = go_round(
        [Exam(subject="all", look=look), Exam(subject="b", look=lambda: [fine("b", "yes")])], longest_s=60
    )

    assert [(one.subject, one.health) for one in found] == [
        ("one", Health.FINE),
        ("all", Health.UNASKED),
        ("b", Health.FINE),
    ]
