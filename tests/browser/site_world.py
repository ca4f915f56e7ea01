"""The site on a port of its own, with readers, a letter that went out, and every page it has."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import Page

from newsletter.domain.person_token import PersonClaim, sign_person_token
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
    from newsletter.domain.consent import Origin

    site.project.consent.request(email, lang="nl", origin=Origin(source="test"))
    waiting = site.project.store.service_mails.waiting(site.project.clock.now(), 100)
    mail = next(one for one in waiting if one.email == email)
    assert mail.subscriber_id is not None
    claim = PersonClaim(subscriber_id=mail.subscriber_id, nonce=mail.nonce, expires=mail.expires)
    key = site.project.store.signing_keys.read().current
    return f"{site.base}/confirm/{sign_person_token(key, 'confirm', claim)}"


def every_page(site: Site) -> dict[str, Callable[[Page], object]]:
    """Return how to come to each page the site has; those that change something come last."""
    links = site.links(ANNA)
    confirm = confirm_link(site, "nieuw@gemeente.example")

    def press(page: Page) -> None:
        page.locator("main button").last.click()

    def fill_in(page: Page, email: str) -> None:
        page.goto(f"{site.base}/subscribe")
        page.locator("#email").fill(email)
        page.evaluate("() => document.querySelector('form').noValidate = true")
        press(page)

    def bad_pause(page: Page) -> None:
        page.goto(links["preferences_url"])
        page.evaluate("() => document.querySelector('form').noValidate = true")
        page.locator("#pause").fill("2020-01-01")
        press(page)

    def saved(page: Page) -> None:
        page.goto(links["preferences_url"])
        press(page)

    def asked(page: Page) -> None:
        fill_in(page, "fast@gemeente.example")
        page.locator("#website").evaluate("field => field.value = 'x'")
        press(page)

    def confirmed(page: Page) -> None:
        page.goto(confirm)
        press(page)

    def left(page: Page) -> None:
        page.goto(links["unsubscribe_url"])
        press(page)

    return {
        "subscribe": lambda page: page.goto(f"{site.base}/"),
        "bad address": lambda page: fill_in(page, "not an address"),
        "once more": lambda page: fill_in(
            page, "nieuw.iemand.met.een.lange.naam@waterschapdrentsoverijsselsedelta.example"
        ),
        "asked": asked,
        "archive": lambda page: page.goto(f"{site.base}/archive"),
        "letter": lambda page: page.goto(f"{site.base}/archive/{SLUG}"),
        "nothing": lambda page: page.goto(f"{site.base}/nothing"),
        "unsubscribe": lambda page: page.goto(links["unsubscribe_url"]),
        "preferences": lambda page: page.goto(links["preferences_url"]),
        "bad pause": bad_pause,
        "confirm": lambda page: page.goto(confirm),
        "saved": saved,
        "confirmed": confirmed,
        "already": lambda page: page.goto(confirm),
        "left": left,
    }
