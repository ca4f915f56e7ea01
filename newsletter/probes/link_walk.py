"""The way to the page behind one link: HEAD, then GET where that says little, from redirect to redirect."""

from __future__ import annotations

import html
import os
import re
import ssl
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from urllib.parse import urljoin

import h11

from newsletter.domain.link_answer import LinkAnswer, LinkState
from newsletter.probes.addresses import Address, MayConnect
from newsletter.probes.http import BadAddress, Reply, Target, request
from newsletter.probes.names import NamesFail, NoSuchHost

__all__ = ["Unreachable", "Walk", "Way"]

_MOST_HOPS = 5
_MOST_ADDRESSES = 3
_TITLE_BYTES = 65_536
_GONE = (404, 410)
_REDIRECTS = (301, 302, 303, 307, 308)
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,300})", re.IGNORECASE)
_BROKEN = {9: "is not valid yet", 10: "has expired", 18: "vouches for itself", 62: "is for another name"}
"""Faults of a certificate that no browser lets pass, by OpenSSL's number (X509_V_ERR_…).

Others, such as an issuer this machine does not know, may be no fault in a browser.
"""


class Unreachable(Exception):
    """Nothing was reached, and the cause may be this machine's own connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How to get anywhere: who knows addresses, which may be connected to, and whom to trust."""

    addresses: Callable[[str], Coroutine[object, object, tuple[Address, ...]]]
    may_connect: MayConnect
    tls: ssl.SSLContext


@dataclass(slots=True)
class Walk:
    """One link being looked at; `hops` are the addresses passed on to so far."""

    url: str
    way: Way
    hops: list[str] = field(default_factory=list)

    async def answer(self) -> LinkAnswer:
        """Return what became of it. Raises Unreachable; has no deadline of its own."""
        try:
            return await self._follow()
        except BadAddress as error:
            return self._end(LinkState.UNSURE, f"the address cannot be asked: {error}")
        except NoSuchHost as none:
            return self._end(LinkState.GONE, str(none))
        except NamesFail as failure:
            if failure.is_silent:
                raise Unreachable(str(failure)) from failure
            return self._end(LinkState.UNSURE, str(failure))
        except ssl.SSLCertVerificationError as error:
            fault = _BROKEN.get(error.verify_code)
            if fault:
                return self._end(LinkState.UNTRUSTED, f"its certificate {fault}")
            return self._end(LinkState.UNSURE, "this machine cannot check its certificate")
        except (ssl.SSLError, h11.RemoteProtocolError, h11.LocalProtocolError):
            return self._end(LinkState.UNSURE, "the server does not speak as a web server should")
        except (ConnectionError, TimeoutError) as error:
            return self._end(LinkState.UNSURE, _said(error))
        except OSError as error:
            raise Unreachable(_said(error)) from error

    async def _follow(self) -> LinkAnswer:
        here = self.url
        while True:
            target = Target.of(here)
            found = await self._allowed(target)
            if not found:
                return self._end(LinkState.FORBIDDEN, "it leads into a private network")
            reply = await self._ask(target, found)
            if reply.status not in _REDIRECTS or not reply.location:
                return self._verdict(reply)
            here = urljoin(here, reply.location)
            if here in (self.url, *self.hops):
                return self._end(LinkState.UNSURE, "it goes round in circles", reply)
            self.hops.append(here)
            if len(self.hops) > _MOST_HOPS:
                return self._end(LinkState.UNSURE, f"it was passed on more than {_MOST_HOPS} times", reply)

    async def _allowed(self, target: Target) -> tuple[Address, ...]:
        """Return the addresses to try: none when one of them may not be connected to."""
        if ("." not in target.host and ":" not in target.host) or target.host.endswith(
            (".localhost", ".local")
        ):
            return ()
        found = await self.way.addresses(target.host)
        return found[:_MOST_ADDRESSES] if all(map(self.way.may_connect, found)) else ()

    async def _ask(self, target: Target, found: tuple[Address, ...]) -> Reply:
        """Ask with HEAD; with GET where HEAD finds no page.

        After a redirect GET too: the title may tell that the page is not the one that was meant.
        """
        try:
            reply = await self._try("HEAD", target, found)
            if reply.status in _REDIRECTS or (reply.status < 300 and not self.hops):
                return reply
        except (ConnectionError, h11.RemoteProtocolError):  # some servers know no HEAD; GET has the last word
            pass
        return await self._try("GET", target, found)

    async def _try(self, method: str, target: Target, found: tuple[Address, ...]) -> Reply:
        most = _TITLE_BYTES if method == "GET" else 0
        for address in found[:-1]:
            try:
                return await request(method, target, address, self.way.tls, most_bytes=most)
            except OSError:  # another address of the same host may answer
                continue
        return await request(method, target, found[-1], self.way.tls, most_bytes=most)

    def _verdict(self, reply: Reply) -> LinkAnswer:
        if 200 <= reply.status < 300:
            return self._end(LinkState.ALIVE, "", reply)
        if reply.status in _GONE:
            return self._end(
                LinkState.GONE, f"the server says that the page is not there ({reply.status})", reply
            )
        return self._end(
            LinkState.UNSURE, _REASONS.get(reply.status, f"the server answers {reply.status}"), reply
        )

    def _end(self, state: LinkState, reason: str, reply: Reply | None = None) -> LinkAnswer:
        return LinkAnswer(
            url=self.url,
            state=state,
            reason=reason,
            status=reply.status if reply else None,
            hops=tuple(self.hops),
            title=_title(reply) if reply else "",
        )


_REASONS = {
    401: "the server wants a password (401)",
    403: "the server does not show it to a program (403)",
    429: "the server is asked too often (429)",
    503: "the server is too busy (503)",
}


def _title(reply: Reply) -> str:
    if "html" not in reply.content_type:
        return ""
    match = _TITLE.search(reply.body.decode("utf-8", "replace"))
    return " ".join(html.unescape(match[1]).split())[:120] if match else ""


def _said(error: OSError) -> str:
    words = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
    return " ".join(words.split()).lower()[:200] or type(error).__name__
