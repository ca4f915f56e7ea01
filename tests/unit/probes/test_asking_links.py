"""Links are asked politely, where they were looked up, and only a page that is gone is called gone."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from local_world import HASTE, NOW, Authority, LocalNames, LocalWeb, Page, link_asker, serve_names

from newsletter.domain.link_answer import LinkAnswer, LinkState
from newsletter.errors import CannotAsk
from newsletter.probes.addresses import as_address, is_public
from newsletter.probes.http import BadAddress, Target
from newsletter.probes.links import LinkPace
from newsletter.testing.local_server import reset

LOCAL = ["127.0.0.1"]


@pytest.fixture(scope="module")
def names() -> Iterator[LocalNames]:
    zone = {
        ("brief.example", "A"): LOCAL,
        ("www.brief.example", "A"): LOCAL,
        ("elders.example", "A"): LOCAL,
        ("intern.example", "A"): ["10.0.0.7"],
        ("half.example", "A"): ["203.0.114.9", "192.168.1.1"],
        ("mapped.example", "AAAA"): ["::ffff:10.0.0.7"],
        ("lame.example", "A"): "SERVFAIL",
        ("empty.example", "TXT"): ['"nothing"'],
    }
    with serve_names(zone) as names:
        yield names


def _ask(names: LocalNames, directory: Path, url: str, **options: object) -> LinkAnswer:
    return link_asker(names, directory, **options).ask([url])[url]


def _hang_up(wire: socket.socket) -> None:
    reset(wire)


def _drip(web: LocalWeb):
    def serve(wire: socket.socket) -> None:
        wire.sendall(b"HTTP/1.1 200 OK\r\n")
        while not web.stopping.wait(0.02):
            wire.sendall(b"x-more: and more\r\n")

    return serve


def test_a_page_that_is_there_is_asked_once_with_head(names: LocalNames, tmp_path: Path) -> None:
    with LocalWeb({"/verhaal": Page()}) as web:
        answer = _ask(names, tmp_path, web.url("/verhaal"))

    assert (answer.state, answer.status) == (LinkState.ALIVE, 200)
    assert web.asked == [("HEAD", "brief.example", "/verhaal")]


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_is_gone_only_when_get_says_so_too(names: LocalNames, tmp_path: Path, status: int) -> None:
    with LocalWeb({"/weg": Page(status), "/geen-head": Page(200, head=status)}) as web:
        gone = _ask(names, tmp_path, web.url("/weg"))
        shy = _ask(names, tmp_path, web.url("/geen-head"))

    assert (gone.state, gone.status) == (LinkState.GONE, status)
    assert shy.state is LinkState.ALIVE
    assert [method for method, *_ in web.asked] == ["HEAD", "GET"] * 2


@pytest.mark.parametrize("status", [405, 403, 501])
def test_a_server_without_head_is_asked_with_get(names: LocalNames, tmp_path: Path, status: int) -> None:
    with LocalWeb({"/": Page(200, head=status)}) as web:
        answer = _ask(names, tmp_path, web.url("/"))

    assert answer.state is LinkState.ALIVE


@pytest.mark.parametrize("status", [400, 401, 403, 429, 500, 503, 999])
def test_a_hiccup_is_never_called_gone(names: LocalNames, tmp_path: Path, status: int) -> None:
    with LocalWeb({"/": Page(status)}) as web:
        answer = _ask(names, tmp_path, web.url("/"))

    assert (answer.state, answer.status) == (LinkState.UNSURE, status)
    assert str(status) in answer.reason


@pytest.mark.parametrize(
    ("url", "state", "reason"),
    [
        ("http://nergens.example/", LinkState.GONE, "there is no such host"),
        ("http://empty.example/", LinkState.GONE, "the host has no address"),
        ("http://lame.example/", LinkState.UNSURE, "its name servers refuse"),
        ("http://brief.example:1/", LinkState.UNSURE, "refused"),
        ("http://brief.example:99999/", LinkState.UNSURE, "cannot be asked"),
        ("http://" + "a" * 70 + ".example/", LinkState.GONE, "there is no such host"),
        ("http://xn--\u00e9.example/", LinkState.UNSURE, "cannot be asked"),
    ],
)
def test_what_cannot_be_reached_is_told_apart(
    names: LocalNames, tmp_path: Path, url: str, state: LinkState, reason: str
) -> None:
    answer = _ask(names, tmp_path, url)

    assert answer.state is state
    assert reason in answer.reason


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.7/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.2]/",
        "http://[64:ff9b::7f00:2]/",
        "http://intern.example/",
        "http://half.example/",
        "http://mapped.example/",
        "http://localhost/",
        "http://printer/",
        "http://nas.local/",
    ],
)
def test_a_private_address_is_never_connected_to(names: LocalNames, tmp_path: Path, url: str) -> None:
    answer = _ask(names, tmp_path, url)

    assert (answer.state, answer.status) == (LinkState.FORBIDDEN, None)


def test_a_redirect_into_a_private_network_is_not_followed(names: LocalNames, tmp_path: Path) -> None:
    with LocalWeb({"/": Page(302, {"location": "http://10.0.0.7/geheim"})}) as web:
        answer = _ask(names, tmp_path, web.url("/"))

    assert answer.state is LinkState.FORBIDDEN


def test_redirects_are_followed_and_the_title_at_the_end_is_read(names: LocalNames, tmp_path: Path) -> None:
    title = "<title>Pagina niet\n gevonden &amp; weg</title>"
    with LocalWeb(
        {"/a": Page(301, {"location": "/b"}), "/b": Page(308, {"location": "/c"}), "/c": Page(body=title)}
    ) as web:
        answer = _ask(names, tmp_path, web.url("/a"))

    assert answer.state is LinkState.ALIVE
    assert answer.hops == (web.url("/b"), web.url("/c"))
    assert answer.title == "Pagina niet gevonden & weg"


@pytest.mark.parametrize(
    ("pages", "reason"),
    [
        ({"/": Page(302, {"location": "/"})}, "goes round in circles"),
        (
            {f"/{'x' * number}": Page(302, {"location": f"/{'x' * (number + 1)}"}) for number in range(9)},
            "passed on more than 5 times",
        ),
        ({"/": Page(302, {"location": "gopher://brief.example/"})}, "cannot be asked"),
    ],
)
def test_a_way_without_an_end_is_left(
    names: LocalNames, tmp_path: Path, pages: dict[str, Page], reason: str
) -> None:
    with LocalWeb(pages) as web:
        answer = _ask(names, tmp_path, web.url("/"))

    assert answer.state is LinkState.UNSURE
    assert reason in answer.reason


def test_a_server_that_breaks_off_or_babbles_is_a_hiccup(names: LocalNames, tmp_path: Path) -> None:
    def babble(wire: socket.socket) -> None:
        wire.sendall(b"HELLO I AM NO WEB SERVER\r\n\r\n")

    with LocalWeb({"/weg": _hang_up, "/lal": babble}) as web:
        asker = link_asker(names, tmp_path)
        answers = asker.ask([web.url("/weg"), web.url("/lal")])

    assert [answer.state for answer in answers.values()] == [LinkState.UNSURE] * 2


def test_a_server_that_drips_is_left_at_the_deadline_of_one_link(names: LocalNames, tmp_path: Path) -> None:
    web = LocalWeb({})
    web.pages = {"/traag": _drip(web)}
    with web:
        pace = LinkPace(pause_s=0, link_s=0.3, stage_s=30)
        answer = _ask(names, tmp_path, web.url("/traag"), pace=pace)

    assert answer.state is LinkState.UNSURE
    assert answer.reason == "there was no answer within 0.3 seconds"


def test_all_links_together_have_a_deadline(names: LocalNames, tmp_path: Path) -> None:
    web = LocalWeb({})
    web.pages = {f"/{number}": _drip(web) for number in range(12)}
    with web:
        asker = link_asker(names, tmp_path, pace=LinkPace(pause_s=0, link_s=60, stage_s=0.4))
        answers = asker.ask([web.url(path) for path in web.pages])

    assert {answer.reason for answer in answers.values()} == {"all links together took too long"}


def test_one_host_is_asked_two_at_a_time(names: LocalNames, tmp_path: Path) -> None:
    told: list[str] = []
    with LocalWeb({f"/{number}": Page() for number in range(20)}) as web:
        asker = link_asker(names, tmp_path, told=told)
        answers = asker.ask([web.url(path) for path in web.pages])

    assert {answer.state for answer in answers.values()} == {LinkState.ALIVE}
    assert web.most_at_once <= HASTE.per_host
    assert told[-1] == "asked 20 of 20 links"


def test_the_address_is_looked_up_once_and_that_one_is_connected_to(tmp_path: Path) -> None:
    with serve_names({("brief.example", "A"): LOCAL}) as names, LocalWeb({"/": Page(200, head=404)}) as web:
        _ask(names, tmp_path, web.url("/"))

    assert names.asked.count(("brief.example", "A")) == 1
    assert [method for method, *_ in web.asked] == ["HEAD", "GET"]


def test_a_good_answer_is_remembered_for_a_day(names: LocalNames, tmp_path: Path) -> None:
    with LocalWeb({"/": Page(), "/weg": Page(404)}) as web:
        urls = [web.url("/"), web.url("/weg")]
        link_asker(names, tmp_path).ask(urls)
        later = link_asker(names, tmp_path, now=NOW + timedelta(hours=23)).ask(urls)
        next_day = link_asker(names, tmp_path, now=NOW + timedelta(hours=25)).ask(urls)

    assert [answer.age_s for answer in later.values()] == [23 * 3600, 0]
    assert [answer.age_s for answer in next_day.values()] == [0, 0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"version": 1, "answers": [{}]}',
        '{"version": 9}',
        "[" * 100_000,
        '{"version":1,"answers":[{"url":"x","state":"alive","reason":"","status":null,"hops":3,"title":"","at":0}]}',
    ],
)
def test_a_memory_that_makes_no_sense_is_none(names: LocalNames, tmp_path: Path, text: str) -> None:
    (tmp_path / "links.json").write_text(text)

    with LocalWeb({"/": Page()}) as web:
        answer = _ask(names, tmp_path, web.url("/"))

    assert answer.state is LinkState.ALIVE


def test_a_certificate_that_does_not_hold_is_told(names: LocalNames, tmp_path: Path) -> None:
    authority = Authority.make(tmp_path)
    answers = {}
    for kind, tls in (
        ("good", authority.server("brief.example")),
        ("expired", authority.server("brief.example", days=-1)),
        ("other", authority.server("elders.example")),
    ):
        with LocalWeb({"/": Page()}, tls) as web:
            answers[kind] = _ask(names, tmp_path, web.url("/"), tls=authority.trusting)
    with LocalWeb({"/": Page()}, authority.server("brief.example")) as web:
        answers["unknown"] = _ask(names, tmp_path, web.url("/"), tls=Authority.make(tmp_path).trusting)

    assert {kind: answer.state for kind, answer in answers.items()} == {
        "good": LinkState.ALIVE,
        "expired": LinkState.UNTRUSTED,
        "other": LinkState.UNTRUSTED,
        "unknown": LinkState.UNSURE,
    }
    assert answers["expired"].reason == "its certificate has expired"


def test_a_closed_network_that_denies_every_name_means_that_nobody_could_ask(tmp_path: Path) -> None:
    with (
        serve_names({(".", "NS"): "NXDOMAIN"}) as closed,
        pytest.raises(CannotAsk, match="know nothing of the internet"),
    ):
        _ask(closed, tmp_path, "http://elders.example/")


def test_a_silent_name_server_means_that_nobody_could_ask(tmp_path: Path) -> None:
    with serve_names({}) as names:
        port = names.port
    names.port = port

    with pytest.raises(CannotAsk, match="the network cannot be reached"):
        _ask(names, tmp_path, "http://brief.example/", patience_s=0.2)


@settings(max_examples=50)
@given(st.text(max_size=60))
def test_any_address_is_taken_apart_or_refused(text: str) -> None:
    for url in (text, f"http://{text}", f"https://brief.example/{text}"):
        try:
            target = Target.of(url)
        except BadAddress:
            continue
        assert target.host.isascii()
        assert target.path.isascii()
        assert not any(char.isspace() for char in target.path)


@given(st.ip_addresses())
def test_an_address_that_carries_another_is_judged_by_it(address: object) -> None:
    found = as_address(str(address))

    assert found is not None
    if found.version == 4:
        carried = [as_address(f"::ffff:{found}"), as_address(f"64:ff9b::{found}")]
        assert [is_public(one) for one in carried if one] == [is_public(found)] * 2
