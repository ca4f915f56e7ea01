"""The domain name system, through dnspython: addresses of hosts, and records of the sender's domain.

That a name does not exist is believed only of servers that know the internet: some networks, such as a closed
one in CI, say so of every name.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic as machine_monotonic

import dns.asyncresolver
import dns.exception
import dns.name
import dns.rdata
import dns.rdtypes.ANY.MX
import dns.rdtypes.ANY.TXT
import dns.rdtypes.nsbase
import dns.resolver

from newsletter.domain.dns_answer import DnsAnswer, RecordType
from newsletter.errors import CannotAsk, Problem
from newsletter.probes.addresses import Address, as_address

__all__ = ["NameServers", "NamesFail", "NoSuchHost"]


_PATIENCE_S = 4.0
"""Longest wait for the answer to one question."""

_STAGE_S = 12.0
"""Longest wait for the answers to all questions about the sender's domain."""


class NoSuchHost(Exception):
    """The name servers say that the host has no address; `has_name` when there is at least the name."""

    def __init__(self, *, has_name: bool) -> None:
        """Keep what is known."""
        super().__init__("the host has no address" if has_name else "there is no such host")
        self.has_name = has_name


class NamesFail(Exception):
    """The name servers say nothing of use; `is_silent` when they do not answer at all."""

    def __init__(self, reason: str, *, is_silent: bool) -> None:
        """Keep the reason, in words."""
        super().__init__(reason)
        self.is_silent = is_silent


class NameServers:
    """Asks the name servers of this machine, or the one at `server` (address and port).

    What a server says that `is_believed` needs no proof that it knows the internet: somebody chose it.
    """

    def __init__(
        self,
        server: tuple[str, int] | None = None,
        *,
        patience_s: float = _PATIENCE_S,
        stage_s: float = _STAGE_S,
        is_believed: bool = False,
        monotonic: Callable[[], float] = machine_monotonic,
    ) -> None:
        """Ask nothing yet; `patience_s` is the longest wait for one answer, `stage_s` for all together.

        `monotonic` tells seconds.
        """
        self._server = server
        self._patience_s = patience_s
        self._stage_s = stage_s
        self._monotonic = monotonic
        self._waited_s = 0.0
        self._knows_internet: bool | None = True if is_believed else None

    def ask(self, name: str, kind: RecordType) -> DnsAnswer:
        """Return the records of `name`. Raises CannotAsk when nobody answers, or too late."""
        start = self._monotonic()
        try:
            if self._waited_s >= self._stage_s:
                raise NamesFail("the name servers take too long", is_silent=True)
            answer = asyncio.run(self._resolve(name, kind.value))
        except NoSuchHost as none:
            return DnsAnswer(has_name=none.has_name)
        except NamesFail as failure:
            problem = Problem(
                what=f"nothing is known of the name {name}: {failure}", fix="look at the connection"
            )
            raise CannotAsk(problem) from failure
        finally:
            self._waited_s += self._monotonic() - start
        return DnsAnswer(records=tuple(_texts(answer)))

    async def addresses(self, host: str) -> tuple[Address, ...]:
        """Return the addresses of `host`, IPv4 first. Raises NoSuchHost, NamesFail."""
        written = as_address(host)
        if written is not None:
            return (written,)
        found: list[Address] = []
        has_name = False
        for kind in (RecordType.A, RecordType.AAAA):
            try:
                answer = await self._resolve(host, kind.value)
            except NoSuchHost as none:
                has_name |= none.has_name
            except NamesFail:
                if not found:
                    raise
            else:
                found += [address for one in answer if (address := as_address(one.to_text())) is not None]
        if not found:
            raise NoSuchHost(has_name=has_name)
        return tuple(found)

    async def _resolve(self, name: str, kind: str) -> dns.resolver.Answer:
        """Return the records; that there are none is believed only of servers that know the internet."""
        try:
            return await self._query(name, kind)
        except NoSuchHost:
            if self._knows_internet is None:
                self._knows_internet = await self._knows(".") or await self._knows("com.")
            if not self._knows_internet:
                problem = "the name servers here know nothing of the internet"
                raise NamesFail(problem, is_silent=True) from None
            raise

    async def _knows(self, name: str) -> bool:
        """Say whether the servers of `name`, which all of the internet knows, are known."""
        try:
            return bool(await self._query(name, "NS"))
        except (NoSuchHost, NamesFail):
            return False

    async def _query(self, name: str, kind: str) -> dns.resolver.Answer:
        with _told():
            resolver = self._configured(dns.asyncresolver.Resolver(configure=False))
            return await resolver.resolve(name, kind, search=False, lifetime=self._patience_s)

    def _configured(self, resolver: dns.asyncresolver.Resolver) -> dns.asyncresolver.Resolver:
        if self._server is None:
            resolver.read_resolv_conf("/etc/resolv.conf")
        else:
            resolver.nameservers, resolver.port = [self._server[0]], self._server[1]
        return resolver


@contextmanager
def _told() -> Iterator[None]:
    """Say in words what dnspython raises."""
    try:
        yield
    except dns.resolver.NXDOMAIN as none:
        raise NoSuchHost(has_name=False) from none
    except dns.resolver.NoAnswer as none:
        raise NoSuchHost(has_name=True) from none
    except dns.resolver.NoNameservers as failure:
        raise NamesFail("its name servers refuse", is_silent=False) from failure
    except dns.resolver.NoResolverConfiguration as failure:
        raise NamesFail("this machine knows no name server", is_silent=True) from failure
    except dns.exception.Timeout as failure:
        raise NamesFail("no name server answers", is_silent=True) from failure
    except (dns.exception.DNSException, UnicodeError) as failure:  # a name that cannot be one
        raise NoSuchHost(has_name=False) from failure
    except OSError as failure:
        raise NamesFail((failure.strerror or str(failure)).lower(), is_silent=True) from failure


def _texts(answer: dns.resolver.Answer) -> Iterator[str]:
    """Yield the records as DnsAnswer has them."""
    for record in sorted(answer, key=_order):
        if isinstance(record, dns.rdtypes.ANY.TXT.TXT):
            yield b"".join(record.strings).decode("utf-8", "replace")
        elif isinstance(record, dns.rdtypes.ANY.MX.MX):
            yield record.exchange.to_text(omit_final_dot=record.exchange != dns.name.root)
        elif isinstance(record, dns.rdtypes.nsbase.NSBase):  # CNAME and PTR name a host
            yield record.target.to_text(omit_final_dot=True).lower()
        else:
            yield record.to_text()


def _order(record: dns.rdata.Rdata) -> tuple[int, str]:
    """Return what to sort by: the preference of MX; the rest by text, as servers shuffle their answers."""
    preference = record.preference if isinstance(record, dns.rdtypes.ANY.MX.MX) else 0
    return preference, record.to_text()
