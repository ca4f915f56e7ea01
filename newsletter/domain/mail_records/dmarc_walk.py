"""Which DMARC record holds for a domain, and to which organisation the domain belongs.

Both are found by the tree walk of RFC 9989, section 4.10, and not by the public suffix list: it needs no list
that grows old, and servers that still use the list come to the same end for every domain whose DMARC record
stands where an organisation begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from newsletter.domain.dns_answer import Ask, RecordType
from newsletter.domain.mail_records.dmarc import Dmarc, is_dmarc, parse_dmarc

__all__ = ["DmarcFound", "find_dmarc"]

_MOST_LABELS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class DmarcFound:
    """What holds for a domain.

    `name` is where the record stands, None without one. `own` are the records of the domain itself: with more
    than one, none of them counts. `organisation` is the domain it belongs to.
    """

    organisation: str
    own: tuple[str, ...] = ()
    name: str | None = None
    dmarc: Dmarc | None = None


@dataclass(frozen=True, slots=True)
class _Step:
    domain: str
    texts: tuple[str, ...]

    @property
    def dmarc(self) -> Dmarc | None:
        return parse_dmarc(self.texts[0]) if len(self.texts) == 1 else None


def find_dmarc(domain: str, ask: Ask) -> DmarcFound:
    """Return what holds for `domain`; asks at most eight times. Raises what `ask` raises."""
    domain = domain.lower().rstrip(".")
    steps = list(_walk(domain, ask))
    organisation = _organisation(domain, steps)
    for wanted in dict.fromkeys((domain, organisation)):
        for step in steps:
            if step.domain == wanted and step.dmarc is not None:
                return DmarcFound(
                    organisation=organisation,
                    own=steps[0].texts,
                    name=f"_dmarc.{wanted}",
                    dmarc=step.dmarc,
                )
    return DmarcFound(organisation=organisation, own=steps[0].texts)


def _walk(domain: str, ask: Ask) -> Iterator[_Step]:
    """Yield the domain and those above it, until one says that it is an organisation or a suffix."""
    here = domain
    while True:
        texts = tuple(text for text in ask(f"_dmarc.{here}", RecordType.TXT).records if is_dmarc(text))
        step = _Step(here, texts)
        yield step
        labels = here.split(".")
        is_end = step.dmarc is not None and step.dmarc.is_suffix is not None
        if len(labels) == 1 or (is_end and here != domain) or (is_end and _is_alone(step)):
            return
        here = ".".join(labels[1:] if len(labels) < _MOST_LABELS else labels[-(_MOST_LABELS - 1) :])


def _is_alone(step: _Step) -> bool:
    """Say whether the domain itself is said to be an organisation (`psd=n`)."""
    return step.dmarc is not None and step.dmarc.is_suffix is False


def _organisation(domain: str, steps: list[_Step]) -> str:
    known = [step for step in steps if step.dmarc is not None]
    for step in known:
        assert step.dmarc is not None, "only steps with a record are known"
        if step.dmarc.is_suffix is False:
            return step.domain
        if step.dmarc.is_suffix is True and step.domain != domain:
            depth = len(step.domain.split(".")) + 1
            return ".".join(domain.split(".")[-depth:])
    return known[-1].domain if known else domain
