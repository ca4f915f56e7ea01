"""What SendGrid, SES and Postmark want published at the sender's domain, and what the doctor makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from newsletter.config.schema import Config, SenderConfig
from newsletter.domain.address import Mailbox
from newsletter.domain.diagnosis import Diagnosis, Health
from newsletter.domain.page_seen import PageSeen
from newsletter.probes.names import NameServers
from newsletter.project import Project
from newsletter.project.upkeep.doctor import Area, Doctor
from newsletter.testing.dns_server import DnsServer, Zone
from newsletter.testing.local_providers import postmark_config, sendgrid_config, ses_config
from newsletter.testing.postmark_stub import PostmarkStub
from newsletter.testing.sendgrid_stub import API_KEY, SendgridStub
from newsletter.testing.ses_stub import ACCESS_KEY, SECRET_KEY, SesStub

RENATA = SenderConfig(from_=Mailbox(name="Renata", email="renata@brief.example"))
AUTHENTICATED = {
    "domain": "brief.example",
    "subdomain": "em1",
    "valid": True,
    "dns": {
        "mail_cname": {
            "host": "em1.brief.example",
            "type": "cname",
            "data": "u7.wl.sendgrid.net",
            "valid": True,
        },
        "dkim1": {
            "host": "s1._domainkey.brief.example",
            "type": "cname",
            "data": "s1.domainkey.u7.wl.sendgrid.net",
        },
        "spf": {"host": "brief.example", "type": "txt", "data": "v=spf1 include:u7.wl.sendgrid.net -all"},
        "strange": {"host": 7, "type": "cname", "data": None},
        "stranger": "x",
    },
}
SOUND: Zone = {
    ("brief.example", "TXT"): ["v=spf1 mx include:u7.wl.sendgrid.net ~all"],
    ("brief.example", "MX"): ["10 mail.brief.example."],
    ("mail.brief.example", "A"): ["203.0.113.5"],
    ("u7.wl.sendgrid.net", "TXT"): ["v=spf1 ip4:198.51.100.0/24 -all"],
    ("em1.brief.example", "CNAME"): ["u7.wl.sendgrid.net."],
    ("s1._domainkey.brief.example", "CNAME"): ["s1.domainkey.u7.wl.sendgrid.net."],
    ("s1.domainkey.u7.wl.sendgrid.net", "TXT"): ["k=ed25519; p=" + "A" * 43 + "="],
    ("_dmarc.brief.example", "TXT"): ["v=DMARC1; p=reject; rua=mailto:dmarc@brief.example"],
}


@pytest.fixture
def sendgrid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SendgridStub]:
    monkeypatch.setenv("STUB_KEY", API_KEY)
    with SendgridStub(tmp_path / "journal") as stub:
        stub.account.domains = [{"domain": "elders.example"}, AUTHENTICATED]
        yield stub


def _found(name: str, config: Config, zone: Zone, sender: SenderConfig = RENATA) -> list[Diagnosis]:
    def visit(url: str) -> PageSeen:
        raise AssertionError(url)

    with DnsServer(zone) as server, Project(replace(config, sender=sender)) as project:
        names = NameServers(server.address, patience_s=30, stage_s=600)
        return list(
            Doctor(project=project, names=names, visit=visit, provider=name).examine([Area.DNS])[Area.DNS]
        )


def _told(found: list[Diagnosis]) -> list[tuple[str | None, str]]:
    return [(one.code, one.subject) for one in found if one.health is not Health.FINE]


def test_a_domain_that_publishes_what_sendgrid_wants_is_fine(sendgrid: SendgridStub, tmp_path: Path) -> None:
    found = _found("sendgrid", sendgrid_config(tmp_path, sendgrid.url), SOUND)

    assert _told(found) == []
    assert {one.subject for one in found} >= {
        "SPF of em1.brief.example",
        "DKIM key s1 of brief.example",
        "sendgrid: em1.brief.example",
        "sendgrid: brief.example",
    }


def test_what_is_missing_for_sendgrid_is_printed_to_be_published(
    sendgrid: SendgridStub, tmp_path: Path
) -> None:
    left_out = ("em1.brief.example", "s1._domainkey.brief.example")
    zone = {key: value for key, value in SOUND.items() if key[0] not in left_out}
    zone["brief.example", "TXT"] = ["v=spf1 mx ~all"]

    found = _found("sendgrid", sendgrid_config(tmp_path, sendgrid.url), zone)

    assert [code for code, _ in _told(found)] == ["provider-record-missing"] * 2 + ["provider-record-other"]
    assert [record.zone_line for one in found for record in one.records] == [
        "em1.brief.example.  IN  CNAME  u7.wl.sendgrid.net.",
        "s1._domainkey.brief.example.  IN  CNAME  s1.domainkey.u7.wl.sendgrid.net.",
        'brief.example.  IN  TXT  "v=spf1 mx include:u7.wl.sendgrid.net ~all"',
    ]


def test_a_sender_below_the_domain_is_measured_by_it(sendgrid: SendgridStub, tmp_path: Path) -> None:
    sender = SenderConfig(
        from_=Mailbox(name="Renata", email="renata@nieuws.brief.example"),
        reply_to=Mailbox(name="", email="renata@brief.example"),
    )
    zone = {
        **SOUND,
        ("nieuws.brief.example", "TXT"): ["v=spf1 -all"],
        ("nieuws.brief.example", "A"): ["203.0.113.5"],
    }

    assert _told(_found("sendgrid", sendgrid_config(tmp_path, sendgrid.url), zone, sender)) == []


def test_a_provider_that_does_not_say_leaves_the_rest_to_be_looked_at(tmp_path: Path) -> None:
    config = sendgrid_config(tmp_path, "http://127.0.0.1:1", timeout_s=0.5)

    told = _told(_found("sendgrid", config, SOUND))

    assert told == [
        ("dkim-unnamed", "DKIM of brief.example"),
        ("unasked", "Records for sendgrid"),
    ]


def test_the_keys_and_the_return_path_of_ses_are_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUB_ACCESS", ACCESS_KEY)
    monkeypatch.setenv("STUB_KEY", SECRET_KEY)
    with SesStub(tmp_path / "journal") as amazon:
        config = ses_config(tmp_path, amazon.url)
        own = {**amazon.identities["brief.example"], "DkimAttributes": {"Tokens": ["abc", "def"]}}
        amazon.identities["brief.example"] = own
        without = _found("ses", config, SOUND)
        amazon.identities["brief.example"] = {
            **own,
            "MailFromAttributes": {"MailFromDomain": "bounce.brief.example"},
        }
        with_own = _found("ses", config, SOUND)
        amazon.identities.clear()
        unknown = _found("ses", config, SOUND)

    keys = ["abc._domainkey.brief.example", "def._domainkey.brief.example"]
    assert [code for code, _ in _told(without)] == ["dmarc-spf-unaligned", *["provider-record-missing"] * 2]
    assert [record.name for one in without for record in one.records] == keys
    assert [record.zone_line for one in with_own for record in one.records if record.name not in keys] == [
        "bounce.brief.example.  IN  MX  10 feedback-smtp.eu-west-1.amazonses.com.",
        'bounce.brief.example.  IN  TXT  "v=spf1 include:amazonses.com ~all"',
    ]
    assert [code for code, _ in _told(unknown)] == ["dkim-unnamed"]


def test_postmark_is_offered_a_return_path_of_ones_own(tmp_path: Path) -> None:
    with PostmarkStub(tmp_path / "journal") as mark:
        config = postmark_config(tmp_path, mark.url)
        without = _found("postmark", config, SOUND)
        path = {("pm-bounces.brief.example", "CNAME"): ["pm.mtasv.net."]}
        with_own = _found("postmark", config, {**SOUND, **path})

    assert ("provider-record-wished", "postmark: pm-bounces.brief.example") in _told(without)
    assert [code for code, _ in _told(with_own)] == ["dkim-unnamed"]
