"""The stub refuses whatever SendGrid documents that it refuses, so that what it takes is worth something."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from newsletter.providers.sendgrid import open_provider
from newsletter.testing.local_providers import sendgrid_config
from newsletter.testing.sample_mailing import HOSTILE_NAMES, sample_mailing, sample_recipients
from newsletter.testing.sendgrid_rules import faults_in


def request(**changes: object) -> dict[str, object]:
    good = {
        "personalizations": [{"to": [{"email": "a@x.example"}]}],
        "from": {"email": "an@brief.example"},
        "subject": "Dag",
        "content": [{"type": "text/plain", "value": "Dag"}],
    }
    return {**good, **changes}


def personal(**changes: object) -> dict[str, object]:
    return request(personalizations=[{"to": [{"email": "a@x.example"}], **changes}])


def test_a_request_as_it_should_be_has_no_faults() -> None:
    assert faults_in(request()) == []


def test_what_the_provider_writes_for_the_worst_names_has_no_faults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUB_KEY", "key")
    shipment = open_provider(sendgrid_config(tmp_path, None)).prepare(sample_mailing())

    body = shipment.build(sample_recipients(HOSTILE_NAMES), "c.1.1").body
    shipment.close()

    assert faults_in(json.loads(body)) == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (request(personalizations=[]), "personalizations"),
        (request(personalizations=[{"to": [{"email": f"r{n}@x.example"}]} for n in range(1001)]), "personal"),
        (
            request(
                personalizations=[
                    {"to": [{"email": f"r{n}@x.example"}], "bcc": [{"email": f"b{n}@x.example"}]}
                    for n in range(501)
                ]
            ),
            "personalizations",
        ),
        (request(surprise=1), "surprise"),
        (request(subject=""), "subject"),
        (request(content=[]), "content"),
        (
            request(content=[{"type": "text/html", "value": "x"}, {"type": "text/plain", "value": "x"}]),
            "content",
        ),
        (request(**{"from": {"email": "nobody"}}), "from.email"),
        (request(reply_to={"email": "a b@x.example"}), "reply_to.email"),
        (request(reply_to={"email": "a@x.example"}, reply_to_list=[]), "reply_to_list"),
        (request(headers={"Reply-To": "a@x.example"}), "headers"),
        (request(headers={"X-A": "a\nb"}), "headers"),
        (request(categories=["a", "a"]), "categories"),
        (request(categories=["a" * 256]), "categories"),
        (request(categories=[str(n) for n in range(11)]), "categories"),
        (request(mail_settings=[]), "mail_settings"),
        (request(attachments=[{"content": "no base64!", "filename": "a.png"}]), "attachments"),
        (personal(to=[]), "personalizations.0.to"),
        (personal(to=[{"email": "a@x.example", "name": "Jansen, Jan"}]), "personalizations.0.to.0.name"),
        (personal(cc=[{"email": "A@X.example"}]), "personalizations.0.cc.0.email"),
        (personal(bcc=[{"email": "no address"}]), "personalizations.0.bcc.0.email"),
        (personal(substitutions={"-a-": "x" * 10_000}), "personalizations.0.substitutions"),
        (personal(substitutions={"-a-": 7}), "personalizations.0.substitutions"),
        (personal(custom_args={"a": "x" * 9_999}), "personalizations.0.custom_args"),
        (personal(headers={"DKIM-Signature": "x"}), "personalizations.0.headers"),
        (personal(reply_to={"email": "a@x.example"}), "personalizations.0.reply_to"),
        (personal(send_at="soon"), "personalizations.0.send_at"),
    ],
)
def test_each_documented_limit_is_enforced(wrong: dict[str, object], field: str) -> None:
    assert [place for place, _ in faults_in(wrong) if place and place.startswith(field)]
