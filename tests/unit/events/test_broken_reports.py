"""Real reports with parts taken out or replaced: read or refused, and nothing is told that is not in them."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.config.schema import Config
from newsletter.domain.provider_event import BounceClass, EventKind
from newsletter.plugins import load_plugin, plugin_names
from newsletter.project.upkeep.events import READERS
from newsletter.protocols import EventRefused

PROVIDERS = Path(__file__).resolve().parents[1] / "providers"
SOURCES = [
    ("sendgrid", PROVIDERS / "sendgrid_events" / "all.json"),
    *((path.parents[1].name, path) for path in sorted((PROVIDERS / "corpus").glob("*/events/*.json"))),
]
WORDS = {  # what has to stand somewhere in a report before a reader is never mailed again for it
    EventKind.COMPLAINED: ("spam", "complain", "abuse"),
    EventKind.UNSUBSCRIBED: ("unsub", "subscription", "manualsuppression", "opt"),
    EventKind.BOUNCED: ("bounce", "dropped", "suppress", "reject", "failed", "blocked", "bademail"),
}
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


def report(path: Path) -> object:
    document = json.loads(path.read_bytes())
    return document["report"] if isinstance(document, dict) and "report" in document else document


BODIES = [(provider, report(path)) for provider, path in SOURCES]


@pytest.fixture(scope="module")
def readers():
    return {name: load_plugin(READERS, name)(Config(root=Path())) for name in plugin_names(READERS)}


def places(value: object) -> Iterator[tuple[object, object]]:
    """Yield every container of a report with each key or index in it."""
    items = value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ())
    for key, inner in items:
        yield value, key
        yield from places(inner)


def texts(value: object) -> Iterator[str]:
    """Yield every text of a report, on one line, those inside JSON in a text as well."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    elif isinstance(value, str):
        yield " ".join(value.split())
        try:
            inside = json.loads(value)
        except (ValueError, RecursionError):
            return
        if isinstance(inside, dict | list):
            yield from texts(inside)


@st.composite
def broken(draw: st.DrawFn) -> tuple[str, object]:
    """Return a report in which a few parts are gone or are something else."""
    provider, original = draw(st.sampled_from(BODIES))
    body = copy.deepcopy(original)
    if isinstance(body, dict) and isinstance(body.get("Message"), str):  # SNS carries JSON in a text
        inside = json.loads(body["Message"])
        _break(draw, inside)
        return provider, {**body, "Message": json.dumps(inside)}
    _break(draw, body)
    return provider, body


def _break(draw: st.DrawFn, body: object) -> None:
    for _ in range(draw(st.integers(0, 3))):
        found = list(places(body))
        if not found:
            return
        container, key = found[draw(st.integers(0, len(found) - 1))]
        if draw(st.booleans()):
            del container[key]
        else:
            container[key] = draw(JUNK)


@settings(max_examples=300)
@given(made=broken())
def test_a_broken_report_is_refused_or_tells_only_what_stands_in_it(readers, made):
    provider, body = made

    try:
        found = readers[provider].read(json.dumps(body).encode())
    except EventRefused:
        return

    said = set(texts(body))
    everything = " ".join(said).casefold()
    for event in found:
        told = {one for one in (event.delivery_id, event.attempt_key) if one is not None}
        assert all(one in said or one.replace(".", "_") in said for one in told)  # a tag of SES has no dots
        assert event.email is None or any(event.email in one for one in said)
        assert event.at.tzinfo is not None
        assert event.event_id
        assert (event.bounce is not None) == (event.kind is EventKind.BOUNCED)
        if event.kind is not EventKind.BOUNCED or event.bounce is BounceClass.HARD:
            assert any(word in everything for word in WORDS.get(event.kind, ("",)))


def test_there_are_reports_of_every_provider_to_break():
    assert {provider for provider, _ in BODIES} == {"postmark", "sendgrid", "ses"}
