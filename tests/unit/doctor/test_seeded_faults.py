"""Faults put into a sound domain one by one: each is found, alone, and nothing is found in the sound one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sound_domain import PAGES, Records, faults, look, own_record, patient, zone

from newsletter.doctor.patient import DkimPlace
from newsletter.domain.dns_answer import RecordType
from newsletter.domain.dns_record import DnsRecord
from newsletter.testing.dns_server import DnsServer, DnsTrouble

_SPF = ("brief.example", "TXT")
_KEY = ("brief2026._domainkey.brief.example", "TXT")
_DMARC = ("_dmarc.brief.example", "TXT")
_MX = ("brief.example", "MX")
_STS = ("_mta-sts.brief.example", "TXT")
_TLS = ("_smtp._tls.brief.example", "TXT")
_BIMI = ("default._bimi.brief.example", "TXT")
_PTR = ("5.113.0.203.in-addr.arpa", "PTR")
_OWN = ("em1.brief.example", "CNAME")
_RUA = "rua=mailto:dmarc@brief.example"

_contacted: list[object] = []
_HOSTS = {"socket.connect": 1, "socket.sendto": 1, "socket.getaddrinfo": 0}


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if event in _HOSTS:
        _contacted.append(arguments[_HOSTS[event]])


sys.addaudithook(_note)  # hears every connection and packet of this process, whichever library makes it


@pytest.fixture(scope="module")
def server() -> Iterator[DnsServer]:
    with DnsServer({}) as running:
        yield running


@pytest.fixture(autouse=True)
def _nobody_else_is_asked() -> Iterator[None]:
    _contacted.clear()
    yield
    hosts = {
        one[0] if isinstance(one, tuple) else one for one in _contacted if not isinstance(one, str | bytes)
    }
    assert hosts <= {"127.0.0.1"}
    assert not [one for one in _contacted if isinstance(one, str)], "a name was looked up elsewhere"


def test_nothing_is_found_at_a_sound_domain(server: DnsServer) -> None:
    found = look(server, zone())

    assert faults(found) == []
    assert len(found) >= 10
    assert ("brief2026._domainkey.brief.example", "TXT") in server.asked
    assert _contacted, "the guard heard nothing, so it proves nothing"


SEEDED: list[tuple[str, Records, list[str]]] = [
    ("no SPF", {_SPF: ["site-verification=1"]}, ["spf-missing"]),
    ("an SPF record in quotation marks", {_SPF: ['"v=spf1 mx ~all"']}, ["spf-missing"]),
    ("two SPF records", {_SPF: ["v=spf1 mx -all", "v=spf1 include:mail.example ~all"]}, ["spf-two"]),
    ("an SPF slip", {_SPF: ["v=spf1 inlcude:mail.example mx ~all"]}, ["spf-syntax"]),
    ("an address that is none", {_SPF: ["v=spf1 ip4:203.0.113.999 ~all"]}, ["spf-syntax"]),
    ("include of nothing", {_SPF: ["v=spf1 include:weg.example ~all"]}, ["spf-target"]),
    ("redirect to nothing", {_SPF: ["v=spf1 redirect=weg.example"]}, ["spf-target"]),
    (
        "include of two",
        {_SPF: ["v=spf1 include:two.example ~all"], ("two.example", "TXT"): ["v=spf1 -all", "v=spf1 ~all"]},
        ["spf-target"],
    ),
    (
        "include round in circles",
        {
            _SPF: ["v=spf1 include:a.example ~all"],
            ("a.example", "TXT"): ["v=spf1 include:brief.example -all"],
        },
        ["spf-loop"],
    ),
    ("include of itself", {_SPF: ["v=spf1 include:brief.example ~all"]}, ["spf-loop"]),
    (
        "eleven look-ups",
        {_SPF: [f"v=spf1 {'include:mail.example ' * 5}mx ~all"]},  # each include costs two
        ["spf-lookups"],
    ),
    ("three voids", {_SPF: ["v=spf1 a:x.example a:y.example mx:z.example ~all"]}, ["spf-voids"]),
    (
        "mx of eleven servers",
        {
            _SPF: ["v=spf1 mx:many.example ~all"],
            ("many.example", "MX"): [f"10 m{number}.many.example." for number in range(11)],
        },
        ["spf-servers"],
    ),
    ("+all", {_SPF: ["v=spf1 mx +all"]}, ["spf-everybody"]),
    ("everybody by address", {_SPF: ["v=spf1 ip4:0.0.0.0/0 -all"]}, ["spf-everybody"]),
    (
        "everybody by include",
        {_SPF: ["v=spf1 include:a.example -all"], ("a.example", "TXT"): ["v=spf1 all"]},
        ["spf-everybody"],
    ),
    ("?all", {_SPF: ["v=spf1 mx ?all"]}, ["spf-open"]),
    ("no all", {_SPF: ["v=spf1 mx"]}, ["spf-open"]),
    ("ptr", {_SPF: ["v=spf1 mx ptr ~all"]}, ["spf-ptr"]),
    ("no SPF at the return path", {("bounce.brief.example", "TXT"): ["hello"]}, ["spf-missing"]),
    (
        "an SPF record without the own server",
        {("bounce.brief.example", "TXT"): ["v=spf1 ip4:198.51.100.0/24 -all"]},
        ["spf-leaves-out"],
    ),
    ("no DKIM key", {_KEY: ["something else"]}, ["dkim-missing"]),
    (
        "a key below the domain twice",
        {_KEY: [], ("brief2026._domainkey.brief.example.brief.example", "TXT"): [own_record()]},
        ["dkim-missing"],
    ),
    ("a withdrawn key", {_KEY: ["v=DKIM1; k=rsa; p="]}, ["dkim-revoked"]),
    ("a key that was cut off", {_KEY: [own_record()[:200]]}, ["dkim-broken"]),
    ("a key of another kind", {_KEY: [own_record().replace("k=rsa", "k=dsa")]}, ["dkim-broken"]),
    ("a key only for sha1", {_KEY: [own_record() + "; h=sha1"]}, ["dkim-broken"]),
    ("a key being tried", {_KEY: [own_record() + "; t=y"]}, ["dkim-testing"]),
    ("another key", {_KEY: [own_record(2049)]}, ["dkim-other"]),
    ("two keys", {_KEY: [own_record(), own_record(2049)]}, ["dkim-two"]),
    ("no DMARC", {_DMARC: ["v=spf1 -all"]}, ["bimi-policy", "dmarc-missing"]),
    (
        "DMARC at the domain itself",
        {_DMARC: [], _SPF: ["v=spf1 mx ~all", f"v=DMARC1; p=reject; {_RUA}"]},
        ["bimi-policy", "dmarc-missing"],
    ),
    (
        "two DMARC records",
        {_DMARC: [f"v=DMARC1; p=reject; {_RUA}", "v=DMARC1; p=none"]},
        ["bimi-policy", "dmarc-two"],
    ),
    ("a DMARC slip", {_DMARC: [f"v=DMARC1; p=reject; adkim=x; {_RUA}"]}, ["dmarc-slip"]),
    ("DMARC without policy", {_DMARC: [f"v=DMARC1; {_RUA}"]}, ["bimi-policy", "dmarc-syntax"]),
    ("DMARC that watches", {_DMARC: [f"v=DMARC1; p=none; {_RUA}"]}, ["bimi-policy", "dmarc-watches"]),
    ("DMARC without reports", {_DMARC: ["v=DMARC1; p=quarantine"]}, ["dmarc-unreported"]),
    (
        "reports that are not taken",
        {_DMARC: ["v=DMARC1; p=reject; rua=mailto:x@elders.example"]},
        ["dmarc-reports-refused"],
    ),
    ("a strict return path", {_DMARC: [f"v=DMARC1; p=reject; aspf=s; {_RUA}"]}, ["dmarc-spf-unaligned"]),
    ("null MX", {_MX: ["0 ."], _STS: []}, ["mx-refuses"]),
    ("no MX", {_MX: [], _STS: []}, ["mx-missing"]),
    ("a dead MX", {_MX: ["10 weg.brief.example."]}, ["mx-dead"]),
    ("one dead MX of two", {_MX: ["10 weg.brief.example.", "20 mail.brief.example."]}, ["mx-part"]),
    ("MX to an address", {_MX: ["10 203.0.113.5."], _STS: []}, ["mx-address"]),
    ("two MTA-STS records", {_STS: ["v=STSv1; id=1", "v=STSv1; id=2"]}, ["mta-sts-two"]),
    ("MTA-STS without id", {_STS: ["v=STSv1"]}, ["mta-sts-broken"]),
    (
        "MTA-STS that names others",
        {_MX: ["10 mail.elders.example."], ("mail.elders.example", "A"): ["203.0.113.9"]},
        ["mta-sts-servers"],
    ),
    ("TLS-RPT without address", {_TLS: ["v=TLSRPTv1"]}, ["tls-rpt-broken"]),
    ("a BIMI logo over http", {_BIMI: ["v=BIMI1; l=http://brief.example/logo.svg"]}, ["bimi-broken"]),
    ("a BIMI logo that is not there", {_BIMI: ["v=BIMI1; l=https://brief.example/weg.svg"]}, ["bimi-file"]),
    ("no PTR", {_PTR: []}, ["ptr-missing"]),
    ("PTR to elsewhere", {_PTR: ["elders.example."]}, ["ptr-unconfirmed"]),
    ("no record of the provider", {_OWN: []}, ["provider-record-missing"]),
    ("another record than the provider's", {_OWN: ["u2.wl.mail.example."]}, ["provider-record-other"]),
    ("a server that fails", {_SPF: DnsTrouble.SERVFAIL}, ["unasked"]),
    ("a server that refuses", {_KEY: DnsTrouble.REFUSED}, ["unasked"]),
]


@pytest.mark.parametrize(
    ("changes", "expected"), [(one[1], one[2]) for one in SEEDED], ids=[one[0] for one in SEEDED]
)
def test_a_fault_is_found_and_nothing_else(server: DnsServer, changes: Records, expected: list[str]) -> None:
    records = {key: value for key, value in {**zone(), **changes}.items() if value}

    found = look(server, records)

    assert faults(found) == expected
    assert all(one.fix and (one.why or one.code == "unasked") for one in found if one.code)


def test_faults_of_the_newsletter_itself_are_found_too(server: DnsServer) -> None:
    weak, short = own_record(1024), "v=DKIM1; p=" + _SHORT
    own = DkimPlace(selector="brief2026", domain="brief.example")
    elsewhere = DkimPlace(selector="brief2026", domain="elders.example")
    at_elders = {("brief2026._domainkey.elders.example", "TXT"): [own_record()]}

    assert faults(look(server, zone(), patient(keys=()))) == ["dkim-unnamed"]
    assert faults(look(server, {**zone(), _KEY: [weak]}, patient(keys=(own,)))) == ["dkim-weak"]
    assert faults(look(server, {**zone(), _KEY: [short]}, patient(keys=(own,)))) == ["dkim-short"]
    signed_elsewhere = look(server, {**zone(), **at_elders}, patient(keys=(elsewhere,)))
    assert faults(signed_elsewhere) == ["dmarc-dkim-unaligned"]
    both = patient(keys=(elsewhere,), bounce_domain="elders.example", is_bounce_own=False)
    assert faults(look(server, {**zone(), **at_elders}, both)) == ["dmarc-unaligned"]
    inside = {
        **zone(),
        ("mail.brief.example", "A"): ["10.0.0.5"],
        ("mail.brief.example", "AAAA"): ["fd00::5"],
    }
    assert faults(look(server, inside, patient())) == []
    answers = patient(sender="renata@news.brief.example", bounce_domain=None, needed_problem="no key")
    assert faults(look(server, zone(), answers)) == ["sender-no-mail", "spf-missing", "unasked"]


def test_the_policy_of_mta_sts_and_the_logo_are_looked_at_themselves(server: DnsServer) -> None:
    policy = "https://mta-sts.brief.example/.well-known/mta-sts.txt"
    logo = "https://brief.example/logo.svg"

    assert faults(look(server, zone(), pages={logo: PAGES[logo]})) == ["mta-sts-policy"]
    slip = PAGES[policy].replace("max_age: 604800", "max_age: soon")
    assert faults(look(server, zone(), pages={**PAGES, policy: slip})) == ["mta-sts-policy"]
    assert faults(look(server, zone(), pages={**PAGES, logo: "<html>"})) == ["bimi-file"]


def test_a_record_to_publish_mends_what_it_was_printed_for(server: DnsServer) -> None:
    """What is advised is put in the zone, and then nothing of the kind is found."""
    broken: list[Records] = [
        {_SPF: ["site-verification=1"]},
        {_SPF: ["v=spf1 mx -all", "v=spf1 include:mail.example ~all"]},
        {_KEY: [own_record(2049)]},
        {_KEY: ["something else"]},
        {_DMARC: ["v=DMARC1; p=reject; rua=mailto:x@elders.example"]},
        {_PTR: []},
        {_OWN: []},
        {_DMARC: [], _SPF: ["v=spf1 mx ~all", f"v=DMARC1; p=reject; {_RUA}"]},
        {_KEY: [], ("brief2026._domainkey.brief.example.brief.example", "TXT"): [own_record()]},
        {_SPF: ['"v=spf1 mx ~all"']},
    ]
    for changes in broken:
        records: Records = {key: value for key, value in {**zone(), **changes}.items() if value}
        published = [record for one in look(server, records) for record in one.records]

        for record in published:
            key = (record.name, str(record.type))
            kept = [
                text for text in records.get(key, []) if text not in record.replaces and "v=DKIM1" not in text
            ]
            dot = "." if record.type in (RecordType.CNAME, RecordType.PTR) else ""
            records[key] = [*kept, record.value + dot]

        assert published, changes
        assert faults(look(server, records)) == [], changes


def test_a_record_that_the_provider_needs_is_told_once(server: DnsServer) -> None:
    needed = (
        DnsRecord(name="s1._domainkey.brief.example", type=RecordType.CNAME, value="s1.mail.example"),
        DnsRecord(name="bounce.brief.example", type=RecordType.CNAME, value="u1.wl.mail.example"),
    )
    keys = (DkimPlace(selector="s1", domain="brief.example"),)
    records = {key: value for key, value in zone().items() if key[0] != "bounce.brief.example"}

    found = look(server, records, replace(patient(), keys=keys, needed=needed))

    assert faults(found) == ["provider-record-missing"] * 2


_SHORT = (
    "MHwwDQYJKoZIhvcNAQEBBQADawAwaAJhAOTutlPnmEJo18TvKu2rY4mJixpsVJJWw8HtwmXv0o3JqnBTjms3rfwlguZu1r1uv1lQtS7Q"
    "mVJXe99zbt1xsTmaGWeGT9bKEtmVhyK0zelOyZ4Vr7+mBZTwgAOjH4UrDwIDAQAB"
)
