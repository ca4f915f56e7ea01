"""Leaving: a page with a button, and the one-click request of mail programs (RFC 8058)."""

from __future__ import annotations

import pytest

from newsletter.domain.campaign import Attempt
from newsletter.domain.delivery import CampaignEvent
from newsletter.domain.subscriber import SubscriberStatus
from newsletter.protocols import LateSuppression
from tests.unit.site.conftest import ANNA, BERT
from tests.unit.site.site_world import NOW, Site

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def test_opening_the_link_changes_nothing(site: Site) -> None:
    answer = site.get(site.links(ANNA)["unsubscribe_url"])

    assert (answer.status_code, site.status(ANNA)) == (200, SubscriberStatus.ACTIVE)
    assert "<button" in answer.text


def test_a_head_request_has_the_headers_of_the_page_and_changes_nothing(site: Site) -> None:
    link = site.links(ANNA)["unsubscribe_url"]

    head, get = site.ask("HEAD", link), site.get(link)

    assert (head.status_code, head.content, head.headers) == (200, b"", get.headers)
    assert site.status(ANNA) is SubscriberStatus.ACTIVE


@pytest.mark.parametrize("shape", ["urlencoded", "multipart"])
def test_one_click_leaves_without_cookies_and_without_a_redirect(site: Site, shape: str) -> None:
    link = site.links(ANNA)["unsubscribe_url"]
    body = (
        {"data": ONE_CLICK} if shape == "urlencoded" else {"files": {"List-Unsubscribe": (None, "One-Click")}}
    )

    answer = site.post(link, **body)

    assert (answer.status_code, site.status(ANNA)) == (200, SubscriberStatus.UNSUBSCRIBED)
    assert "set-cookie" not in answer.headers
    assert site.status(BERT) is SubscriberStatus.ACTIVE


def test_the_button_of_the_page_leaves(site: Site) -> None:
    answer = site.post(site.links(ANNA)["unsubscribe_url"], data={"leave": "yes"})

    assert (answer.status_code, site.status(ANNA)) == (200, SubscriberStatus.UNSUBSCRIBED)
    assert "Je bent afgemeld" in answer.text


def test_leaving_twice_is_as_good_as_once(site: Site) -> None:
    link = site.links(ANNA)["unsubscribe_url"]

    answers = [site.post(link, data=ONE_CLICK) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].text == answers[1].text


@pytest.mark.parametrize(
    "body",
    [{}, {"data": {"leave": "no"}}, {"content": b"List-Unsubscribe=One-Click"}, {"json": ONE_CLICK}],
    ids=["empty", "another value", "no type", "json"],
)
def test_a_post_that_does_not_say_so_changes_nothing(site: Site, body: dict[str, object]) -> None:
    answer = site.post(site.links(ANNA)["unsubscribe_url"], **body)

    assert (answer.status_code, site.status(ANNA)) == (400, SubscriberStatus.ACTIVE)


def test_a_link_for_something_else_does_not_unsubscribe(site: Site) -> None:
    link = site.links(ANNA)["preferences_url"].replace("/preferences/", "/unsubscribe/")

    answer = site.post(link, data=ONE_CLICK)

    assert (answer.status_code, site.status(ANNA)) == (404, SubscriberStatus.ACTIVE)


def test_whoever_left_is_not_in_the_batch_that_a_running_campaign_submits_next(site: Site) -> None:
    ledger = site.project.store.ledger
    ledger.change("c1", CampaignEvent.RUN)
    batch = ledger.next_batch("c1", NOW)
    assert batch is not None

    site.post(site.links(ANNA)["unsubscribe_url"], data=ONE_CLICK)

    attempt = Attempt(batch_id=batch.id, number=1, key="k", body_digest="b" * 64, started_at=NOW)
    assert ledger.intend(batch, attempt) == LateSuppression(positions=frozenset({0}))


def test_whoever_has_another_address_by_now_leaves_with_both(site: Site) -> None:
    with site.project.store.database.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE subscriber SET email='new@brief.example', email_key='new@brief.example' "
            "WHERE email_key=?",
            (ANNA,),
        )

    site.post(site.links(ANNA)["unsubscribe_url"], data=ONE_CLICK)

    subscribers = site.project.store.subscribers
    assert site.status("new@brief.example") is SubscriberStatus.UNSUBSCRIBED
    assert set(subscribers.suppressed([ANNA, "new@brief.example"])) == {ANNA, "new@brief.example"}


def test_whoever_complained_is_not_noted_as_merely_gone(site: Site) -> None:
    link = site.links(ANNA)["unsubscribe_url"]
    site.project.store.subscribers.set_status(ANNA, SubscriberStatus.COMPLAINED, NOW)

    answer = site.post(link, data=ONE_CLICK)

    assert (answer.status_code, site.status(ANNA)) == (200, SubscriberStatus.COMPLAINED)


@pytest.mark.parametrize(
    ("asked", "accepted", "title"),
    [
        ("", "de, en;q=0.5", "Wil je je afmelden?"),  # the reader's own language wins
        ("?lang=en", "nl", "Do you want to leave?"),
        ("?lang=xx", "en", "Wil je je afmelden?"),
    ],
)
def test_the_page_is_in_the_readers_language_unless_another_is_asked_for(
    site: Site, asked: str, accepted: str, title: str
) -> None:
    link = site.links(ANNA)["unsubscribe_url"] + asked

    answer = site.get(link, headers={"Accept-Language": accepted})

    assert title in answer.text
