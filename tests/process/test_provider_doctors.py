"""What SES and Postmark are asked about how the account is set up, and what is made of the answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from newsletter.config.schema import SenderConfig
from newsletter.config.secrets import Secret
from newsletter.domain.address import Mailbox
from newsletter.domain.diagnosis import Health
from newsletter.protocols import Diagnosing
from newsletter.providers import postmark, ses
from newsletter.testing.local_providers import postmark_config, ses_config
from newsletter.testing.postmark_stub import SERVER_TOKEN, PostmarkStub
from newsletter.testing.ses_stub import ACCESS_KEY, SECRET_KEY, SesStub

RENATA = SenderConfig(from_=Mailbox(name="Renata", email="renata@brief.example"))
TOPIC = "arn:aws:sns:eu-west-1:123456789012:brief"
FINE, WARNING, PROBLEM = Health.FINE, Health.WARNING, Health.PROBLEM


@pytest.fixture
def amazon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SesStub]:
    monkeypatch.setenv("STUB_ACCESS", ACCESS_KEY)
    monkeypatch.setenv("STUB_KEY", SECRET_KEY)
    with SesStub(tmp_path / "journal") as stub:
        yield stub


@pytest.fixture
def mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostmarkStub]:
    monkeypatch.setenv("STUB_KEY", SERVER_TOKEN)
    with PostmarkStub(tmp_path / "journal") as stub:
        yield stub


def of_ses(
    stub: SesStub, root: Path, *, rate: str | None = "14/s", sender: SenderConfig = RENATA, **settings: Any
) -> dict[str, tuple[Health, str]]:
    filled = {"configuration_set": "brief", "topic": TOPIC, **settings}
    config = ses_config(root, stub.url, **filled)
    config = replace(config, sender=sender, provider=replace(config.provider, rate=rate))
    provider = ses.open_provider(config)
    assert isinstance(provider, Diagnosing)
    return {one.subject: (one.health, one.what) for one in provider.diagnose()}


def of_postmark(stub: PostmarkStub, root: Path, **settings: Any) -> dict[str, tuple[Health, str]]:
    filled = {"webhook_login": Secret(reference="env:STUB_KEY"), **settings}
    provider = postmark.open_provider(postmark_config(root, stub.url, **filled))
    assert isinstance(provider, Diagnosing)
    found = provider.diagnose()
    assert all(one.fix for one in found if one.health is not FINE)
    return {one.subject: (one.health, one.what) for one in found}


def test_an_account_at_ses_that_is_set_up_is_fine(amazon: SesStub, tmp_path: Path) -> None:
    assert of_ses(amazon, tmp_path) == {
        "account": (FINE, "it may send mail"),
        "quota": (FINE, "49,800 of 50,000 mails are left for today"),
        "rate": (FINE, "SES takes 14 mails a second"),
        "domain": (FINE, "brief.example is verified and signed"),
        "events": (FINE, "a set and a topic are named"),
    }


@pytest.mark.parametrize(
    ("account", "subject", "health", "said"),
    [
        ({"ProductionAccessEnabled": False}, "account", PROBLEM, "in the sandbox"),
        ({"SendingEnabled": False}, "account", PROBLEM, "switched off"),
        ({"SendQuota": {"Max24HourSend": 200, "SentLast24Hours": 150}}, "quota", WARNING, "50 of 200"),
        ({"SendQuota": {"MaxSendRate": 1.0}}, "rate", WARNING, "rate lets 14 through"),
    ],
)
def test_what_an_account_at_ses_lacks_is_told(
    amazon: SesStub, tmp_path: Path, account: dict[str, object], subject: str, health: Health, said: str
) -> None:
    amazon.account = {**amazon.account, **account}

    found = of_ses(amazon, tmp_path)

    assert found[subject][0] is health
    assert said in found[subject][1]


@pytest.mark.parametrize(
    ("identity", "health", "said"),
    [
        (None, PROBLEM, "not known to SES"),
        ({"VerifiedForSendingStatus": False}, PROBLEM, "is not verified"),
        ({"VerifiedForSendingStatus": True}, PROBLEM, "not signed with DKIM (off)"),
        (
            {
                "VerifiedForSendingStatus": True,
                "DkimAttributes": {"SigningEnabled": True, "Status": "PENDING"},
            },
            PROBLEM,
            "not signed with DKIM (PENDING)",
        ),
        ({"strange": []}, WARNING, "cannot be seen"),
    ],
)
def test_a_sender_that_ses_does_not_know_is_told(
    amazon: SesStub, tmp_path: Path, identity: dict[str, object] | None, health: Health, said: str
) -> None:
    amazon.identities = {} if identity is None else {"brief.example": identity}

    assert of_ses(amazon, tmp_path)["domain"][0] is health
    assert said in of_ses(amazon, tmp_path)["domain"][1]


def test_what_our_own_settings_lack_is_told(amazon: SesStub, tmp_path: Path) -> None:
    found = of_ses(amazon, tmp_path, rate=None, sender=SenderConfig(), topic=None)

    assert found["rate"] == (WARNING, "SES takes 14 mails a second, and no rate is set")
    assert found["domain"] == (PROBLEM, "there is no sender")
    assert found["events"][0] is WARNING


def test_keys_that_are_refused_are_told_and_nothing_else_is_asked(amazon: SesStub, tmp_path: Path) -> None:
    amazon.secret_key = "another"

    found = of_ses(amazon, tmp_path)

    assert list(found) == ["account"]
    assert found["account"][0] is PROBLEM


def test_a_stream_at_postmark_that_is_set_up_is_fine(mark: PostmarkStub, tmp_path: Path) -> None:
    assert of_postmark(mark, tmp_path) == {
        "stream": (FINE, "mail may go through broadcast"),
        "leaving": (FINE, "the letter's own links are the only ones"),
        "events": (FINE, "webhooks have a login"),
    }


@pytest.mark.parametrize(
    ("change", "subject", "health", "said"),
    [
        ({"ArchivedAt": "2026-01-01T00:00:00Z"}, "stream", PROBLEM, "archived"),
        ({"MessageStreamType": "Transactional"}, "stream", WARNING, "transactional"),
        (
            {"SubscriptionManagementConfiguration": {"UnsubscribeHandlingType": "Postmark"}},
            "leaving",
            WARNING,
            "its own link to leave",
        ),
    ],
)
def test_what_a_stream_at_postmark_lacks_is_told(
    mark: PostmarkStub, tmp_path: Path, change: dict[str, object], subject: str, health: Health, said: str
) -> None:
    mark.stream = {**mark.stream, **change}

    found = of_postmark(mark, tmp_path)

    assert found[subject][0] is health
    assert said in found[subject][1]


def test_a_webhook_without_a_login_is_told(mark: PostmarkStub, tmp_path: Path) -> None:
    assert of_postmark(mark, tmp_path, webhook_login=None)["events"][0] is WARNING


@pytest.mark.parametrize(
    ("token", "stream"),
    [("another", "broadcast"), (SERVER_TOKEN, "elders")],
    ids=["a wrong token", "no such stream"],
)
def test_a_server_that_does_not_know_us_is_told(
    mark: PostmarkStub, tmp_path: Path, token: str, stream: str
) -> None:
    mark.server_token = token

    found = of_postmark(mark, tmp_path, stream=stream)

    assert list(found) == ["stream"]
    assert found["stream"][0] is PROBLEM


def test_a_server_that_is_away_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUB_KEY", "key")
    monkeypatch.setenv("STUB_ACCESS", "key")
    here = "http://127.0.0.1:1"
    providers = [
        postmark.open_provider(postmark_config(tmp_path, here)),
        ses.open_provider(ses_config(tmp_path, here)),
    ]

    found = [one for provider in providers if isinstance(provider, Diagnosing) for one in provider.diagnose()]

    assert [one.health for one in found] == [PROBLEM, PROBLEM]
    assert all("no connection to 127.0.0.1:1" in one.what for one in found)
