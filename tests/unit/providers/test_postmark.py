"""Postmark: settings that cannot work are named, and a message holds what it should and no more."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from newsletter.config.schema import Config, PrivacyConfig
from newsletter.domain.address import Mailbox
from newsletter.domain.slot import SlottedText
from newsletter.errors import ConfigError
from newsletter.providers.postmark import open_provider
from newsletter.providers.postmark.body import PostmarkMail, PostmarkPayload, PostmarkTemplate, requests
from newsletter.testing.local_providers import postmark_config
from newsletter.testing.sample_mailing import HOSTILE_NAMES, sample_mailing, sample_recipients


def template(privacy: PrivacyConfig | None = None) -> PostmarkTemplate:
    return PostmarkTemplate(sample_mailing(), privacy or PrivacyConfig(), "broadcast")


def messages(payload: PostmarkPayload) -> list[dict[str, object]]:
    return [json.loads(mail.own + payload.shared) for mail in payload.mails]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"host": "api.postmarkapp.com"}, "write it as"),
        ({"host": "http://x.example"}, "unencrypted"),
        ({"stream": "Broadcast Stream"}, 'stream is "Broadcast Stream"'),
        ({"stream": ""}, 'stream is ""'),
        ({"stream": "a/../b"}, "stream is"),
        ({"timeout_s": 0.0}, "timeout_s"),
    ],
)
def test_wrong_settings_are_errors(tmp_path: Path, settings: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        open_provider(postmark_config(tmp_path, settings.pop("host", None), **settings))


def test_a_token_is_only_needed_to_send(tmp_path: Path) -> None:
    provider = open_provider(Config(root=tmp_path))

    with pytest.raises(ConfigError, match="has no server_token"):
        provider.prepare(sample_mailing())
    with pytest.raises(ConfigError, match="has no server_token"):
        provider.probe()
    assert provider.describe() == "Postmark, stream broadcast (https://api.postmarkapp.com)"


@pytest.mark.parametrize("token", ["a b", "a\nX: 1", "é"])
def test_a_token_that_cannot_be_one_is_named_and_not_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("STUB_KEY", token)

    with pytest.raises(ConfigError) as error:
        open_provider(postmark_config(tmp_path, None)).prepare(sample_mailing())

    assert "characters no token has" in str(error.value)
    assert token not in str(error.value)


def test_a_message_is_what_filling_in_and_json_make_of_it() -> None:
    mailing = sample_mailing()
    readers = sample_recipients(HOSTILE_NAMES)

    payload = template().build(readers, "c7f3.12.1")

    for message, reader in zip(messages(payload), readers, strict=True):
        values = reader.values
        assert message["To"] == reader.email
        assert message["Subject"] == mailing.rendered.subject.fill(values)
        assert message["TextBody"] == mailing.rendered.text.fill(values)
        assert message["HtmlBody"] == mailing.rendered.html.fill(values)
        assert message["Metadata"] == {"nl_d": reader.delivery_id, "nl_a": "c7f3.12.1"}


@pytest.mark.parametrize(
    ("privacy", "opens", "links"),
    [
        (PrivacyConfig(), False, "None"),
        (PrivacyConfig(open_tracking=True), True, "None"),
        (PrivacyConfig(click_tracking=True), False, "HtmlOnly"),
    ],
)
def test_nothing_is_tracked_unless_asked_for(privacy: PrivacyConfig, opens: bool, links: str) -> None:
    (message,) = messages(template(privacy).build(sample_recipients(["Jan"]), "c.1.1"))

    assert (message["TrackOpens"], message["TrackLinks"]) == (opens, links)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("", "a@brief.example"),
        ('Zoë "de" Wit, brief', '"Zoë \\"de\\" Wit, brief" <a@brief.example>'),
        ("back\\slash", '"back\\\\slash" <a@brief.example>'),
        ("Jan\r\nBcc: x", '"Jan Bcc: x" <a@brief.example>'),
    ],
)
def test_a_senders_name_is_quoted(name: str, written: str) -> None:
    mailing = replace(sample_mailing(), sender=Mailbox(name=name, email="a@brief.example"))
    payload = PostmarkTemplate(mailing, PrivacyConfig(), "broadcast").build(
        sample_recipients(["Jan"]), "c.1.1"
    )

    assert messages(payload)[0]["From"] == written


def test_half_a_character_refuses_only_its_reader() -> None:
    payload = template().build(sample_recipients(["Jan", "\ud83d", "Zoë"]), "c.1.1")

    assert [mail.position for mail in payload.mails] == [0, 2]
    assert list(payload.refused) == [1]


def test_a_header_that_is_a_field_of_its_own_is_an_error() -> None:
    mailing = replace(
        sample_mailing(), headers={"Date": SlottedText.fixed("x"), "BCC": SlottedText.fixed("y")}
    )

    with pytest.raises(ConfigError) as error:
        PostmarkTemplate(mailing, PrivacyConfig(), "broadcast")

    assert len(error.value.problems) == 2


def test_a_letter_that_is_too_large_is_an_error_before_anything_leaves() -> None:
    mailing = sample_mailing()
    giant = replace(mailing, rendered=replace(mailing.rendered, html=SlottedText.fixed("x" * 10_000_001)))

    with pytest.raises(ConfigError, match="too large for Postmark"):
        PostmarkTemplate(giant, PrivacyConfig(), "broadcast")


def test_a_request_holds_at_most_fifty_million_bytes() -> None:
    own = b"x" * 4_500_000  # the same bytes for all, so that this takes no memory
    payload = PostmarkPayload(tuple(PostmarkMail(at, own) for at in range(24)), b"y" * 1000, {})

    groups = list(requests(payload))

    sizes = [sum(len(mail.own) + len(payload.shared) + 1 for mail in group) + 1 for group in groups]
    assert [len(group) for group in groups] == [11, 11, 2]
    assert max(sizes) <= 50_000_000
    assert [mail.position for group in groups for mail in group] == list(range(24))
