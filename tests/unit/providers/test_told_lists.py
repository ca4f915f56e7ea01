"""Lists and logs may hold any JSON: nothing crashes, and nothing is believed that does not stand there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from newsletter.domain.campaign import Fence
from newsletter.domain.listed_address import ListedAddress
from newsletter.domain.outcome import OutcomeKind
from newsletter.domain.subscriber import SuppressionReason
from newsletter.errors import DeliveryRefused
from newsletter.providers import postmark, sendgrid, ses
from newsletter.testing.http_faults import StubFault
from newsletter.testing.http_stub import HttpStub, StubAnswer, StubRequest
from newsletter.testing.local_providers import postmark_config, sendgrid_config, ses_config
from newsletter.testing.received import ReceivedMail
from newsletter.testing.sample_mailing import sample_attempt, sample_mailing, sample_recipients

BOUNCED, COMPLAINED = SuppressionReason.BOUNCED, SuppressionReason.COMPLAINED
UNSUBSCRIBED = SuppressionReason.UNSUBSCRIBED
READERS = sample_recipients(["A", "B"])
KEY = "c.1.1"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
MOMENTS = JSON | st.sampled_from([1_795_512_630, 10**400, "2026-11-24T10:30:00Z", "yesterday"])
EMAILS = JSON | st.sampled_from(["gone@brief.example", " a@x.example ", "\ud800@x.example", "a\r\nb@x"])
FREELY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)


class Parrot(HttpStub):
    """Answers each request with what `say` makes of its method and path."""

    mail_paths = frozenset()
    say: Callable[[str, str], object]

    def judge(self, request: StubRequest, number: int, fault: StubFault) -> StubAnswer:
        raise AssertionError("nobody sends mail here")

    def other(self, request: StubRequest) -> StubAnswer:
        return StubAnswer(status=200, body=json.dumps(self.say(request.method, request.path)).encode())

    def read(self, entry: Mapping[str, object]) -> Iterator[ReceivedMail]:
        yield from ()


@pytest.fixture(scope="module")
def parrot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parrot]:
    with pytest.MonkeyPatch.context() as environment, Parrot(tmp_path_factory.mktemp("parrot")) as stub:
        environment.setenv("STUB_KEY", "key")
        environment.setenv("STUB_ACCESS", "access")
        yield stub


def entries(**fields: st.SearchStrategy[object]) -> st.SearchStrategy[list[object]]:
    """Return what is nearly right, beside some that is anything."""
    return st.lists(st.fixed_dictionaries({}, optional=fields) | JSON, max_size=4)


def rows_of(found: ListedAddress, said: object, field: str) -> list[Mapping[str, object]]:
    """Return the rows of what was `said` that have the address of what was `found`."""
    rows = said if isinstance(said, list) else []
    return [
        row for row in rows if isinstance(row, dict) and " ".join(str(row.get(field)).split()) == found.email
    ]


@FREELY
@given(
    entries(email=EMAILS, created=MOMENTS, status=JSON, reason=JSON), st.sampled_from(["blocks", "bounces"])
)
@example([{"email": "a@x.example", "created": True}], "blocks")
def test_sendgrids_lists_tell_of_nobody_who_is_not_in_them(
    parrot: Parrot, said: list[object], name: str
) -> None:
    parrot.say = lambda _method, path: said if name in path else []
    provider = sendgrid.open_provider(sendgrid_config(Path(), parrot.url))

    for found in provider.suppressions(None):
        rows = rows_of(found, said, "email")
        assert found.reason in ((None,) if name == "blocks" else (None, BOUNCED))
        moments = [row.get("created") for row in rows if not isinstance(row.get("created"), bool)]
        assert found.since.timestamp() in moments


@FREELY
@given(
    entries(
        EmailAddress=EMAILS,
        Reason=st.sampled_from(["BOUNCE", "COMPLAINT", "PONDERED"]) | JSON,
        LastUpdateTime=MOMENTS,
    )
    | JSON,
    JSON,
)
def test_the_list_of_ses_tells_of_nobody_who_is_not_in_it(parrot: Parrot, said: object, more: object) -> None:
    pages = [
        {"SuppressedDestinationSummaries": said, "NextToken": more},
        {"SuppressedDestinationSummaries": []},
    ]
    parrot.say = lambda _method, _path: pages.pop(0)
    provider = ses.open_provider(ses_config(Path(), parrot.url))

    for found in provider.suppressions(None):
        reasons = [row.get("Reason") for row in rows_of(found, said, "EmailAddress")]
        assert {BOUNCED: "BOUNCE", COMPLAINED: "COMPLAINT"}[found.reason] in [
            str(one).strip() for one in reasons
        ]


@FREELY
@given(
    entries(
        EmailAddress=EMAILS,
        SuppressionReason=st.sampled_from(["HardBounce", "SpamComplaint", "ManualSuppression"]) | JSON,
        Origin=st.sampled_from(["Recipient", "Customer", "Admin"]) | JSON,
        CreatedAt=MOMENTS,
    )
    | JSON
)
def test_postmarks_list_tells_of_nobody_who_is_not_in_it(parrot: Parrot, said: object) -> None:
    parrot.say = lambda _method, _path: {"Suppressions": said}
    provider = postmark.open_provider(postmark_config(Path(), parrot.url))

    try:
        listed = list(provider.suppressions(None))
    except DeliveryRefused:
        assert not isinstance(said, list)
        return

    words = {BOUNCED: "HardBounce", COMPLAINED: "SpamComplaint", UNSUBSCRIBED: "ManualSuppression"}
    for found in listed:
        rows = rows_of(found, said, "EmailAddress")
        assert found.reason is None or words[found.reason] in [row.get("SuppressionReason") for row in rows]
        assert found.reason is not UNSUBSCRIBED or "Recipient" in [row.get("Origin") for row in rows]


@FREELY
@given(
    entries(sg_message_id=st.sampled_from(["m1.x", "../scopes", "a b"]) | JSON) | JSON,
    st.fixed_dictionaries(
        {},
        optional={
            "status": st.sampled_from(["delivered", "processed", "deferred", "dropped"]) | JSON,
            "custom_args": st.fixed_dictionaries({}, optional={"nl_a": st.just(KEY) | JSON}) | JSON,
        },
    )
    | JSON,
    st.booleans(),
)
@example([{"sg_message_id": "m1.x"}], {"status": []}, True)
def test_logs_prove_only_what_left_with_the_very_key_of_the_attempt(
    parrot: Parrot, messages: object, log: object, is_fenced: bool
) -> None:
    parrot.say = lambda method, _path: {"messages": messages} if method == "POST" else log
    fence = Fence(id="b", leaves_at=datetime.now(UTC) + timedelta(minutes=2)) if is_fenced else None
    shipment = sendgrid.open_provider(sendgrid_config(Path(), parrot.url)).prepare(sample_mailing())

    evidence = shipment.evidence(READERS, sample_attempt(KEY, fence))
    shipment.close()

    if evidence is not None:
        assert evidence.outcome.kind is OutcomeKind.ACCEPTED
        assert isinstance(log, dict)
        assert log["custom_args"]["nl_a"] == KEY
        assert not is_fenced or log["status"] in ("delivered", "deferred")
