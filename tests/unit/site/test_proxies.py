"""Behind a proxy the visitor is who the proxy says, if the proxy is one of ours."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from newsletter.domain.network import networks_of
from newsletter.site.proxies import BehindProxies

TRUSTED = ("10.0.0.0/8", "2001:db8::1")


async def _who(scope: Scope, receive: Receive, send: Send) -> None:
    client = Request(scope).client
    await PlainTextResponse(f"{client.host if client else ''} {scope['scheme']}")(scope, receive, send)


@pytest.mark.parametrize(
    ("peer", "forwarded", "visitor"),
    [
        ("10.1.2.3", "198.51.100.7", "198.51.100.7"),
        ("2001:db8::1", "198.51.100.7", "198.51.100.7"),
        ("10.1.2.3", "1.2.3.4, 198.51.100.7, 10.9.9.9", "198.51.100.7"),  # the first anybody can write
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),
        ("10.1.2.3", "", "10.1.2.3"),
    ],
)
def test_the_visitor_is_the_last_address_that_is_no_trusted_proxy(
    peer: str, forwarded: str, visitor: str
) -> None:
    async def ask() -> str:
        transport = httpx.ASGITransport(BehindProxies(_who, TRUSTED), client=(peer, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            headers = {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": "https"} if forwarded else {}
            return (await client.get("/", headers=headers)).text

    scheme = "https" if forwarded and peer != "192.0.2.1" else "http"
    assert asyncio.run(ask()) == f"{visitor} {scheme}"


@pytest.mark.parametrize(
    ("address", "networks"),
    [
        ("198.51.100.7", ("198.51.100.7/32", "198.51.100.0/24")),
        ("2001:db8:1:2:3::4", ("2001:db8:1:2::/64", "2001:db8:1::/48")),
        ("::ffff:198.51.100.7", ("198.51.100.7/32", "198.51.100.0/24")),
        ("fe80::1%eth0", ("fe80::/64", "fe80::/48")),
        ("nonsense", ("unknown", "unknown")),
        (None, ("unknown", "unknown")),
    ],
)
def test_a_visitor_is_known_by_their_network(address: str | None, networks: tuple[str, str]) -> None:
    assert networks_of(address) == networks
