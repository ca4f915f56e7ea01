"""Keys of providers: what cannot be right is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.config.reader import load_config
from newsletter.errors import ConfigError

RIGHT = """
[provider]
name = "ses"
[provider.ses]
region = "eu-west-1"
access_key = "env:AWS_ACCESS_KEY_ID"
secret_key = "keyring:aws/brief"
session_token = "env:AWS_SESSION_TOKEN"
configuration_set = "brief"
topic = "arn:aws:sns:eu-west-1:123456789012:brief"
[provider.postmark]
server_token = "env:POSTMARK_SERVER_TOKEN"
stream = "broadcast"
webhook_login = "env:POSTMARK_WEBHOOK_LOGIN"
"""


def test_what_the_pages_say_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "newsletter.toml"
    file.write_text(RIGHT)

    provider = load_config(file, environment={}).provider

    assert (provider.ses.region, provider.postmark.stream) == ("eu-west-1", "broadcast")
    assert provider.others == {}


def test_all_that_cannot_be_right_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "newsletter.toml"
    wrong = {
        'eu-west-1"\naccess': 'Ireland"\naccess',
        "env:AWS_ACCESS_KEY_ID": "AKIA0000",
        '= "brief"': '= "arn:aws:ses:brief"',
        "arn:aws:sns:eu-west-1:123456789012:brief": "brief",
        "env:POSTMARK_SERVER_TOKEN": "1234-token",
        '"broadcast"': '"My Stream"',
        "env:POSTMARK_WEBHOOK_LOGIN": "name:password",
    }
    text = RIGHT
    for right, other in wrong.items():
        text = text.replace(right, other)
    file.write_text(text)

    with pytest.raises(ConfigError) as error:
        load_config(file, environment={})

    told = {problem.place.line: problem.what for problem in error.value.problems if problem.place}
    assert told == {
        5: 'provider.ses.region: "Ireland" is not a region of AWS',
        6: "a secret stands here in plain text",
        9: 'provider.ses.configuration_set: "arn:aws:ses:brief" is not the name of a configuration set',
        10: 'provider.ses.topic: "brief" is not the ARN of a topic',
        12: "a secret stands here in plain text",
        13: 'provider.postmark.stream: "My Stream" is not the id of a message stream',
        14: "a secret stands here in plain text",
    }
    assert "1234-token" not in str(error.value)
