"""Never again: whoever did not ask for our mails can end all of them, with a button behind a link."""

from __future__ import annotations

from datetime import timedelta

import pytest

from newsletter.domain.consent import Origin
from newsletter.domain.person_token import PersonClaim, sign_person_token
from newsletter.domain.service_mail import ServiceMail
from newsletter.domain.subscriber import SubscriberStatus, SuppressionReason
from newsletter.project import FixedClock
from newsletter.project.people.retention import retain
from tests.unit.site.conftest import ANNA
from tests.unit.site.site_world import NOW, Site
from tests.unit.site.test_subscribing import NEW, filled_in, token, waiting

STRANGER = Origin(source="a stranger")


def never_link(site: Site, mail: ServiceMail) -> str:
    claim = PersonClaim(subscriber_id=mail.subscriber_id or 0, nonce=mail.nonce, expires=None)
    return f"/never/{sign_person_token(site.project.store.signing_keys.read().current, 'never', claim)}"


def pestered(site: Site) -> ServiceMail:
    """Anna left, and a stranger asks for the letter with her address."""
    site.post(site.links(ANNA)["unsubscribe_url"], data={"leave": "yes"})
    site.project.consent.request(ANNA, lang="nl", origin=STRANGER)
    (mail,) = waiting(site)
    return mail


def test_the_page_shows_a_button_and_changes_nothing(site: Site) -> None:
    link = never_link(site, pestered(site))

    page = site.get(link)
    head = site.ask("HEAD", link)

    assert (page.status_code, head.status_code, 'name="never"' in page.text) == (200, 200, True)
    assert site.project.store.subscribers.suppression(ANNA).reason is SuppressionReason.UNSUBSCRIBED


def test_whoever_presses_it_gets_no_mail_whatever_a_stranger_fills_in(site: Site) -> None:
    link = never_link(site, pestered(site))

    answer = site.post(link, data={"never": "yes"})
    site.project.clock = FixedClock(NOW + timedelta(days=8))
    site.project.consent.request(ANNA.upper(), lang="nl", origin=STRANGER)
    site.project.rights.ask(ANNA, "nl")

    assert (answer.status_code, "Er komt geen mail meer" in answer.text) == (200, True)
    assert waiting(site) == []
    assert "Er komt geen mail meer" in site.get(link).text


def test_a_confirmation_that_is_out_brings_nobody_back_who_refused(site: Site) -> None:
    mail = pestered(site)

    site.post(never_link(site, mail), data={"never": "yes"})
    answer = site.post(f"/confirm/{token(site, mail)}", data={"confirm": "yes"})

    assert ("Deze link werkt niet meer" in answer.text, site.status(ANNA)) == (
        True,
        SubscriberStatus.UNSUBSCRIBED,
    )


def test_somebody_new_who_never_asked_can_refuse_too(site: Site) -> None:
    site.post("/subscribe", data=filled_in(site, email=NEW))

    site.post(never_link(site, waiting(site)[0]), data={"never": "yes"})

    assert site.status(NEW) is SubscriberStatus.UNSUBSCRIBED
    assert waiting(site) == []


def test_it_is_written_in_the_log_of_consent_once(site: Site) -> None:
    link = never_link(site, pestered(site))

    site.post(link, data={"never": "yes"})
    before = site.project.consent.head()
    site.post(link, data={"never": "yes"})

    assert site.project.consent.head() == before
    assert before is not None
    assert (before.kind, site.project.consent.faults()) == ("withdrawn", [])


@pytest.mark.parametrize("purpose", ["confirm", "rights"])
def test_a_link_for_something_else_refuses_nothing(site: Site, purpose: str) -> None:
    mail = pestered(site)
    claim = PersonClaim(subscriber_id=mail.subscriber_id or 0, nonce=mail.nonce, expires=None)
    other = sign_person_token(site.project.store.signing_keys.read().current, purpose, claim)

    answers = [site.get(f"/never/{other}"), site.post(f"/never/{other}", data={"never": "yes"})]
    answers.append(site.post(never_link(site, mail)))

    assert [answer.status_code for answer in answers] == [404, 404, 400]
    assert site.project.store.subscribers.suppression(ANNA).reason is SuppressionReason.UNSUBSCRIBED


def test_a_link_whose_address_is_not_kept_any_more_says_so(site: Site) -> None:
    site.post("/subscribe", data=filled_in(site, email=NEW))
    link = never_link(site, waiting(site)[0])
    site.project.clock = FixedClock(NOW + timedelta(days=8))
    retain(site.project)

    answers = [site.get(link), site.post(link, data={"never": "yes"})]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert all("Deze link werkt niet meer" in answer.text for answer in answers)


def test_the_refusal_outlives_the_address(site: Site) -> None:
    site.post(never_link(site, pestered(site)), data={"never": "yes"})

    site.project.privacy.forget_all([ANNA])
    site.project.clock = FixedClock(NOW + timedelta(days=8))
    site.project.consent.request(ANNA, lang="nl", origin=STRANGER)
    site.project.rights.ask(ANNA, "nl")

    assert waiting(site) == []
    assert site.project.privacy.known(ANNA).rows.get("suppression") is None


def test_both_mails_have_the_link_in_both_languages(site: Site) -> None:
    from newsletter.project.people.wordings import read_wording

    for name in ("confirm", "rights"):
        for lang in ("nl", "en"):
            assert "({{ never_url }})" in read_wording(site.project.config, name, lang).text
