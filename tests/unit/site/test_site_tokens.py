"""Links open for whom and what they were signed, with any key that still counts, and for nothing else."""

from __future__ import annotations

import random
import string
from datetime import timedelta

from newsletter.domain.consent import Origin
from newsletter.domain.subscriber import SubscriberStatus
from newsletter.domain.token import sign_token
from newsletter.project import FixedClock
from tests.unit.site.conftest import ANNA, BERT
from tests.unit.site.site_world import NOW, Site

HERE = Origin(source="test")
_URLSAFE = string.ascii_letters + string.digits + "-_."


def _forgeries(site: Site, number: int) -> list[str]:
    """Return tokens that nobody signed for this: changed, cut, lengthened, mixed, invented."""
    rng = random.Random(20261127)
    good = [site.links(email)["unsubscribe_url"].rpartition("/")[2] for email in (ANNA, BERT)]
    other = [site.links(email)["preferences_url"].rpartition("/")[2] for email in (ANNA, BERT)]
    mixed = [good[0].partition(".")[0] + "." + good[1].partition(".")[2], *other]
    found = {*mixed, good[0].upper(), f"{good[0]}=", f"{good[0]}.", f"{good[0].replace('.', '..')}"}
    found |= {sign_token(bytes(32), "unsubscribe", token.partition(".")[0]) for token in good}
    while len(found) < number:
        token = rng.choice(good)
        at = rng.randrange(len(token))
        flipped = chr(ord(token[at]) ^ (1 << rng.randrange(7)))
        invented = "".join(rng.choices(_URLSAFE, k=rng.randrange(1, 80)))
        found |= {token[:at] + flipped + token[at + 1 :], token[:at], token + rng.choice(_URLSAFE), invented}
    return sorted(found - set(good))[:number]


def test_of_ten_thousand_forged_tokens_none_is_accepted(site: Site) -> None:
    forged = _forgeries(site, 10_000)

    accepted = [token for token in forged if site.project.visits.leave(token, HERE) is not None]

    assert (len(forged), accepted) == (10_000, [])
    assert {site.status(ANNA), site.status(BERT)} == {SubscriberStatus.ACTIVE}


def test_the_site_says_the_same_of_every_bad_token(site: Site) -> None:
    answers = {
        (answer.status_code, answer.text.replace(token, ""))
        for token in ("x", "é", "a" * 32 + "." + "b" * 22)
        for answer in (site.get(f"/unsubscribe/{token}"),)
    }

    assert len({status for status, _ in answers}) == 1


def test_links_to_leave_work_for_ever_and_others_for_sixty_days_after_a_new_key(site: Site) -> None:
    links = site.links(ANNA)
    leave, choose = (links[name].rpartition("/")[2] for name in ("unsubscribe_url", "preferences_url"))
    visits = site.project.visits
    for _ in range(3):
        visits.rotate_keys()
    at_once = [visits.addressee("unsubscribe", leave), visits.addressee("preferences", choose)]

    site.project.clock = FixedClock(NOW + timedelta(days=61))
    later = [visits.addressee("unsubscribe", leave), visits.addressee("preferences", choose)]

    assert [who is not None for who in (*at_once, *later)] == [True, True, True, False]


def test_a_new_key_signs_the_next_letters_and_another_process_knows_it(site: Site) -> None:
    before = site.project.store.signing_keys.read().current

    site.project.visits.rotate_keys()

    current = site.project.store.signing_keys.read().current
    token = sign_token(current, "unsubscribe", site.delivery(ANNA))
    assert current != before
    assert site.get(f"/unsubscribe/{token}").status_code == 200


def test_the_links_of_a_test_letter_say_that_no_reader_belongs_to_them(site: Site) -> None:
    key = site.project.store.signing_keys.read().current
    token = sign_token(key, "unsubscribe", "0" * 32)

    answers = [site.get(f"/unsubscribe/{token}"), site.post(f"/unsubscribe/{token}", data={"leave": "yes"})]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert all("Deze brief kennen we niet" in answer.text for answer in answers)
