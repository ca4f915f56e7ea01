"""My data: a link by mail to whoever the list knows, and being forgotten with the address written out."""

from __future__ import annotations

import io
import json
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest

from newsletter.domain.person_token import PersonClaim, sign_person_token
from newsletter.domain.service_mail import RIGHTS_PURPOSE, ServiceKind
from newsletter.domain.subscriber import SubscriberStatus, SuppressionReason
from newsletter.project import FixedClock
from newsletter.project.people.rights import Rights as PeoplesRights
from tests.unit.site.conftest import ANNA, BERT
from tests.unit.site.site_world import NOW, Site
from tests.unit.site.test_subscribing import waiting


def ask(site: Site, email: str, visitor: str = "203.0.113.9") -> tuple[int, str]:
    page = site.get("/my-data?lang=nl").text
    site.project.clock = FixedClock(site.project.clock.now() + timedelta(seconds=20))
    shown = re.findall(r'name="shown" value="([^"]*)"', page)[0]
    answer = site.post("/my-data?lang=nl", data={"email": email, "shown": shown}, visitor=visitor)
    return answer.status_code, answer.text


def link(site: Site) -> str:
    """Let Anna ask, and return the path of the link she gets."""
    ask(site, ANNA)
    (mail,) = waiting(site)
    assert mail.subscriber_id is not None
    claim = PersonClaim(subscriber_id=mail.subscriber_id, nonce=mail.nonce, expires=mail.expires)
    key = site.project.store.signing_keys.read().current
    return f"/my-data/{sign_person_token(key, RIGHTS_PURPOSE, claim)}"


def test_whoever_is_on_the_list_gets_one_mail_a_day(site: Site) -> None:
    ask(site, ANNA.upper())
    ask(site, ANNA)

    assert [(mail.email.lower(), mail.kind) for mail in waiting(site)] == [(ANNA, ServiceKind.RIGHTS)]


def test_the_answer_says_nothing_about_who_is_on_the_list(site: Site) -> None:
    known, unknown = ask(site, ANNA), ask(site, "nobody@gemeente.example", visitor="198.51.100.1")

    assert known == (unknown[0], unknown[1].replace("nobody@gemeente.example", ANNA))


def test_an_address_that_is_not_on_the_list_is_not_kept_for_asking(site: Site) -> None:
    ask(site, "nobody@gemeente.example")

    kept = b"".join(path.read_bytes() for path in site.database.parent.glob("newsletter.db*"))
    assert (b"nobody@" in kept, ANNA.encode() in kept) == (False, True)


def test_asking_for_ones_data_does_not_stand_in_the_way_of_asking_for_the_letter(site: Site) -> None:
    site.project.store.subscribers.unsubscribe(ANNA, NOW)
    ask(site, ANNA)

    from newsletter.domain.consent import Origin

    site.project.consent.request(ANNA, lang="nl", origin=Origin(source="test"))

    assert {mail.kind for mail in waiting(site)} == {ServiceKind.RIGHTS, ServiceKind.CONFIRM}


def test_a_form_that_came_back_too_fast_is_asked_for_once_more(site: Site) -> None:
    answer = site.post("/my-data?lang=nl", data={"email": ANNA})

    assert ("nog één keer" in answer.text, waiting(site)) == (True, [])


def test_the_link_works_for_a_day_and_for_nothing_else(site: Site) -> None:
    path = link(site)
    token = path.rpartition("/")[2]
    now = [site.get(path).status_code, site.get(f"/confirm/{token}").status_code]

    site.project.clock = FixedClock(NOW + timedelta(days=2))
    later = [site.get(path).status_code, site.post(path, data={"forget": "yes", "address": ANNA}).status_code]

    assert (now, later) == ([200, 404], [404, 404])
    assert site.status(ANNA) is SubscriberStatus.ACTIVE


def test_whoever_writes_out_their_address_is_forgotten(site: Site) -> None:
    path = link(site)

    answer = site.post(path, data={"forget": "yes", "address": f" {ANNA.title()}"})

    assert (answer.status_code, "Je bent vergeten" in answer.text) == (200, True)
    assert site.project.store.subscribers.get(ANNA) is None
    assert site.get(path).status_code == 404


@pytest.mark.parametrize("address", ["", "bert@waterschap.example", "x"])
def test_another_address_forgets_nobody(site: Site, address: str) -> None:
    path = link(site)

    answer = site.post(path, data={"forget": "yes", "address": address})

    assert (answer.status_code, site.status(ANNA)) == (400, SubscriberStatus.ACTIVE)


