"""Programs that look at every link of a letter change nothing, however often they come."""

from __future__ import annotations

import hashlib
import html
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from newsletter.domain.person_token import PersonClaim, sign_person_token
from tests.unit.site.site_world import BASE, NOW, Site, make_site
from tests.unit.site.test_archive import LETTER, send, write
from tests.unit.site.test_choosing import TOPICS

ANNA, BERT, CARO = "anna@gemeente.example", "bert@waterschap.example", "caro@provincie.example"
VISITS = 1000
_LINK = re.compile(r'(?:href|src|action)="([^"]+)"')


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    config = TOPICS + '[fields.first_name]\nfallback = "lezer"\n[sender]\nfrom = "Renata <r@brief.example>"\n'
    made = make_site(tmp_path, {ANNA: "nl", BERT: "en"}, config=config)
    write(made, LETTER)
    send(made)
    yield made
    made.project.close()


def content(database: Path) -> str:
    """Return a digest of every row of every table."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        text = "\n".join(connection.iterdump())
    connection.close()
    return hashlib.sha256(text.encode()).hexdigest()


def links_of_mails(site: Site) -> list[str]:
    """Return every link of Anna's letter, and of the mail that asks Caro to confirm."""
    from newsletter.domain.consent import Origin

    issue = site.project.issues.load(site.project.config.root / "issues" / "2026-11-24-herfst.md")
    rendered = site.project.issues.render(issue)
    values = site.links(ANNA)
    site.project.consent.request(CARO, lang="nl", origin=Origin(source="test"))
    (mail,) = site.project.store.service_mails.waiting(NOW, 10)
    assert mail.subscriber_id is not None
    claim = PersonClaim(subscriber_id=mail.subscriber_id, nonce=mail.nonce, expires=mail.expires)
    token = sign_person_token(site.project.store.signing_keys.read().current, "confirm", claim)
    never = sign_person_token(site.project.store.signing_keys.read().current, "never", claim)
    letter = _LINK.findall(rendered.html.fill(values)) + re.findall(
        r"https?://\S+", rendered.text.fill(values)
    )
    return [*letter, *values.values(), f"{BASE}/confirm/{token}", f"{BASE}/never/{never}", f"{BASE}/"]


def test_a_thousand_visits_to_every_link_of_a_letter_and_onwards_change_nothing(site: Site) -> None:
    waiting = list(dict.fromkeys(html.unescape(link).rstrip(").") for link in links_of_mails(site)))
    before = content(site.database)
    seen: list[str] = []
    statuses = set()
    number = 0
    while number < VISITS:
        link = waiting.pop(0) if waiting else seen[number % len(seen)]
        seen.append(link)
        for method in ("HEAD", "GET"):
            answer = site.ask(method, link, headers={"User-Agent": "Mozilla/5.0 (scanner)"})
            statuses.add(answer.status_code)
            number += 1
        found = (urljoin(link, html.unescape(one)) for one in _LINK.findall(answer.text))
        waiting += [
            one
            for one in dict.fromkeys(found)
            if urlsplit(one).netloc == urlsplit(BASE).netloc and one not in {*seen, *waiting}
        ]

    assert content(site.database) == before
    assert len(set(seen)) > 15, "it went further than the letter"
    assert statuses <= {200, 405}, "405: the address of a form that only takes POST"


@pytest.mark.parametrize("method", ["OPTIONS", "PROPFIND", "PUT", "DELETE", "PATCH", "TRACE"])
def test_no_other_method_does_anything(site: Site, method: str) -> None:
    before = content(site.database)

    statuses = {site.ask(method, link).status_code for link in site.links(ANNA).values()}

    assert (statuses, content(site.database)) == ({405}, before)


def test_a_scanner_that_posts_what_it_finds_without_pressing_a_button_changes_nothing(site: Site) -> None:
    before = content(site.database)

    for link in site.links(ANNA).values():
        page = site.get(link).text
        hidden = dict(re.findall(r'type="hidden" name="([\w.]+)" value="([^"]*)"', page))
        site.post(link, data=hidden)
        site.post(link)

    assert content(site.database) == before
