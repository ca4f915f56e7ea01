"""The public site, looked at over https on this machine; nothing is ever posted."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "probes"))
from local_world import Answer, Authority, LocalWeb, Page, here_too

from newsletter.doctor.machine import judge_clock
from newsletter.doctor.site import look_at_site
from newsletter.domain.diagnosis import Health
from newsletter.errors import CannotAsk
from newsletter.probes.addresses import MayConnect, is_public
from newsletter.probes.names import NameServers
from newsletter.probes.pages import PageVisitor
from newsletter.testing.dns_server import DnsServer, DnsTrouble


def _speak_otherwise(wire: socket.socket) -> None:
    wire.sendall(b"220 mail.example ESMTP\r\n")
    wire.close()


TOKEN = f"/unsubscribe/{'0' * 32}.{'A' * 22}"
STRICT = {"strict-transport-security": "max-age=31536000"}
SOUND: dict[str, Answer] = {
    "/health": Page(body="ok\n", fields=STRICT),
    TOKEN: Page(404, fields=STRICT),
    "/date": Page(fields={"date": "Tue, 24 Nov 2026 09:30:00 GMT"}),
    "/no-date": Page(fields={"date": "yesterday"}),
}
ZONE = {("brief.example", "A"): ["127.0.0.1"]}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.make(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def names() -> Iterator[DnsServer]:
    with DnsServer({**ZONE, ("stuk.example", "A"): DnsTrouble.REFUSED}) as server:
        yield server


class World:
    """A site with a certificate, and what is found there."""

    def __init__(self, authority: Authority, names: DnsServer) -> None:
        self.authority, self.names = authority, names
        self.asked: list[tuple[str, str, str]] = []

    def visitor(self, may_connect: MayConnect = here_too) -> PageVisitor:
        servers = NameServers(self.names.address, patience_s=30, stage_s=600)
        return PageVisitor(
            addresses=servers.addresses, may_connect=may_connect, tls=self.authority.trusting, patience_s=60
        )

    def found(
        self,
        changes: Mapping[str, Answer],
        *,
        certificate: str = "brief.example",
        days: int = 90,
        may_connect: MayConnect = here_too,
        reporter: str | None = None,
    ) -> list[str | None]:
        tls = self.authority.server(certificate, days=days)
        with LocalWeb({**SOUND, **changes}, tls) as web:
            look = look_at_site(web.url(""), self.visitor(may_connect).visit, datetime.now(UTC), reporter)
            found = [one.code for one in look if one.health is not Health.FINE]
            self.asked = web.asked
        return found


@pytest.fixture
def world(authority: Authority, names: DnsServer) -> World:
    return World(authority, names)


def test_a_sound_site_is_asked_for_two_pages_and_nothing_is_posted(world: World) -> None:
    assert world.found({}) == []
    assert world.asked == [("GET", "brief.example", "/health"), ("GET", "brief.example", TOKEN)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"/health": Page(503, fields=STRICT)}, ["site-failing"]),
        ({"/health": Page(body="<html>Welkom</html>", fields=STRICT)}, ["site-other"]),
        ({"/health": Page(404, fields=STRICT)}, ["site-other"]),
        ({"/health": Page(301, fields={"location": "https://www.brief.example/health"})}, ["site-moved"]),
        ({"/health": Page(body="ok\n")}, ["site-not-strict"]),
        ({TOKEN: Page(403)}, ["leave-refused"]),
        ({TOKEN: Page(302, fields={"location": "/login"})}, ["leave-refused"]),
        ({TOKEN: Page(500)}, ["site-failing"]),
        ({TOKEN: lambda wire: wire.close()}, ["leave-refused"]),
        ({"/health": _speak_otherwise}, ["site-unreachable"]),
    ],
)
def test_a_fault_of_the_site_is_found_alone(
    world: World, changes: dict[str, Answer], expected: list[str]
) -> None:
    assert world.found(changes) == expected


def test_reports_of_the_provider_have_to_reach_the_site(world: World) -> None:
    assert world.found({"/hooks/sendgrid": Page(405)}, reporter="sendgrid") == []
    assert world.found({"/hooks/sendgrid": Page(401)}, reporter="sendgrid") == ["hook-closed"]
    assert world.found({}, reporter="sendgrid") == ["hook-closed"]


def test_certificates_that_end_soon_or_are_for_another_name_are_told(world: World) -> None:
    assert world.found({}, days=7) == ["site-certificate-ends"]
    assert world.found({}, certificate="elders.example") == ["site-untrusted"]


def test_a_private_network_is_not_asked(world: World) -> None:
    assert world.found({}, may_connect=is_public) == ["site-private"]
    assert world.asked == []


def test_an_address_that_is_none_or_not_https_needs_no_asking(world: World) -> None:
    visit = world.visitor().visit
    now = datetime.now(UTC)

    assert [one.code for one in look_at_site("", visit, now)] == ["site-missing"]
    assert [one.code for one in look_at_site("http://brief.example", visit, now)] == ["site-insecure"]
    assert [one.code for one in look_at_site("https://weg.example", visit, now)] == ["site-unreachable"]
    assert [one.code for one in look_at_site("https://brief.example:0x", visit, now)] == ["site-unreachable"]
    with pytest.raises(CannotAsk, match="refuse"):
        list(look_at_site("https://stuk.example", visit, now))


@pytest.mark.parametrize(
    ("here", "code"),
    [
        ("09:30:30", None),
        ("09:32:00", "clock-drifts"),
        ("09:28:00", "clock-drifts"),
        ("10:30:00", "clock-off"),
    ],
)
def test_the_clock_is_compared_with_that_of_a_server(world: World, here: str, code: str | None) -> None:
    with LocalWeb(SOUND, world.authority.server("brief.example")) as web:
        seen = world.visitor().visit(web.url("/date"))
        without = world.visitor().visit(web.url("/no-date"))
    now = datetime.fromisoformat(f"2026-11-24T{here}+00:00")

    assert judge_clock(seen, now).code == code
    assert judge_clock(without, now).health is Health.FINE
