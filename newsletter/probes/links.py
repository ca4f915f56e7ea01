"""All links of a letter asked at once, politely: few at a time, fewer of one host, each within a deadline."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from urllib.parse import urlsplit

from newsletter.domain.link_answer import LinkAnswer, LinkState
from newsletter.errors import CannotAsk, Problem
from newsletter.probes.addresses import MayConnect, is_public
from newsletter.probes.link_memory import LinkMemory
from newsletter.probes.link_walk import Unreachable, Walk, Way
from newsletter.probes.names import NameServers

__all__ = ["LinkAsker", "LinkPace"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPace:
    """How fast links are asked: so many at once, so many of one host, and a pause before its next.

    `link_s` is the longest wait for one link in seconds, `stage_s` that for every `share` links.
    """

    at_once: int = 10
    per_host: int = 2
    pause_s: float = 0.25
    link_s: float = 8.0
    stage_s: float = 15.0
    share: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkAsker:
    """Looks whether links lead anywhere; `may_connect` says which addresses may be connected to at all."""

    names: NameServers
    memory: LinkMemory
    tell: Callable[[str], None]
    pace: LinkPace = field(default_factory=LinkPace)
    may_connect: MayConnect = is_public
    tls: ssl.SSLContext | None = None

    def ask(self, urls: Iterable[str]) -> Mapping[str, LinkAnswer]:
        """Return an answer for each of `urls`. Raises CannotAsk when the network cannot be reached."""
        wanted = list(dict.fromkeys(urls))
        answers = self.memory.recall(wanted)
        missing = [url for url in wanted if url not in answers]
        if missing:
            fresh = asyncio.run(self._all(missing))
            self.memory.keep(fresh)
            answers |= {answer.url: answer for answer in fresh}
        return {url: answers[url] for url in wanted}

    async def _all(self, urls: list[str]) -> list[LinkAnswer]:
        round_ = _Round(self, len(urls))
        tasks = {url: asyncio.create_task(round_.one(url)) for url in urls}
        longest_s = self.pace.stage_s * -(-len(urls) // self.pace.share)
        done, late = await asyncio.wait(tasks.values(), timeout=longest_s)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        lost = [error for task in done if isinstance(error := task.exception(), Unreachable)]
        answers = [_outcome(url, task) for url, task in tasks.items()]
        if lost and not any(map(_is_heard, answers)):
            raise CannotAsk(
                Problem(what=f"the network cannot be reached: {lost[0]}", fix="look at the connection")
            )
        return answers


class _Round:
    """One go at the links of a letter."""

    def __init__(self, asker: LinkAsker, total: int) -> None:
        self._asker = asker
        self._total = total
        self._done = 0
        self._places = asyncio.Semaphore(asker.pace.at_once)
        self._hosts: dict[str, _Host] = {}
        self._way = Way(
            addresses=asker.names.addresses,
            may_connect=asker.may_connect,
            tls=asker.tls or ssl.create_default_context(),
        )

    async def one(self, url: str) -> LinkAnswer:
        """Ask one link when it is its turn. Raises Unreachable."""
        pace = self._asker.pace
        host = self._hosts.setdefault(_host(url), _Host(asyncio.Semaphore(pace.per_host)))
        async with host.places:
            await host.wait(pace.pause_s)
            async with self._places:
                answer = await self._within(Walk(url, self._way), pace.link_s)
        self._done += 1
        self._asker.tell(f"asked {self._done} of {self._total} links")
        return answer

    async def _within(self, walk: Walk, longest_s: float) -> LinkAnswer:
        try:
            async with asyncio.timeout(longest_s):
                return await walk.answer()
        except TimeoutError:
            return _too_slow(walk.url, f"there was no answer within {longest_s:g} seconds", walk.hops)


@dataclass(slots=True)
class _Host:
    """How many of one host may be asked at once, and when the next may be."""

    places: asyncio.Semaphore
    free_at: float = 0.0

    async def wait(self, pause_s: float) -> None:
        """Wait until `pause_s` have gone by since the last one began."""
        now = monotonic()
        start = max(now, self.free_at)
        self.free_at = start + pause_s
        if start > now:
            await asyncio.sleep(start - now)


def _outcome(url: str, task: asyncio.Task[LinkAnswer]) -> LinkAnswer:
    if task.cancelled():
        return _too_slow(url, "all links together took too long")
    error = task.exception()
    if isinstance(error, Unreachable):
        return LinkAnswer(url=url, state=LinkState.UNSURE, reason=str(error))
    return task.result()


def _too_slow(url: str, reason: str, hops: Iterable[str] = ()) -> LinkAnswer:
    return LinkAnswer(url=url, state=LinkState.UNSURE, reason=reason, hops=tuple(hops))


def _is_heard(answer: LinkAnswer) -> bool:
    """Say whether somebody out there answered."""
    return answer.status is not None or answer.state in (LinkState.GONE, LinkState.UNTRUSTED)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
