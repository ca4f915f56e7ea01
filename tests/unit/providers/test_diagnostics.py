"""What real mail servers say is told apart by its reason, whichever provider passes it on."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from newsletter.domain.bounce_reasons import reason_class, status_code
from newsletter.domain.provider_event import BounceClass
from newsletter.providers.postmark.events import PostmarkEvents
from newsletter.providers.sendgrid.bounces import bounce_class
from newsletter.providers.ses.events import SesEvents

_TABLE: Mapping[str, list[str]] = tomllib.loads(
    Path(__file__).with_name("diagnostics.toml").read_text("utf-8")
)
_ROWS = [(BounceClass(name), text) for name, texts in _TABLE.items() for text in texts]


def _ids(row: tuple[BounceClass, str]) -> str:
    return f"{row[0]}-{re.sub('[^A-Za-z0-9]+', '-', row[1])[:50]}"


def test_there_are_sixty_of_each_class() -> None:
    assert {name: len(set(texts)) >= 60 for name, texts in _TABLE.items()} == dict.fromkeys(BounceClass, True)


@pytest.mark.parametrize("row", _ROWS, ids=_ids)
def test_the_words_of_a_server_tell_the_class(row: tuple[BounceClass, str]) -> None:
    expected, text = row

    assert reason_class("", text) is expected


@pytest.mark.parametrize("row", _ROWS, ids=_ids)
def test_every_provider_tells_the_same_class(row: tuple[BounceClass, str]) -> None:
    expected, text = row
    postmark = {
        "RecordType": "Bounce", "Type": "HardBounce", "ID": 1, "Details": text, "Email": "a@b.example",
        "BouncedAt": "2026-11-24T09:00:00Z",
    }  # fmt: skip
    ses = {
        "eventType": "Bounce", "mail": {"messageId": "m", "timestamp": "2026-11-24T09:00:00Z"},
        "bounce": {"bounceType": "Permanent", "bounceSubType": "General", "timestamp": "2026-11-24T09:00:00Z",
                   "bouncedRecipients": [{"emailAddress": "a@b.example", "diagnosticCode": f"smtp; {text}"}]},
    }  # fmt: skip

    found = {
        "sendgrid": bounce_class("bounce", status_code(text) or "", text, ""),
        "postmark": PostmarkEvents(None).read(json.dumps(postmark).encode())[0].bounce,
        "ses": SesEvents(None, lambda _url: b"").read(json.dumps(ses).encode())[0].bounce,
    }

    assert found == dict.fromkeys(found, expected)
