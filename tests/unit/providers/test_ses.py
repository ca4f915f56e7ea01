"""SES: settings that cannot work are named, and mails keep to a rate."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import replace
from pathlib import Path

import pytest

from newsletter.config.schema import Config, ProviderConfig, SesConfig
from newsletter.errors import ConfigError
from newsletter.providers.ses import open_provider
from newsletter.providers.ses.pace import Pace
from newsletter.providers.ses.request import SesTemplate, attempt_of, tag_value
from newsletter.render.message import MessageTemplate
from newsletter.testing.local_providers import ses_config
from newsletter.testing.sample_mailing import HOSTILE_NAMES, sample_mailing, sample_recipients


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"region": ""}, "has no region"),
        ({"region": "ireland"}, 'region is "ireland"'),
        ({"host": "email.example"}, 'host is "email.example"'),
        ({"host": "http://email.example"}, 'host is "http://email.example"'),
        ({"configuration_set": "arn:aws:ses:x"}, 'configuration_set is "arn:aws:ses:x"'),
        ({"timeout_s": 0.0}, "timeout_s must be more than 0"),
        ({"connections": 0}, "connections must be at least 1"),
    ],
)
def test_settings_that_cannot_work_are_named(tmp_path: Path, settings: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError) as error:
        open_provider(
            ses_config(tmp_path, None, **settings) if "host" not in settings else _with(tmp_path, settings)
        )

    assert [problem.what for problem in error.value.problems] == [f"[provider.ses] {said}"]


def _with(root: Path, settings: dict[str, object]) -> Config:
    filled = {"region": "eu-west-1", **settings}
    return Config(root=root, provider=ProviderConfig(ses=SesConfig(**filled)))  # type: ignore[arg-type]


def test_missing_keys_are_all_named_at_once(tmp_path: Path) -> None:
    provider = open_provider(_with(tmp_path, {}))

    with pytest.raises(ConfigError) as error:
        provider.prepare(sample_mailing())

    assert [problem.what for problem in error.value.problems] == [
        "[provider.ses] has no access_key",
        "[provider.ses] has no secret_key",
    ]


def test_a_key_with_a_line_break_in_it_is_refused_without_showing_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUB_ACCESS", "AKID\r\nX-Evil: 1")
    monkeypatch.setenv("STUB_KEY", "secret")

    with pytest.raises(ConfigError) as error:
        open_provider(ses_config(tmp_path, None)).prepare(sample_mailing())

    assert "access_key holds characters no key has" in str(error.value)
    assert "Evil" not in str(error.value)


@pytest.mark.parametrize(
    ("region", "url"),
    [
        ("eu-west-1", "https://email.eu-west-1.amazonaws.com"),
        ("us-gov-west-1", "https://email.us-gov-west-1.amazonaws.com"),
        ("cn-north-1", "https://email.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_mail_goes_to_the_address_of_the_region(tmp_path: Path, region: str, url: str) -> None:
    provider = open_provider(ses_config(tmp_path, None, region=region))

    assert provider.describe() == f"Amazon SES, region {region} ({url})"


def test_what_leaves_is_the_message_that_was_rendered_byte_for_byte() -> None:
    mailing = sample_mailing()
    readers = sample_recipients(HOSTILE_NAMES)
    message = MessageTemplate(mailing)

    payload = SesTemplate(mailing, None).build(readers, "c7f3.12.1")

    bodies = [json.loads(mail.body) for mail in payload.mails]
    assert [b64decode(one["Content"]["Raw"]["Data"]) for one in bodies] == [
        message.build(one) for one in readers
    ]


def test_half_a_character_refuses_only_its_reader() -> None:
    readers = sample_recipients(["Jan", "\ud83d", "Zoë"])

    payload = SesTemplate(sample_mailing(), None).build(readers, "c.1.1")

    assert [mail.position for mail in payload.mails] == [0, 2]
    assert list(payload.refused) == [1]


@pytest.mark.parametrize("key", ["c7f3a91e5d2b4c6f8a0b1c2d3e4f5061.12.3", "c.1.1"])
def test_an_attempt_key_comes_back_from_a_tag_as_it_was(key: str) -> None:
    assert attempt_of(tag_value(key)) == key


@pytest.mark.parametrize(
    ("rate", "size"),
    [(None, 50), ("14/s", 50), ("10/s", 50), ("2/s", 10), ("60/m", 5), ("600/h", 1), ("1/h", 1)],
)
def test_a_batch_is_no_more_than_the_rate_lets_through_soon(
    tmp_path: Path, rate: str | None, size: int
) -> None:
    config = ses_config(tmp_path, None)
    provider = open_provider(replace(config, provider=replace(config.provider, rate=rate)))

    assert provider.capabilities.batch_size == size


def test_mails_in_a_batch_are_spaced_and_nothing_is_saved_up() -> None:
    now, waits = [100.0], []

    def sleep(seconds: float) -> None:
        waits.append(round(seconds, 3))
        now[0] += seconds

    pace = Pace(0.5, lambda: now[0], sleep)

    for _ in range(3):
        pace.wait()
    now[0] += 60
    for _ in range(2):
        pace.wait()

    assert waits == [0.5, 0.5, 0.5]
