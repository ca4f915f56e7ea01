"""The world outside as an example tells it: the answers stand in the case file, nobody is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsletter.checks.outside import NOTHING_OUTSIDE, Outside
from newsletter.checks.registry import load_rules
from newsletter.domain.dns_answer import DnsAnswer, RecordType
from newsletter.domain.link_answer import LinkAnswer, LinkState
from newsletter.domain.outcome import Outcome, OutcomeKind
from newsletter.domain.picture import PictureFile
from newsletter.domain.sighting import Sighting, SightingKind, View
from newsletter.domain.spam_verdict import SpamHit, SpamVerdict

if TYPE_CHECKING:
    from case_runner import Example

__all__ = ["told_outside"]


def told_outside(example: Example) -> Outside:
    """Return who answers as `example` says, when its rule is one on request."""
    stage = load_rules()[example.code].stage if example.code in load_rules() else None
    if stage is None or stage.option is None:
        return NOTHING_OUTSIDE
    provider = {"kind": "accepted", **example.provider}
    return Outside(
        asked=frozenset({stage}),
        links=_ToldLinks(example.links),
        names=_ToldNames(example.names),
        pages=_ToldPages(example.seen),
        spam=_ToldSpam(example.spam),
        provider=lambda: Outcome(kind=OutcomeKind(provider["kind"]), detail=provider.get("detail", "")),
    )


@dataclass(frozen=True)
class _ToldLinks:
    """Links are alive unless the example says otherwise; a key may be the start of an address."""

    answers: Mapping[str, Mapping[str, Any]]

    def ask(self, urls: Iterable[str]) -> Mapping[str, LinkAnswer]:
        return {url: self._answer(url) for url in urls}

    def _answer(self, url: str) -> LinkAnswer:
        told = next((told for start, told in self.answers.items() if url.startswith(start)), {})
        values = {"status": 200, **told}
        state = LinkState(values.pop("state", "alive"))
        status = values.pop("status") or None
        return LinkAnswer(url=url, state=state, status=status, hops=tuple(values.pop("hops", ())), **values)


@dataclass(frozen=True)
class _ToldNames:
    """Records by "NAME TYPE"; a name with no record at all does not exist."""

    records: Mapping[str, Sequence[str]]

    def ask(self, name: str, kind: RecordType) -> DnsAnswer:
        has_name = any(known.partition(" ")[0] == name for known in self.records)
        return DnsAnswer(records=tuple(self.records.get(f"{name} {kind}", ())), has_name=has_name)


@dataclass(frozen=True)
class _ToldPages:
    seen: Sequence[Mapping[str, Any]]

    def look(self, html: str, pictures: Mapping[str, PictureFile]) -> Sequence[Sighting]:
        assert "</html>" in html
        return [
            Sighting(**{**one, "kind": SightingKind(one["kind"]), "view": View(one["view"])})
            for one in self.seen
        ]


@dataclass(frozen=True)
class _ToldSpam:
    verdict: Mapping[str, Any]

    def judge(self, message: bytes) -> SpamVerdict:
        assert message.startswith((b"From:", b"Date:", b"Message-ID:", b"Subject:", b"MIME-Version:"))
        hits = tuple(SpamHit(**hit) for hit in self.verdict.get("hits", ()))
        return SpamVerdict(score=self.verdict.get("score", 0.0), hits=hits)
