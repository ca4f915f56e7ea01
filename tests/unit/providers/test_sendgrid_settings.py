"""`[provider.sendgrid]`: what is wrong is said before anything leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.config.schema import Config, ProviderConfig, SendgridConfig
from newsletter.domain.outcome import OutcomeKind
from newsletter.errors import ConfigError
from newsletter.providers.sendgrid import open_provider
from newsletter.providers.sendgrid.body import SendgridPayload
from newsletter.testing.local_providers import send, sendgrid_config
from newsletter.testing.sample_mailing import sample_mailing, sample_recipients


def test_each_region_has_its_host(tmp_path: Path) -> None:
    described = [
        open_provider(sendgrid_config(tmp_path, None, region=region)).describe()
        for region in ("global", "eu")
    ]

    assert "(https://api.sendgrid.com)" in described[0]
    assert "(https://api.eu.sendgrid.com)" in described[1]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"region": "europe"}, 'region is "europe"'),
        ({"host": "api.sendgrid.com"}, "write it as"),
        ({"host": "https://"}, "write it as"),
        ({"host": "https://x.example:99999"}, "write it as"),
        ({"host": "https://x.example/v3"}, "write it as"),
        ({"host": "http://x.example"}, "unencrypted"),
        ({"timeout_s": 0.0}, "timeout_s"),
        ({"timeout_s": float("nan")}, "timeout_s"),
    ],
)
def test_wrong_settings_are_errors(tmp_path: Path, settings: dict[str, object], message: str) -> None:
    config = Config(root=tmp_path, provider=ProviderConfig(sendgrid=SendgridConfig(**settings)))

    with pytest.raises(ConfigError, match=message):
        open_provider(config)


def test_a_key_is_only_needed_to_send(tmp_path: Path) -> None:
    provider = open_provider(Config(root=tmp_path))

    with pytest.raises(ConfigError, match="has no api_key"):
        provider.prepare(sample_mailing())
    with pytest.raises(ConfigError, match="has no api_key"):
        provider.probe()
    assert provider.describe()


@pytest.mark.parametrize("key", ["SG.a b", "SG.a\nX: 1", "SG.é"])
def test_a_key_that_cannot_be_one_is_named_and_not_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("STUB_KEY", key)
    provider = open_provider(sendgrid_config(tmp_path, None))

    with pytest.raises(ConfigError, match="copy the key again") as caught:
        provider.prepare(sample_mailing())

    assert key not in str(caught.value)


def test_a_batch_larger_than_a_request_is_refused_as_a_whole_so_that_it_can_be_halved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUB_KEY", "SG.x")
    shipment = open_provider(sendgrid_config(tmp_path, "http://127.0.0.1:1")).prepare(sample_mailing())

    submission = shipment.submit(SendgridPayload((b"x" * 30_000_000, b"x"), (0, 1), {}))

    assert submission.outcome.kind is OutcomeKind.REJECTED
    assert not submission.exceptions


def test_a_batch_of_readers_nobody_could_carry_sends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUB_KEY", "SG.x")
    readers = sample_recipients(["x" * 20_000])

    submission = send(open_provider(sendgrid_config(tmp_path, "http://127.0.0.1:1")), readers)

    assert submission.of(0).kind is OutcomeKind.REJECTED
