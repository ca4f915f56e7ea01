"""Name servers are asked for records as checks want them; silence is told apart from nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from local_world import LocalNames, serve_names

from newsletter.domain.dns_answer import DnsAnswer, RecordType
from newsletter.errors import CannotAsk
from newsletter.probes.names import NameServers


@pytest.fixture(scope="module")
def names() -> Iterator[LocalNames]:
    zone = {
        ("brief.example", "TXT"): ['"v=spf1 include:mail" ".example -all"', '"other"'],
        ("brief.example", "MX"): ["20 second.example.", "10 first.example."],
        ("stil.example", "MX"): ["0 ."],
        ("brief.example", "AAAA"): ["2001:db8::1"],
        ("lame.example", "TXT"): "SERVFAIL",
        ("stom.example", "TXT"): "SILENCE",
    }
    with serve_names(zone) as names:
        yield names


@pytest.mark.parametrize(
    ("name", "kind", "records"),
    [
        ("brief.example", RecordType.TXT, ("v=spf1 include:mail.example -all", "other")),
        ("brief.example", RecordType.MX, ("first.example", "second.example")),
        ("stil.example", RecordType.MX, (".",)),
        ("brief.example", RecordType.AAAA, ("2001:db8::1",)),
        ("brief.example", RecordType.A, ()),
    ],
)
def test_records_come_as_checks_want_them(
    names: LocalNames, name: str, kind: RecordType, records: tuple[str, ...]
) -> None:
    answer = NameServers(("127.0.0.1", names.port)).ask(name, kind)

    assert sorted(records) == sorted(answer.records) if kind is RecordType.TXT else records == answer.records
    assert answer.has_name


@pytest.mark.parametrize("name", ["nergens.example", "a" * 70 + ".example", ".."])
def test_a_name_that_is_none_has_no_records(names: LocalNames, name: str) -> None:
    answer = NameServers(("127.0.0.1", names.port)).ask(name, RecordType.TXT)

    assert answer == DnsAnswer(has_name=False)


@pytest.mark.parametrize(
    ("name", "reason", "patience_s"),
    [("lame.example", "refuse", 20), ("stom.example", "no name server answers", 0.2)],
)
def test_who_does_not_answer_was_not_asked(
    names: LocalNames, name: str, reason: str, patience_s: float
) -> None:
    with pytest.raises(CannotAsk, match=f"nothing is known of the name {name}: .*{reason}"):
        NameServers(("127.0.0.1", names.port), patience_s=patience_s).ask(name, RecordType.TXT)


def test_servers_that_know_nothing_of_the_internet_are_not_believed() -> None:
    with serve_names({(".", "NS"): "NXDOMAIN", ("brief.example", "TXT"): ['"here"']}) as closed:
        servers = NameServers(("127.0.0.1", closed.port))
        known = servers.ask("brief.example", RecordType.TXT)
        for _ in range(2):
            with pytest.raises(CannotAsk, match="the name servers here know nothing of the internet"):
                servers.ask("elders.example", RecordType.TXT)

    assert known.records == ("here",)
    assert closed.asked.count((".", "NS")) == 1


def test_all_questions_together_have_a_deadline(names: LocalNames) -> None:
    hours = iter(range(0, 99_999, 10))
    servers = NameServers(("127.0.0.1", names.port), monotonic=lambda: float(next(hours)))
    servers.ask("brief.example", RecordType.TXT)
    servers.ask("brief.example", RecordType.MX)

    with pytest.raises(CannotAsk, match="take too long"):
        servers.ask("brief.example", RecordType.MX)
