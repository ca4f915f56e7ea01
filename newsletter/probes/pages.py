"""One page asked once, with what its server says of itself; never a private network, no redirect followed."""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import h11

from newsletter.domain.page_seen import PageSeen
from newsletter.errors import CannotAsk, Problem
from newsletter.probes.addresses import Address, MayConnect, is_public
from newsletter.probes.http import BadAddress, Reply, Target, request
from newsletter.probes.names import NamesFail, NoSuchHost

__all__ = ["PageVisitor"]

_MOST_BYTES = 65_536
_PATIENCE_S = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PageVisitor:
    """Asks pages; `addresses` knows where hosts are, `may_connect` says which may be connected to."""

    addresses: Callable[[str], Coroutine[object, object, tuple[Address, ...]]]
    may_connect: MayConnect = is_public
    tls: ssl.SSLContext | None = None
    patience_s: float = _PATIENCE_S

    def visit(self, url: str) -> PageSeen:
        """Return what is at `url`. Raises CannotAsk when nobody could be asked, which says nothing of it."""
        try:
            return asyncio.run(self._visit(url))
        except NamesFail as failure:
            problem = Problem(what=f"{url}: {failure}", fix="look at the connection")
            raise CannotAsk(problem) from failure

    async def _visit(self, url: str) -> PageSeen:
        try:
            async with asyncio.timeout(self.patience_s):
                return await self._ask(url, Target.of(url))
        except BadAddress as error:
            return PageSeen(url=url, fault=f"the address cannot be asked: {error}")
        except NoSuchHost as none:
            return PageSeen(url=url, fault=str(none))
        except ssl.SSLCertVerificationError as error:
            said = error.verify_message or "it cannot be checked"
            return PageSeen(url=url, fault=f"no browser trusts its certificate: {said}", is_untrusted=True)
        except (ssl.SSLError, h11.RemoteProtocolError, h11.LocalProtocolError):
            return PageSeen(url=url, fault="the server does not speak as a web server should")
        except TimeoutError:
            return PageSeen(url=url, fault=f"there was no answer within {self.patience_s:g} seconds")
        except ConnectionError as error:
            return PageSeen(url=url, fault=_said(error))
        except OSError as error:  # the cause may be this machine's own connection
            problem = Problem(what=f"{url}: {_said(error)}", fix="look at the connection")
            raise CannotAsk(problem) from error

    async def _ask(self, url: str, target: Target) -> PageSeen:
        found = await self.addresses(target.host)
        if not all(map(self.may_connect, found)):
            return PageSeen(url=url, fault="it leads into a private network", is_private=True)
        tls = self.tls or ssl.create_default_context()
        return _seen(url, await request("GET", target, found[0], tls, most_bytes=_MOST_BYTES))


def _seen(url: str, reply: Reply) -> PageSeen:
    ends = reply.certificate_ends
    return PageSeen(
        url=url,
        status=reply.status,
        moved_to=reply.location if 300 <= reply.status < 400 else None,
        strict_transport=reply.strict_transport,
        certificate_ends=datetime.fromtimestamp(ends, UTC) if ends is not None else None,
        date=_date(reply.date),
        text=reply.body.decode("utf-8", "replace"),
    )


def _date(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _said(error: OSError) -> str:
    words = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
    return " ".join(words.split()).lower()[:200] or type(error).__name__
