"""Answers and reports in documented shapes mean what they should; one file each, see `corpus/README.md`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from newsletter.config.schema import Config
from newsletter.domain.provider_event import BounceClass, EventKind, ProviderEvent
from newsletter.plugins import load_plugin, plugin_names
from newsletter.protocols import EventReader, EventRefused
from newsletter.providers.postmark.answers import read_batch
from newsletter.providers.ses.answers import read_answer

CORPUS = Path(__file__).parent / "corpus"


def cases(folder: str) -> list[Any]:
    return [pytest.param(path, id=path.stem) for path in sorted((CORPUS / folder).glob("*.json"))]


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def headers(case: Any) -> Message:
    message = Message()
    for name, value in case["headers"].items():
        message[name] = value
    return message


def reader(provider: str, tmp_path: Path) -> EventReader:
    opened: EventReader = load_plugin("newsletter.event_readers", provider)(Config(root=tmp_path))
    return opened


def shown(events: Sequence[ProviderEvent]) -> list[dict[str, Any]]:
    return [
        {
            "kind": event.kind,
            "at": event.at.isoformat(),
            "email": event.email,
            "delivery_id": event.delivery_id,
            "attempt_key": event.attempt_key,
            "provider_id": event.provider_id,
            "bounce": event.bounce,
            "reason": event.reason,
            "status": event.status,
        }
        for event in events
    ]


@pytest.mark.parametrize("path", cases("ses/answers"))
def test_an_answer_of_ses_has_its_outcome(path: Path) -> None:
    case = load(path)

    outcome = read_answer(case["status"], headers(case), case["body"].encode(), "renata@brief.example", 0.0)

    assert (outcome.kind, outcome.retry_after_s) == (case["outcome"], case["retry_after_s"])


@pytest.mark.parametrize("path", cases("postmark/answers"))
def test_an_answer_of_postmark_has_its_outcomes(path: Path) -> None:
    case = load(path)

    outcomes = read_batch(case["status"], headers(case), case["body"].encode(), len(case["outcomes"]))

    assert [outcome.kind for outcome in outcomes] == case["outcomes"]


@pytest.mark.parametrize("path", cases("ses/events"))
def test_a_report_of_ses_becomes_its_events(path: Path, tmp_path: Path) -> None:
    case = load(path)
    envelope = {"Type": "Notification", "MessageId": "m", "Message": json.dumps(case["report"])}

    bare = reader("ses", tmp_path).read(json.dumps(case["report"]).encode())
    enclosed = reader("ses", tmp_path).read(json.dumps(envelope).encode())

    assert shown(bare) == case["expected"]
    assert enclosed == bare


@pytest.mark.parametrize("path", cases("postmark/events"))
def test_a_report_of_postmark_becomes_its_events(path: Path, tmp_path: Path) -> None:
    case = load(path)

    events = reader("postmark", tmp_path).read(json.dumps(case["report"]).encode())

    assert shown(events) == case["expected"]


@pytest.mark.parametrize("provider", ["ses", "postmark"])
def test_every_event_has_an_id_of_its_own_and_always_the_same(provider: str, tmp_path: Path) -> None:
    bodies = [json.dumps(load(case.values[0])["report"]).encode() for case in cases(f"{provider}/events")]

    opened = reader(provider, tmp_path)
    first = [event for body in bodies for event in opened.read(body)]
    again = [event for body in bodies for event in opened.read(body)]

    assert first == again
    assert len({event.event_id for event in first}) == len(first)
    assert all(event.event_id and len(event.event_id) <= 100 for event in first)
    assert all((event.bounce is not None) == (event.kind is EventKind.BOUNCED) for event in first)


@pytest.mark.parametrize("provider", ["ses", "postmark"])
def test_no_other_reader_takes_a_report_for_its_own(provider: str, tmp_path: Path) -> None:
    others = [reader(name, tmp_path) for name in plugin_names("newsletter.event_readers") if name != provider]

    for case in cases(f"{provider}/events"):
        body = json.dumps(load(case.values[0])["report"]).encode()
        for other in others:
            with pytest.raises(EventRefused):
                other.read(body)


def test_the_corpus_has_every_kind_and_class() -> None:
    for provider in ("ses", "postmark"):
        expected = [one for case in cases(f"{provider}/events") for one in load(case.values[0])["expected"]]
        kinds = {one["kind"] for one in expected}
        assert kinds | {"processed"} == set(EventKind), provider
        assert {one["bounce"] for one in expected} == {None, *BounceClass}, provider


def test_a_time_without_offset_is_utc(tmp_path: Path) -> None:
    case = load(CORPUS / "postmark/events/delivery.json")["report"]

    (event,) = reader("postmark", tmp_path).read(
        json.dumps({**case, "DeliveredAt": "2026-11-24T08:30:05"}).encode()
    )

    assert event.at == datetime.fromisoformat("2026-11-24T08:30:05+00:00")
