"""The site on a port of its own, with readers, a letter that went out, and every page it has."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import Page

from newsletter.domain.consent import Origin
from newsletter.domain.person_token import PersonClaim, sign_person_token
from newsletter.domain.service_mail import RIGHTS_PURPOSE
from newsletter.domain.signing_keys import NEVER
from newsletter.project import SystemClock
from tests.unit.site.site_world import SLUG, Site, make_site
from tests.unit.site.test_archive import LETTER, send, write

ANNA, BERT = "anna@gemeente.example", "bert@waterschap.example"
CONFIG = """
[sender]
from = "Renata de Wit <renata@brief.example>"
[provider]
name = "outbox"
[fields.first_name]
fallback = "lezer"
[fields.frequency]
[segments.water]
where = "tag:water"
description = "Water en dijken"
topic = true
[segments.ruimte]
where = "tag:ruimte"
description = "Ruimte, wonen en de omgevingswet met haar vele aanvullingen"
topic = true
"""


@contextmanager
def running_site(root: Path) -> Iterator[Site]:
    """Serve a site in which "herfst" went to Anna and Bert."""
    listener = socket.create_server(("127.0.0.1", 0))
    site = make_site(
        root,
        {ANNA: "nl", BERT: "en"},
        config=CONFIG,
        base=f"http://127.0.0.1:{listener.getsockname()[1]}",
    )
    write(site, LETTER)
    send(site)
    site.project.clock = SystemClock()
    server = uvicorn.Server(uvicorn.Config(site.app, log_level="warning", access_log=False, lifespan="off"))  # type: ignore[arg-type]  # an ASGI application
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield site
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
        site.project.close()


def confirm_link(site: Site, email: str) -> str:
    """Let `email` ask for the letter, and return the link of the mail that asks to confirm."""
    site.project.consent.request(email, lang="nl", origin=Origin(source="test"))
    return mailed_link(site, email, "confirm", "confirm")


def rights_link(site: Site, email: str) -> str:
    """Let `email` ask for their data, and return the link of the mail they get."""
    site.project.rights.ask(email, "nl")
    return mailed_link(site, email, "my-data", RIGHTS_PURPOSE)


def never_link(site: Site, email: str) -> str:
    """Let a stranger ask for the letter for `email`, and return the link to refuse all mails."""
    site.project.consent.request(email, lang="nl", origin=Origin(source="a stranger"))
    return mailed_link(site, email, "never", NEVER)


def never_token(site: Site, subscriber_id: int, nonce: str) -> str:
    """Return what is in such a link."""
    claim = PersonClaim(subscriber_id=subscriber_id, nonce=nonce, expires=None)
    return sign_person_token(site.project.store.signing_keys.read().current, NEVER, claim)


def mailed_link(site: Site, email: str, path: str, purpose: str) -> str:
    """Return the link in the mail that waits for `email`."""
    waiting = site.project.store.service_mails.waiting(site.project.clock.now(), 100)
    mail = next(one for one in waiting if one.email == email)
    assert mail.subscriber_id is not None
    claim = PersonClaim(subscriber_id=mail.subscriber_id, nonce=mail.nonce, expires=mail.expires)
    key = site.project.store.signing_keys.read().current
    return f"{site.base}/{path}/{sign_person_token(key, purpose, claim)}"


def press(page: Page) -> None:
    page.locator("main button").last.click()


def without_the_browsers_own_checks(page: Page) -> None:
    page.evaluate("() => document.querySelectorAll('form').forEach(one => one.noValidate = true)")


class Visits:
    """How to come to pages that take more than an address."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.links = site.links(ANNA)
        self.confirm = confirm_link(site, "nieuw@gemeente.example")
        self.rights = rights_link(site, BERT)
        self.never = never_link(site, "vreemd@gemeente.example")

    def fill_in(self, page: Page, email: str) -> None:
        page.goto(f"{self._site.base}/subscribe")
        without_the_browsers_own_checks(page)
        page.locator("#email").fill(email)
        press(page)

    def bad_pause(self, page: Page) -> None:
        page.goto(self.links["preferences_url"])
        without_the_browsers_own_checks(page)
        page.locator("#pause").fill("2020-01-01")
        press(page)

    def asked(self, page: Page) -> None:
        self.fill_in(page, "fast@gemeente.example")
        page.locator("#website").evaluate("field => field.value = 'x'")
        press(page)

    def forget(self, page: Page, address: str) -> None:
        page.goto(self.rights)
        page.locator("#address").fill(address)
        press(page)

    def go_and_press(self, page: Page, link: str) -> None:
        page.goto(link)
        press(page)


def every_page(site: Site) -> dict[str, Callable[[Page], object]]:
    """Return how to come to each page the site has; those that change something come last."""
    visits, base = Visits(site), site.base
    leave, choose = visits.links["unsubscribe_url"], visits.links["preferences_url"]
    long = "nieuw.iemand.met.een.lange.naam@waterschapdrentsoverijsselsedelta.example"
    return {
        "subscribe": lambda page: page.goto(f"{base}/"),
        "bad address": lambda page: visits.fill_in(page, "not an address"),
        "once more": lambda page: visits.fill_in(page, long),
        "asked": visits.asked,
        "archive": lambda page: page.goto(f"{base}/archive"),
        "letter": lambda page: page.goto(f"{base}/archive/{SLUG}"),
        "nothing": lambda page: page.goto(f"{base}/nothing"),
        "unsubscribe": lambda page: page.goto(leave),
        "preferences": lambda page: page.goto(choose),
        "bad pause": visits.bad_pause,
        "my data": lambda page: page.goto(f"{base}/my-data"),
        "my data over": lambda page: page.goto(f"{base}/my-data/x"),
        "rights": lambda page: page.goto(visits.rights),
        "other address": lambda page: visits.forget(page, "iemand.anders@gemeente.example"),
        "confirm": lambda page: page.goto(visits.confirm),
        "never": lambda page: page.goto(visits.never),
        "saved": lambda page: visits.go_and_press(page, choose),
        "confirmed": lambda page: visits.go_and_press(page, visits.confirm),
        "already": lambda page: page.goto(visits.confirm),
        "left": lambda page: visits.go_and_press(page, leave),
        "never over": lambda page: page.goto(f"{base}/never/{never_token(site, 0, '0' * 16)}"),
        "never done": lambda page: visits.go_and_press(page, visits.never),
        "forgotten": lambda page: visits.forget(page, BERT),
    }
