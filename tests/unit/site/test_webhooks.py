"""Reports of providers: verified on the bytes that came, kept, answered, applied once."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.domain.provider_event import EventKind, ProviderEvent
from newsletter.domain.subscriber import SubscriberStatus
from newsletter.events.neutral import sign
from newsletter.project import FixedClock, Project
from newsletter.project.upkeep.webhooks import Webhooks
from newsletter.providers.sendgrid.events import SendgridEvents
from newsletter.providers.ses.events import SesEvents
from newsletter.site.limits import HOOK_BYTES
from newsletter.store.events.bodies import take_out
from newsletter.testing.temporary_store import temporary_store
from tests.unit.providers.test_sendgrid_events import PUBLIC, signed
from tests.unit.providers.test_ses_events import NOW as SNS_NOW
from tests.unit.providers.test_ses_events import TOPIC, certificate, message
from tests.unit.providers.test_ses_events import body as sns_body
from tests.unit.site.site_world import NOW, Site, make_site

ANNA, BERT = "anna@gemeente.example", "bert@waterschap.example"
KEY = b"a key of thirty-two bytes, no less"
CONFIG = '\n[events]\nsecret = "env:EVENTS"\n[provider.postmark]\nwebhook_login = "env:LOGIN"\n'
LOGIN = "hook:secret"


@pytest.fixture
def hooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("EVENTS", base64.b64encode(KEY).decode())
    monkeypatch.setenv("LOGIN", LOGIN)
    made = make_site(tmp_path, {ANNA: "nl", BERT: "en"}, config=CONFIG)
    yield made
    made.project.close()


def row(site: Site, to: str, kind: str = "complained", **more: object) -> dict[str, object]:
    return {
        "id": f"{to}{kind}",
        "event": kind,
        "at": "2026-11-27T11:00:00Z",
        "delivery": site.delivery(to),
        **more,
    }


def sealed_headers(body: bytes, moment=NOW) -> dict[str, str]:
    stamp = str(int(moment.timestamp()))
    return {"webhook-id": "m", "webhook-timestamp": stamp, "webhook-signature": sign(KEY, "m", stamp, body)}


def post(site: Site, *rows: object, headers: dict[str, str] | None = None, **more: object):
    body = json.dumps(rows).encode()
    return site.post("/hooks/json", content=body, headers=headers or sealed_headers(body), **more)


def kept(site: Site) -> int:
    return len(site.project.webhooks.summaries(100))


# --- taken ------------------------------------------------------------------------------------------------


def test_a_report_is_kept_byte_for_byte_answered_and_applied(hooks: Site) -> None:
    answer = post(hooks, row(hooks, ANNA))

    assert (answer.status_code, answer.text) == (200, "kept\n")
    (body,) = list(hooks.project.store.event_bodies.stored())
    assert json.loads(body.data) == [row(hooks, ANNA)]
    assert hooks.status(ANNA) is SubscriberStatus.COMPLAINED
    assert hooks.status(BERT) is SubscriberStatus.ACTIVE


def test_a_report_that_comes_a_hundred_times_has_one_effect(hooks: Site) -> None:
    body = json.dumps([row(hooks, ANNA, "clicked")]).encode()
    assert post(hooks, row(hooks, ANNA, "clicked")).status_code == 200
    before = _state(hooks.project)

    news = [hooks.project.webhooks.receive("json", sealed_headers(body), body) for _ in range(100)]

    assert (any(news), post(hooks, row(hooks, ANNA, "clicked")).status_code) == (False, 200)
    assert kept(hooks) == 1
    assert _state(hooks.project) == before


def test_postmark_logs_in(hooks: Site) -> None:
    report = {
        "RecordType": "SpamComplaint", "ID": 7, "Email": ANNA, "BouncedAt": "2026-11-27T11:00:00Z",
        "MessageID": "m", "Metadata": {"nl_d": hooks.delivery(ANNA)},
    }  # fmt: skip
    login = base64.b64encode(LOGIN.encode()).decode()

    refused = hooks.post("/hooks/postmark", json=report, headers={"authorization": "Basic aG9vazpubw=="})
    taken = hooks.post("/hooks/postmark", json=report, headers={"authorization": f"Basic {login}"})

    assert (refused.status_code, taken.status_code) == (401, 200)
    assert hooks.status(ANNA) is SubscriberStatus.COMPLAINED


@pytest.mark.parametrize(
    ("age", "status"), [(timedelta(hours=95), 200), (timedelta(hours=97), 401), (timedelta(hours=-1), 401)]
)
def test_sendgrid_may_try_again_for_four_days(hooks: Site, age: timedelta, status: int) -> None:
    hooks.project.webhooks = Webhooks(hooks.project, {"sendgrid": SendgridEvents(PUBLIC)})
    event = {
        "event": "spamreport",
        "timestamp": 1795512602,
        "sg_event_id": "e",
        "nl_d": hooks.delivery(ANNA),
        "email": ANNA,
    }
    body = json.dumps([event]).encode() + b"\r\n"

    answer = hooks.post("/hooks/sendgrid", content=body, headers=signed(body, NOW - age))

    assert (answer.status_code, kept(hooks)) == (status, 1 if status == 200 else 0)


def test_amazon_is_told_yes_when_it_asks_whether_it_may_send_reports(hooks: Site) -> None:
    fetched: list[str] = []

    def fetch(url: str) -> bytes:
        fetched.append(url)
        return certificate()

    hooks.project.clock = FixedClock(SNS_NOW)
    hooks.project.webhooks = Webhooks(hooks.project, {"ses": SesEvents(TOPIC, fetch)})

    answer = hooks.post("/hooks/ses", content=sns_body(message("SubscriptionConfirmation")))

    assert answer.status_code == 200
    assert [url.split("?")[-1] for url in fetched if "ConfirmSubscription" in url]
    assert all(url.startswith("https://sns.eu-west-1.amazonaws.com/") for url in fetched)


# --- refused ----------------------------------------------------------------------------------------------


def test_what_is_not_the_providers_own_is_refused_and_nothing_of_it_is_kept(hooks: Site) -> None:
    body = json.dumps([row(hooks, ANNA)]).encode()
    good = sealed_headers(body)
    late = sealed_headers(body, NOW - timedelta(minutes=6))

    answers = [
        hooks.post("/hooks/json", content=body + b" ", headers=good).status_code,
        hooks.post("/hooks/json", content=body, headers={**good, "webhook-id": "n"}).status_code,
        hooks.post("/hooks/json", content=body, headers={**good, "webhook-signature": "v1,AAAA"}).status_code,
        hooks.post("/hooks/json", content=body, headers=late).status_code,
        hooks.post("/hooks/json", content=body).status_code,
    ]

    assert answers == [401] * 5
    assert kept(hooks) == 0
    assert hooks.status(ANNA) is SubscriberStatus.ACTIVE


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_report_with_one_bit_turned_is_never_taken(at: int, bit: int) -> None:
    body = bytearray(b'[{"event": "spamreport", "timestamp": 1795512602, "sg_event_id": "e"}]\r\n')
    headers = signed(bytes(body))
    body[at % len(body)] ^= 1 << bit
    reader = SendgridEvents(PUBLIC)

    with pytest.raises(Exception, match="does not fit"):
        reader.verify(headers, bytes(body), NOW)


def test_nobody_reads_reports_of_a_provider_that_is_not_there(hooks: Site) -> None:
    assert hooks.post("/hooks/mailgun", content=b"{}").status_code == 404
    assert hooks.get("/hooks/json").status_code == 405


def test_a_report_is_not_larger_than_ten_megabytes(hooks: Site) -> None:
    assert hooks.post("/hooks/json", content=b" " * (HOOK_BYTES + 1)).status_code == 413
    assert hooks.post("/hooks/json", content=b" " * HOOK_BYTES).status_code == 401


def test_whoever_forges_much_is_slowed_down_and_the_provider_is_not(
    hooks: Site, caplog: pytest.LogCaptureFixture
) -> None:
    forged = {"webhook-signature": "v1,AAAA", "webhook-timestamp": "1", "webhook-id": "m"}
    for _ in range(30):
        post(hooks, headers=forged, visitor="198.51.100.7")
    caplog.clear()

    forger = post(hooks, headers=forged, visitor="198.51.100.7")
    other = post(hooks, headers=forged, visitor="198.51.100.8")
    provider = post(hooks, row(hooks, ANNA), visitor="198.51.100.7")

    assert (forger.status_code, other.status_code, provider.status_code) == (429, 401, 200)
    assert 0 < int(forger.headers["retry-after"]) <= 60
    assert caplog.text.count("was refused") == 1


# --- our failure ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", ["sendgrid", "ses"])
def test_a_key_that_is_missing_here_is_our_failure(hooks: Site, provider: str) -> None:
    event = {"webhook-timestamp": "1", "X-Twilio-Email-Event-Webhook-Timestamp": "1"}

    answer = hooks.post(f"/hooks/{provider}", content=b"{}", headers=event)

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert kept(hooks) == 0


def test_a_database_that_is_locked_is_our_failure(hooks: Site) -> None:
    with hooks.project.store.database.writing() as other:
        other.exec_driver_sql("DELETE FROM event_body")
        hooks.project.store.database._busy_timeout_s = 0
        hooks.project.store.database._engine.dispose()
        answer = post(hooks, row(hooks, ANNA))

    assert answer.status_code == 503
    assert "retry-after" in answer.headers


def test_what_was_kept_by_a_process_that_died_is_applied_at_the_next_start(hooks: Site) -> None:
    body = json.dumps([row(hooks, ANNA)]).encode()
    assert hooks.project.webhooks.receive("json", sealed_headers(body), body)
    assert hooks.status(ANNA) is SubscriberStatus.ACTIVE

    with Project.open(hooks.project.config.root, environment={}, clock=FixedClock(NOW)) as again:
        again.webhooks.apply()

    assert hooks.status(ANNA) is SubscriberStatus.COMPLAINED


def test_a_report_that_cannot_be_read_is_put_aside_and_holds_up_no_other(hooks: Site) -> None:
    strange = post(hooks, {"id": "x", "event": "teleported", "at": "2026-11-27T11:00:00Z"})

    post(hooks, row(hooks, ANNA))

    newest, first = hooks.project.webhooks.summaries(10)
    assert strange.status_code == 200
    assert (first.applied_at, "teleported" in (first.trouble or "")) == (None, True)
    assert (newest.applied_at, newest.trouble) == (NOW, None)
    assert hooks.status(ANNA) is SubscriberStatus.COMPLAINED


class _Stumbling:
    """A reader of another package, with a fault."""

    def verify(self, headers, body, now):
        """Believe all."""

    def read(self, body):
        raise KeyError("event")


def test_a_reader_with_a_fault_holds_up_no_other(hooks: Site) -> None:
    hooks.project.webhooks = Webhooks(hooks.project, {"sendgrid": _Stumbling()})
    hooks.post("/hooks/sendgrid", content=b"[]")

    post(hooks, row(hooks, ANNA))

    assert [one.trouble for one in hooks.project.webhooks.summaries(2)] == [
        None,
        "a fault of the reader: KeyError",
    ]
    assert hooks.status(ANNA) is SubscriberStatus.COMPLAINED


class _Fabulating:
    """A reader of another package, which makes up an event that nobody can keep."""

    def verify(self, headers, body, now):
        """Believe all."""

    def read(self, body):
        before_the_calendar = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))
        return [ProviderEvent(event_id="f", kind=EventKind.DELIVERED, at=before_the_calendar)]


def test_a_report_that_cannot_be_applied_holds_up_no_other(hooks: Site) -> None:
    project = hooks.project
    project.webhooks = Webhooks(project, {"sendgrid": _Fabulating()})
    project.webhooks.keep("sendgrid", b"[]")

    post(hooks, row(hooks, ANNA))
    replayed = project.webhooks.replay()

    assert [one.trouble for one in project.webhooks.summaries(2)] == [
        None,
        "a fault in applying it: OverflowError",
    ]
    assert (replayed.bodies, replayed.unreadable) == (2, 1)
    assert hooks.status(ANNA) is SubscriberStatus.COMPLAINED


# --- in any order -----------------------------------------------------------------------------------------


def _state(project: Project) -> object:
    store = project.store
    with store.database.reading() as connection:
        history = connection.exec_driver_sql(
            "SELECT subscriber_id, kind, at FROM reader_event ORDER BY 1, 2, 3"
        ).all()
        gone = connection.exec_driver_sql("SELECT * FROM suppression ORDER BY 1").all()
        events = connection.exec_driver_sql(
            "SELECT event_id, kind, bounce FROM provider_event ORDER BY 1"
        ).all()
    statuses = [(one.email, one.status) for one in store.subscribers.all()]
    return history, gone, events, statuses, list(store.events.fates("c1"))


_MEANINGS = [
    ("delivered", None),
    ("deferred", None),
    ("bounced", "soft"),
    ("bounced", "hard"),
    ("bounced", "blocked"),
    ("complained", None),
    ("unsubscribed", None),
    ("clicked", None),
]


def _clean(site: Site) -> None:
    with site.project.store.database.writing() as connection:
        for table in ("event_body", "provider_event", "reader_event", "suppression"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
        connection.exec_driver_sql("UPDATE subscriber SET status = 'active'")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_any_repetition_and_any_crash_come_to_the_same_end(
    hooks: Site, data: st.DataObject
) -> None:
    every = [
        json.dumps([row(hooks, email, kind, bounce=bounce, id=str(number))]).encode()
        for number, (email, (kind, bounce)) in enumerate(itertools.product((ANNA, BERT), _MEANINGS))
    ]
    bodies = data.draw(st.lists(st.sampled_from(every), min_size=1, max_size=6, unique=True))
    again = data.draw(st.permutations(bodies + data.draw(st.lists(st.sampled_from(bodies), max_size=4))))
    _clean(hooks)
    for body in bodies:
        hooks.project.webhooks.keep("json", body)
    hooks.project.webhooks.apply()
    expected = _state(hooks.project)
    _clean(hooks)

    for body in again:
        hooks.project.webhooks.keep("json", body)
        if data.draw(st.booleans()):
            hooks.project.webhooks.apply_some()
    hooks.project.webhooks.apply()

    assert _state(hooks.project) == expected


# --- read again -------------------------------------------------------------------------------------------


def test_rules_that_changed_are_applied_to_what_came_in_before(hooks: Site) -> None:
    post(hooks, row(hooks, ANNA, "bounced", bounce="soft"), row(hooks, BERT))
    with hooks.project.store.database.writing() as connection:  # as if the class had been told otherwise then
        connection.exec_driver_sql("UPDATE event_body SET body = ?", (_packed(hooks),))

    trial = hooks.project.webhooks.replay(is_trial=True)
    between = hooks.status(ANNA)
    first, second = hooks.project.webhooks.replay(), hooks.project.webhooks.replay()

    assert (trial.taken.new, first.taken.new, second.taken.new) == (1, 1, 0)
    assert (between, hooks.status(ANNA)) == (SubscriberStatus.ACTIVE, SubscriberStatus.SUSPENDED)
    with hooks.project.store.database.reading() as connection:
        assert (
            connection.exec_driver_sql("SELECT count(*) FROM reader_event WHERE kind = 'bounced'").scalar()
            == 1
        )


def _packed(site: Site) -> bytes:
    import zlib

    rows = [row(site, ANNA, "bounced", bounce="hard"), row(site, BERT)]
    return zlib.compress(json.dumps(rows).encode())


def test_only_reports_since_a_moment_or_of_a_provider_are_read_again(hooks: Site) -> None:
    post(hooks, row(hooks, ANNA))

    again = hooks.project.webhooks
    counts = [
        again.replay(since=NOW).bodies,
        again.replay(since=NOW + timedelta(seconds=1)).bodies,
        again.replay(provider="ses").bodies,
        again.replay(provider="json").bodies,
    ]

    assert counts == [1, 0, 0, 1]


def test_what_was_put_aside_is_applied_once_it_can_be_read(hooks: Site) -> None:
    body = json.dumps([row(hooks, ANNA)]).encode()
    hooks.project.webhooks.keep("json", body)
    hooks.project.store.event_bodies.park(1, "nobody understood it")
    hooks.project.webhooks.apply()
    assert hooks.status(ANNA) is SubscriberStatus.ACTIVE

    hooks.project.webhooks.replay()

    (summary,) = hooks.project.webhooks.summaries(1)
    assert (summary.applied_at, summary.trouble) == (NOW, None)
    assert hooks.status(ANNA) is SubscriberStatus.COMPLAINED


def test_old_reports_go_and_those_that_wait_stay(hooks: Site) -> None:
    post(hooks, row(hooks, ANNA))
    hooks.project.webhooks.keep("json", b"[]")
    hooks.project.clock = FixedClock(NOW + timedelta(days=31))

    assert hooks.project.webhooks.prune() == 1
    assert [one.applied_at for one in hooks.project.webhooks.summaries(9)] == [None]


# --- forgotten --------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(
    local=st.text("abcdefgh.+-_é", min_size=1, max_size=9).filter(
        lambda text: text.strip(".") == text and ".." not in text
    ),
    around=st.sampled_from(["{}", "550 <{}>: no such user", "to={}&x=1", "{} {}", "x,{},y"]),
    depth=st.integers(0, 2),
)
def test_an_address_is_taken_out_of_every_report(local: str, around: str, depth: int) -> None:
    email = f"{local}@gemeente.example"
    text = around.format(email, email)
    for _ in range(depth):
        text = json.dumps({"Message": text})
    with temporary_store() as store:
        store.event_bodies.keep("json", (text.upper() if depth == 0 else text).encode() + b"\xff", NOW)
        store.event_bodies.keep("json", b"another@gemeente.example", NOW)
        with store.database.writing() as connection:
            number = take_out(connection, email)
        first, second = store.event_bodies.stored()

    assert number == 1
    assert b"@gemeente" not in first.data.lower()
    assert first.data.endswith(b"\xff")
    assert second.data == b"another@gemeente.example"


def test_a_report_that_comes_after_somebody_is_forgotten_does_not_keep_them(hooks: Site) -> None:
    told = row(hooks, ANNA, "bounced", bounce="hard", email=ANNA, id="1", reason=f"550 <{ANNA}> unknown")
    hooks.project.privacy.forget(ANNA)

    post(hooks, told, row(hooks, BERT, "delivered", email=BERT))

    (body,) = hooks.project.store.event_bodies.stored()
    assert ANNA.encode() not in body.data
    assert BERT.encode() in body.data
    hooks.project.store.close()
    assert ANNA.encode() not in b"".join(
        path.read_bytes() for path in hooks.database.parent.glob("newsletter.db*")
    )


def test_an_address_in_the_words_of_a_server_is_not_kept_beside_the_event(hooks: Site) -> None:
    post(hooks, row(hooks, ANNA, "bounced", bounce="hard", reason=f"550 <{ANNA}> unknown"))

    (fate,) = [one for one in hooks.project.store.events.fates("c1") if one.reason]
    assert fate.reason == "550 <a…@gemeente.example> unknown"
