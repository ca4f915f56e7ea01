"""What holds for every answer of the site, whatever was asked."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from starlette.types import Message

from newsletter.domain.subscriber import SubscriberStatus
from newsletter.errors import ConfigError
from newsletter.site.languages import choose_language
from newsletter.site.limits import BODY_BYTES
from tests.unit.site.conftest import ANNA
from tests.unit.site.site_world import Site, make_site


@pytest.mark.parametrize("path", ["/health", "/nothing", "/site.css", "/unsubscribe/x"])
def test_every_answer_has_the_headers_that_keep_readers_safe(site: Site, path: str) -> None:
    headers = site.get(path).headers

    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
    assert "script-src" not in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["strict-transport-security"]


def test_a_personal_page_is_neither_kept_nor_found(site: Site) -> None:
    headers = site.get(site.links(ANNA)["unsubscribe_url"]).headers

    assert headers["cache-control"] == "no-store"
    assert headers["x-robots-tag"] == "noindex, nofollow"


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/%ff", 404), ("PUT", "/health", 405)])
def test_what_does_not_exist_is_a_page_too(site: Site, method: str, path: str, status: int) -> None:
    answer = site.ask(method, path, headers={"Accept-Language": "en"})

    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert "<h1>" in answer.text


def test_a_body_that_is_too_large_is_refused_whatever_it_says_of_itself(site: Site) -> None:
    link = site.links(ANNA)["unsubscribe_url"]
    kind = {"Content-Type": "application/x-www-form-urlencoded"}

    async def chunks():  # type: ignore[no-untyped-def]  # httpx takes any
        for _ in range(BODY_BYTES // 1024 + 1):
            yield b"a" * 1024

    honest = site.post(link, content=b"a" * (BODY_BYTES + 1), headers=kind)
    silent = site.post(link, content=chunks(), headers=kind)

    assert (honest.status_code, silent.status_code) == (413, 413)


def test_our_own_failure_is_never_the_visitors(site: Site) -> None:
    link = site.links(ANNA)["unsubscribe_url"]
    site.project.store.database.path.unlink()
    site.project.store.close()

    answers = [site.get("/health"), site.post(link, data={"leave": "yes"})]

    assert [answer.status_code for answer in answers] == [503, 503]
    assert answers[1].headers["retry-after"]


def test_no_page_has_a_link_to_a_host_that_stands_in_its_own_path(site: Site) -> None:
    page = site.get("https://brief.example//elsewhere.example/herfst").text

    assert ('href="//' in page, 'href="/elsewhere.example/herfst?lang=en"' in page) == (False, True)


def test_who_goes_away_in_the_middle_of_a_form_is_no_failure_of_ours(site: Site) -> None:
    coming: list[Message] = [
        {"type": "http.request", "body": b"email=a", "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        return coming.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/subscribe",
        "query_string": b"",
        "headers": [(b"content-type", b"application/x-www-form-urlencoded")],
    }
    asyncio.run(site.app(scope, receive, send))

    assert sent[0]["status"] == 400


def test_a_site_below_a_path_answers_with_and_without_it(tmp_path: Path) -> None:
    site = make_site(tmp_path, {ANNA: "en"}, base="https://example.org/brief")
    link = site.links(ANNA)["unsubscribe_url"]

    whole, bare = site.get(link), site.get(link.replace("/brief/", "/"))

    assert (whole.status_code, bare.status_code) == (200, 200)
    assert 'href="/brief/site.css"' in whole.text
    assert 'action="/brief/unsubscribe/' in bare.text
    assert [site.get(f"https://example.org/brief{end}").status_code for end in ("", "/")] == [200, 200]
    assert site.get("https://example.org/briefing").status_code == 404
    site.project.close()


def test_a_slash_at_the_end_is_answered_without_a_redirect_to_whatever_host(site: Site) -> None:
    page = site.get("/subscribe/", headers={"Host": "elsewhere.example"})
    left = site.post(f"{site.links(ANNA)['unsubscribe_url']}/", data={"List-Unsubscribe": "One-Click"})

    assert (page.status_code, left.status_code) == (200, 200)
    assert site.status(ANNA) is SubscriberStatus.UNSUBSCRIBED


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("nl-BE,nl;q=0.9,en;q=0.8", "nl"),
        ("en;q=0.1, nl;q=0.2", "nl"),
        ("nl;q=0, de", "en"),
        ("*", "en"),
        (";;q=x,,=", "en"),
    ],
)
def test_the_browser_says_which_language(accepted: str, chosen: str) -> None:
    assert choose_language(("en", "nl"), (None,), accepted, "en") == chosen


def test_a_sentence_of_the_projects_own_replaces_ours(tmp_path: Path) -> None:
    own = tmp_path / "templates" / "site"
    own.mkdir(parents=True)
    (own / "words.nl.toml").write_text('[unsubscribe]\ntitle = "Ga je weg?"\n')
    site = make_site(tmp_path, {ANNA: "nl"})

    page = site.get(site.links(ANNA)["unsubscribe_url"]).text

    assert "Ga je weg?" in page
    assert "Afmelden" in page
    site.project.close()


def test_what_is_wrong_with_templates_of_ones_own_is_told_before_anybody_comes(tmp_path: Path) -> None:
    own = tmp_path / "templates" / "site"
    own.mkdir(parents=True)
    (own / "left.html.j2").write_text('{% extends "_page.html.j2" %}\n{% block main %}\n')

    with pytest.raises(ConfigError, match=r"templates/site/left.html.j2:\d: "):
        make_site(tmp_path, {})


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("[left]\ntitel = 'x'\n", 'no page says "left.titel"'),
        ("[left]\ntext = '{who} is gone'\n", "nothing to put in {who}"),
        ("[left]\ntext = '{name'\n", "a brace too many"),
        ("[left\n", "cannot be read"),
    ],
)
def test_what_is_wrong_with_ones_own_words_is_told_with_the_file(
    tmp_path: Path, words: str, told: str
) -> None:
    own = tmp_path / "templates" / "site"
    own.mkdir(parents=True)
    (own / "words.nl.toml").write_text(words)

    with pytest.raises(ConfigError) as caught:
        make_site(tmp_path, {})

    assert told in str(caught.value)
    assert "templates/site/words.nl.toml" in str(caught.value)


def test_the_stylesheet_of_ones_own_is_served_as_it_is(tmp_path: Path) -> None:
    own = tmp_path / "templates" / "site"
    own.mkdir(parents=True)
    (own / "site.css").write_text("a{#b:c}{{d}}")
    site = make_site(tmp_path, {})

    assert site.get("/site.css").text == "a{#b:c}{{d}}"
    site.project.close()