def test_the_links_of_a_letter_are_still_answered_after_its_reader_is_forgotten(site: Site) -> None:
    links = site.links(ANNA)
    site.post(link(site), data={"forget": "yes", "address": ANNA})

    answers = [site.get(links["unsubscribe_url"]), site.get(links["preferences_url"])]
    answers.append(site.post(links["unsubscribe_url"], data={"List-Unsubscribe": "One-Click"}))

    assert [answer.status_code for answer in answers] == [200, 200, 200]


def test_whoever_has_the_link_gets_all_that_is_kept_of_them_in_one_file(site: Site) -> None:
    answer = site.post(link(site), data={"get": "yes"})

    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        person = json.loads(archive.read("person.json"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert (answer.headers["cache-control"], person["address"]) == ("no-store", ANNA)


OUTSIDE = "weg@provincie.example"


def outsider(site: Site) -> str:
    """Somebody who is not on the list but never mailed asks; return the path of the link they get."""
    site.project.store.subscribers.suppress(OUTSIDE, SuppressionReason.BOUNCED, NOW)
    ask(site, OUTSIDE)
    (mail,) = waiting(site)
    claim = PersonClaim(subscriber_id=mail.subscriber_id or 0, nonce=mail.nonce, expires=mail.expires)
    key = site.project.store.signing_keys.read().current
    return f"/my-data/{sign_person_token(key, RIGHTS_PURPOSE, claim)}"


def test_whoever_is_only_kept_from_being_mailed_gets_their_data_too(site: Site) -> None:
    path = outsider(site)

    page, answer = site.get(path), site.post(path, data={"get": "yes"})

    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        person = json.loads(archive.read("person.json"))
    assert (page.status_code, OUTSIDE in page.text) == (200, True)
    assert (person["address"], person["never_mailed"]["reason"]) == (OUTSIDE, "bounced")


def test_whoever_is_only_kept_from_being_mailed_can_be_forgotten(site: Site) -> None:
    path = outsider(site)

    answer = site.post(path, data={"forget": "yes", "address": OUTSIDE})

    assert (answer.status_code, site.get(path).status_code) == (200, 404)
    assert site.project.store.subscribers.suppression(OUTSIDE).reason is SuppressionReason.ERASED
    kept = b"".join(one.read_bytes() for one in site.database.parent.glob("newsletter.db*"))
    assert OUTSIDE.encode() not in kept


def test_a_link_to_the_data_of_somebody_off_the_list_ends_after_a_day_and_confirms_nothing(
    site: Site,
) -> None:
    path = outsider(site)
    site.project.clock = FixedClock(NOW + timedelta(days=2))

    assert [site.get(path).status_code, site.post(path, data={"get": "yes"}).status_code] == [404, 404]


def test_an_address_that_is_only_kept_from_being_mailed_answers_as_any_other(site: Site) -> None:
    site.project.store.subscribers.suppress(OUTSIDE, SuppressionReason.BOUNCED, NOW)

    known, unknown = ask(site, OUTSIDE), ask(site, "nobody@gemeente.example", visitor="198.51.100.1")

    assert known == (unknown[0], unknown[1].replace("nobody@gemeente.example", OUTSIDE))


def test_links_to_ones_data_come_three_times_a_week_at_most(site: Site) -> None:
    for day in range(6):
        site.project.clock = FixedClock(NOW + timedelta(days=day, minutes=day))
        site.project.rights.ask(ANNA, "nl")

    assert len(waiting(site)) == 3


def test_the_file_is_not_given_for_opening_the_page_or_with_another_link(site: Site) -> None:
    path = link(site)

    answers = [site.get(f"{path}?get=yes"), site.post(path), site.post(f"{path}x", data={"get": "yes"})]

    assert [answer.status_code for answer in answers] == [200, 400, 404]
    assert all("text/html" in answer.headers["content-type"] for answer in answers)


def test_readers_leave_while_somebody_is_being_forgotten(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    path, has_begun, may_end = link(site), Event(), Event()
    waited: list[bool] = []

    def forget(*_of: object) -> bool:
        has_begun.set()
        waited.append(may_end.wait(30))
        return True

    monkeypatch.setattr(PeoplesRights, "forget", forget)
    with ThreadPoolExecutor(1) as other:
        forgetting = other.submit(site.post, path, data={"forget": "yes", "address": ANNA})
        has_begun.wait(30)
        left = site.post(site.links(BERT)["unsubscribe_url"], data={"leave": "yes"})
        may_end.set()

    assert (left.status_code, forgetting.result().status_code, waited) == (200, 200, [True])
