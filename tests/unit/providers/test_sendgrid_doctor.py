"""What is wrong with a SendGrid account is told, with what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from newsletter.config.schema import NewsletterConfig, SenderConfig
from newsletter.domain.address import parse_mailbox
from newsletter.protocols import Diagnosing
from newsletter.providers.sendgrid import open_provider
from newsletter.testing.local_providers import sendgrid_config
from newsletter.testing.sendgrid_stub import API_KEY, SendgridStub

FULL = ("mail.send", "mail.batch.create", "user.scheduled_sends.create", "user.scheduled_sends.read")


@pytest.fixture
def stub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SendgridStub]:
    monkeypatch.setenv("STUB_KEY", API_KEY)
    with SendgridStub(tmp_path / "journal") as stub:
        stub.scopes = (*FULL, "suppression.read")
        stub.account.domains = [{"domain": "brief.example", "subdomain": "em1", "valid": True}]
        yield stub


def examine(stub: SendgridStub, root: Path, sender: str = "An <an@brief.example>", **settings: object):
    config = sendgrid_config(root, stub.url, event_key=stub.account.public_key)
    config = replace(
        config,
        sender=SenderConfig(from_=parse_mailbox(sender) if sender else None),
        provider=replace(config.provider, sendgrid=replace(config.provider.sendgrid, **settings)),
    )
    provider = open_provider(config)
    assert isinstance(provider, Diagnosing)
    return {one.subject: one for one in provider.diagnose()}


def test_an_account_that_is_set_up_well_has_nothing_against_it(stub, tmp_path) -> None:
    found = examine(stub, tmp_path, fence=True)

    assert {one.subject: one.health.value for one in found.values()} == dict.fromkeys(
        ["key", "fence", "domain", "credits", "events"], "fine"
    )
    assert stub.requests == 0


@pytest.mark.parametrize("sender", ["An <an@brief.example>", "An <an@nieuws.Brief.example>"])
def test_a_sender_below_an_authenticated_domain_is_fine(stub, tmp_path, sender) -> None:
    assert examine(stub, tmp_path, sender)["domain"].health == "fine"


@pytest.mark.parametrize(
    ("sender", "domains"),
    [
        ("An <an@elders.example>", [{"domain": "brief.example", "valid": True}]),
        ("An <an@brief.example>", [{"domain": "brief.example", "valid": False}]),
        ("An <an@brief.example>", []),
        ("", []),
    ],
)
def test_a_sender_that_is_not_authenticated_is_a_problem(stub, tmp_path, sender, domains) -> None:
    stub.account.domains = domains

    found = examine(stub, tmp_path, sender)["domain"]

    assert found.health == "problem"
    assert found.fix


@pytest.mark.parametrize(
    ("scopes", "subject", "health"),
    [
        (("suppression.read",), "key", "problem"),
        (("mail.send", "suppression.read"), "fence", "problem"),
        (FULL, "suppressions", "warning"),
    ],
)
def test_what_the_key_lacks_is_told(stub, tmp_path, scopes, subject, health) -> None:
    stub.scopes = scopes

    found = examine(stub, tmp_path, fence=True)[subject]

    assert (found.health, bool(found.fix)) == (health, True)


@pytest.mark.parametrize(("fault", "fix"), [("401", 'region = "eu"'), ("403", "Mail Send"), ("500", "later")])
def test_a_key_that_opens_nothing_is_the_only_problem_told(stub, tmp_path, fault, fix) -> None:
    stub.arrange_at("GET /v3/scopes", fault)

    found = examine(stub, tmp_path)

    assert list(found) == ["key"]
    assert fix in found["key"].fix


@pytest.mark.parametrize("fault", ["403", "404", "500", "502-html", "reset-before-answer", "200"])
@pytest.mark.parametrize(
    ("place", "subject"),
    [
        ("GET /v3/whitelabel/domains", "domain"),
        ("GET /v3/user/credits", "credits"),
        ("GET /v3/user/webhooks/event/settings/signed", "events"),
    ],
)
def test_what_cannot_be_seen_is_a_warning_and_no_crash(stub, tmp_path, place, subject, fault) -> None:
    stub.arrange_at(place, fault)

    assert examine(stub, tmp_path)[subject].health == "warning"


@pytest.mark.parametrize(
    ("public_key", "event_key", "health"),
    [("", None, "warning"), ("c3R1Yg==", None, "warning"), ("c3R1Yg==", "ander", "problem")],
)
def test_events_nobody_could_believe_are_told(stub, tmp_path, public_key, event_key, health) -> None:
    stub.account.public_key = public_key

    assert examine(stub, tmp_path, event_key=event_key)["events"].health == health


def test_a_plan_that_runs_out_is_told(stub, tmp_path) -> None:
    stub.account.credits_left = 12

    assert examine(stub, tmp_path)["credits"].health == "warning"


HOOK = {
    "enabled": True,
    "url": "https://brief.example/hooks/sendgrid",
    **dict.fromkeys(["delivered", "deferred", "bounce", "dropped", "spam_report", "unsubscribe"], True),
}


@pytest.mark.parametrize(
    ("webhooks", "health", "said"),
    [
        ([HOOK], "fine", "they go to https://brief.example/hooks/sendgrid"),
        ([{**HOOK, "url": "https://elders.example/x"}, HOOK], "fine", "they go to"),
        ([], "warning", "no webhook is switched on"),
        ([{**HOOK, "enabled": False}], "warning", "no webhook is switched on"),
        (
            [{**HOOK, "url": "https://elders.example/x"}],
            "warning",
            "they go to https://elders.example/x, not to",
        ),
        ([{**HOOK, "bounce": False, "dropped": None}], "warning", "they do not tell of: bounce, dropped"),
        (["strange", 7], "warning", "no webhook is switched on"),
    ],
)
def test_reports_have_to_reach_the_site_and_tell_all(stub, tmp_path, webhooks, health, said) -> None:
    stub.account.webhooks = webhooks
    config = replace(
        sendgrid_config(tmp_path, stub.url), newsletter=NewsletterConfig(base_url="https://brief.example/")
    )
    provider = open_provider(config)
    assert isinstance(provider, Diagnosing)

    told = {one.subject: one for one in provider.diagnose()}["reports"]

    assert told.health == health
    assert said in told.what
