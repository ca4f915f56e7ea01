"""Coming in: the same answer for everybody, a confirmation by a press of a button, and limits."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from newsletter.domain.person_token import PersonClaim, sign_person_token
from newsletter.domain.service_mail import ServiceMail
from newsletter.domain.subscriber import SubscriberStatus
from newsletter.project import FixedClock
from tests.unit.site.conftest import ANNA
from tests.unit.site.site_world import NOW, Site

NEW = "nieuw@gemeente.example"


def filled_in(site: Site, **fields: str) -> dict[str, str]:
    """Open the form, take a while over it, and return what it then sends."""
    page = site.get("/subscribe?lang=nl").text
    site.project.clock = FixedClock(site.project.clock.now() + timedelta(seconds=20))
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    return {**hidden, "website": "", **fields}


def waiting(site: Site) -> list[ServiceMail]:
    return site.project.store.service_mails.waiting(site.project.clock.now(), 100)


def token(site: Site, mail: ServiceMail) -> str:
    assert mail.subscriber_id is not None
    claim = PersonClaim(subscriber_id=mail.subscriber_id, nonce=mail.nonce, expires=mail.expires)
    return sign_person_token(site.project.store.signing_keys.read().current, "confirm", claim)


def asked(site: Site) -> str:
    """Let somebody new ask for the letter; return the path of the link they get."""
    site.post("/subscribe", data=filled_in(site, email=NEW))
    return f"/confirm/{token(site, waiting(site)[0])}"


def test_a_request_makes_somebody_pending_and_queues_one_mail(site: Site) -> None:
    answer = site.post("/subscribe", data=filled_in(site, email=f" {NEW} "))

    assert (answer.status_code, site.status(NEW)) == (200, SubscriberStatus.PENDING)
    assert [(mail.email, mail.lang) for mail in waiting(site)] == [(NEW, "nl")]


def test_nobody_learns_from_the_answer_who_is_on_the_list(site: Site) -> None:
    site.post(site.links(ANNA)["unsubscribe_url"], data={"leave": "yes"})

    answers = [
        site.post("/subscribe", data=filled_in(site, email=email), visitor=f"198.51.100.{at}")
        for at, email in enumerate((NEW, "bert@waterschap.example", ANNA, NEW))
    ]

    bodies = {re.sub(r"\S+@\S+", "ADDRESS", answer.text) for answer in answers}
    assert ({answer.status_code for answer in answers}, len(bodies)) == ({200}, 1)


def test_the_link_in_the_mail_confirms_only_by_its_button(site: Site) -> None:
    link = asked(site)

    opened = site.get(link)
    before = site.status(NEW)
    pressed = site.post(link, data={"confirm": "yes"})

    assert (opened.status_code, before) == (200, SubscriberStatus.PENDING)
    assert (pressed.status_code, site.status(NEW)) == (200, SubscriberStatus.ACTIVE)
    assert "Welkom" in pressed.text


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_second_visit_says_that_it_is_done_already(site: Site, method: str) -> None:
    link = asked(site)
    site.post(link, data={"confirm": "yes"})

    again = site.ask(method, link, **({"data": {"confirm": "yes"}} if method == "POST" else {}))

    assert (again.status_code, "Je hoort er al bij" in again.text) == (200, True)


def test_a_link_that_is_too_old_says_so_and_confirms_nobody(site: Site) -> None:
    link = asked(site)
    site.project.clock = FixedClock(NOW + timedelta(days=8))

    answers = [site.get(link), site.post(link, data={"confirm": "yes"})]

    assert all("Deze link werkt niet meer" in answer.text for answer in answers)
    assert site.status(NEW) is SubscriberStatus.PENDING


def test_a_post_without_the_button_and_a_forged_link_confirm_nobody(site: Site) -> None:
    link = asked(site)

    answers = [site.post(link), site.post(link[:-1], data={"confirm": "yes"}), site.get("/confirm/x")]

    assert [answer.status_code for answer in answers] == [400, 404, 404]
    assert site.status(NEW) is SubscriberStatus.PENDING


def test_a_form_on_another_site_leads_to_a_page_with_a_button(site: Site) -> None:
    first = site.post("/subscribe", data={"email": NEW}, headers={"Origin": "https://elsewhere.example"})
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', first.text))
    nobody = site.project.store.subscribers.get(NEW)
    site.project.clock = FixedClock(NOW + timedelta(seconds=4))
    second = site.post("/subscribe", data=hidden)

    assert (first.status_code, nobody, hidden["email"]) == (200, None, NEW)
    assert (second.status_code, site.status(NEW)) == (200, SubscriberStatus.PENDING)


@pytest.mark.parametrize("after_s", [0.5, 25 * 3600.0])
def test_a_form_filled_in_too_fast_or_too_late_is_asked_for_once_more(site: Site, after_s: float) -> None:
    form = filled_in(site, email=NEW)
    site.project.clock = FixedClock(NOW + timedelta(seconds=after_s))

    answer = site.post("/subscribe", data=form)

    assert ("Klopt dit?" in answer.text, site.project.store.subscribers.get(NEW)) == (True, None)


def test_whoever_fills_in_the_hidden_field_is_thanked_and_forgotten(site: Site) -> None:
    answer = site.post("/subscribe", data=filled_in(site, email=NEW, website="https://spam.example"))

    assert ("Kijk in je mailbox" in answer.text, site.project.store.subscribers.get(NEW)) == (True, None)


@pytest.mark.parametrize(
    "email", ["", "a", "a@", "@b.example", "a@b c", "a\r\nBcc: x@y.example", "<b>@x.example"]
)
def test_what_is_no_address_comes_back_in_the_form_with_a_reason(site: Site, email: str) -> None:
    answer = site.post("/subscribe", data=filled_in(site, email=email))

    assert (answer.status_code, 'role="alert"' in answer.text) == (400, True)
    assert waiting(site) == []


def test_one_visitor_may_ask_five_times_an_hour_and_their_network_twenty_times(site: Site) -> None:
    form = filled_in(site, email=NEW)

    one = [site.post("/subscribe", data=form, visitor="203.0.113.9").status_code for _ in range(6)]
    network = [
        site.post("/subscribe", data=form, visitor=f"203.0.113.{at}").status_code for at in range(20, 36)
    ]
    elsewhere = site.post("/subscribe", data=form, visitor="2001:db8::1").status_code

    assert one == [200] * 5 + [429]
    assert (network.count(200), elsewhere) == (15, 200)


def test_a_flood_from_everywhere_sends_at_most_sixty_mails_an_hour_and_is_told(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    form = filled_in(site, email=NEW)
    quiet = site.project.admission.alarm()

    statuses = [
        site.post(
            "/subscribe", data={**form, "email": f"v{at}@x.example"}, visitor=f"2001:db8:{at:x}::1"
        ).status_code
        for at in range(100)
    ]

    assert (statuses.count(200), len(waiting(site)), quiet) == (60, 60, None)
    assert site.project.admission.alarm() is not None
    assert "somebody is abusing the form" in caplog.text
    site.project.clock = FixedClock(NOW + timedelta(hours=2))
    assert site.project.admission.alarm() is None


def test_forwarded_addresses_count_only_from_a_proxy_that_is_trusted(site: Site) -> None:
    form = filled_in(site, email=NEW)

    codes = [
        site.post(
            "/subscribe", data=form, visitor="203.0.113.9", headers={"X-Forwarded-For": f"192.0.2.{at}"}
        ).status_code
        for at in range(6)
    ]

    assert codes == [200] * 5 + [429]
