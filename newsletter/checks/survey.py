"""What merging does to every reader, in one pass over the audience.

Memory grows only with the readers something goes wrong for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from newsletter.domain.address import shorten_address
from newsletter.domain.campaign import Member
from newsletter.domain.rendered import RenderedIssue
from newsletter.domain.slot import Hole, Slot, SlottedText, fill_hole
from newsletter.domain.subscriber import FieldValue

__all__ = ["Literal", "Offenders", "Survey", "join_surveys", "survey_letters", "survey_members"]

_NAMED = 50
"""How many readers the text of a finding names; `names` has them all."""

_REMEMBERED = 100_000
"""How many combinations of values are remembered, as most readers share theirs with somebody."""

_AROUND = 40
"""Characters of fixed text kept on each side of a slot, to judge and to show."""

_REACH = 400
"""Characters of HTML looked at on each side of a slot, tags included."""

_MARKERS = re.compile(r"\{\{|\}\}|\{%|%\}|\*\||\|\*|%%\w+%%|\[\[|\]\]|\$\{|<%|%>")
_GAP = re.compile(r"\s*[,;:!?.]")
_TAG = re.compile(r"<[^<>]*>")


@dataclass(slots=True)
class Offenders:
    """Readers something goes wrong for, each named in a form fit for a log."""

    names: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Return how many they are."""
        return len(self.names)

    def add(self, member: Member) -> None:
        """Name `member`."""
        self.names.append(f"{shorten_address(member.email)} (#{member.subscriber_id})")

    def __str__(self) -> str:
        """Render as the first names, and how many more there are."""
        more = self.count - _NAMED
        return ", ".join(self.names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal:
    """Text a reader should never see: in which `part` of the letter, from which slot.

    `excerpt` is what it looks like: merge code in a value, or fixed words with nothing between them;
    never a reader's own words, so that it may be shown and there are few of them.
    """

    part: str
    excerpt: str
    slot: Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """The result: `missing` by slot name, `literals` by what is seen, and the longest HTML in bytes."""

    readers: int
    missing: Mapping[str, Offenders]
    literals: Mapping[Literal, Offenders]
    html_bytes: int


def survey_members(
    members: Iterable[Member],
    rendered: RenderedIssue,
    links: Mapping[str, str],
    text_of: Callable[[str, FieldValue], str],
) -> Survey:
    """Merge every one of `members` and say what goes wrong.

    `links` are sample values of the link slots; `text_of` writes a field's value as readers see it.

    What differs per reader are the holes and the words beside them, so those are filled for each distinct
    combination of values: the cost is linear in readers.
    """
    tally = _Tally(_Merge(rendered, links, text_of))
    for member in members:
        tally.add(member)
    return tally.survey()


def survey_letters(
    members: Iterable[Member],
    letters: Mapping[str, RenderedIssue],
    key_of: Callable[[str], str],
    links: Mapping[str, str],
    text_of: Callable[[str, FieldValue], str],
) -> Mapping[str, Survey]:
    """Do the same with letters that differ, by key, still in one pass.

    `key_of` turns the variant of a member into the key of their letter.
    """
    tallies = {key: _Tally(_Merge(rendered, links, text_of)) for key, rendered in letters.items()}
    for member in members:
        tallies[key_of(member.variant)].add(member)
    return {key: tally.survey() for key, tally in tallies.items()}


def join_surveys(surveys: Sequence[Survey]) -> Survey:
    """Return what the `surveys` of several letters come to together; at least one."""
    missing: dict[str, Offenders] = {}
    literals: dict[Literal, Offenders] = {}
    for survey in surveys:
        for name, offenders in survey.missing.items():
            missing.setdefault(name, Offenders()).names.extend(offenders.names)
        for literal, offenders in survey.literals.items():
            literals.setdefault(literal, Offenders()).names.extend(offenders.names)
    return Survey(
        readers=sum(survey.readers for survey in surveys),
        missing=missing,
        literals=literals,
        html_bytes=max(survey.html_bytes for survey in surveys),
    )


class _Tally:
    """What goes wrong for the readers of one letter, so far."""

    def __init__(self, merge: _Merge) -> None:
        self._merge = merge
        self._missing: dict[str, Offenders] = {}
        self._literals: dict[Literal, Offenders] = {}
        self._readers = self._longest = 0
        self._verdicts: dict[tuple[FieldValue | None, ...], _Verdict] = {}

    def add(self, member: Member) -> None:
        self._readers += 1
        key = tuple(member.values.get(name) for name in self._merge.names)
        verdict = self._verdicts.get(key)
        if verdict is None:
            if len(self._verdicts) >= _REMEMBERED:
                self._verdicts.clear()
            verdict = self._verdicts[key] = self._merge.verdict(key)
        self._longest = max(self._longest, verdict.html_bytes)
        for name in verdict.missing:
            self._missing.setdefault(name, Offenders()).add(member)
        for literal in verdict.literals:
            self._literals.setdefault(literal, Offenders()).add(member)

    def survey(self) -> Survey:
        return Survey(
            readers=self._readers,
            missing=self._missing,
            literals=self._literals,
            html_bytes=self._longest or self._merge.verdict(()).html_bytes,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verdict:
    missing: tuple[str, ...]
    literals: tuple[Literal, ...]
    html_bytes: int


class _Merge:
    """One rendered issue, cut down to what differs per reader."""

    def __init__(
        self,
        rendered: RenderedIssue,
        links: Mapping[str, str],
        text_of: Callable[[str, FieldValue], str],
    ) -> None:
        self._links = links
        self._text_of = text_of
        slots = [slot for slot in rendered.slots if not slot.is_link]
        self.names = tuple(sorted({slot.name for slot in slots}))
        self._required = tuple(sorted({slot.name for slot in slots if slot.fallback is None}))
        self._spots = tuple(dict.fromkeys(_spots(rendered)))
        self._fixed = sum(len(part.encode()) for part in rendered.html.parts if isinstance(part, str))
        self._html_holes = Counter(rendered.html.holes())

    def verdict(self, key: tuple[FieldValue | None, ...]) -> _Verdict:
        values = {
            name: self._text_of(name, value)
            for name, value in zip(self.names, key, strict=False)
            if value is not None
        }
        missing = tuple(name for name in self._required if not values.get(name, "").strip())
        literals = [
            literal
            for spot in self._spots
            if spot.hole.slot.name not in missing and (literal := spot.literal(values)) is not None
        ]
        merged = {**values, **self._links}
        size = sum(len(fill_hole(hole, merged).encode()) * times for hole, times in self._html_holes.items())
        return _Verdict(
            missing=missing, literals=tuple(dict.fromkeys(literals)), html_bytes=self._fixed + size
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """One hole with the fixed text beside it, in one part of the letter."""

    part: str
    before: str
    hole: Hole
    after: str

    def literal(self, values: Mapping[str, str]) -> Literal | None:
        """Return what a reader with `values` would see here and should not."""
        value = self.hole.slot.value(values)
        code = _MARKERS.search(value)
        if code:
            return Literal(part=self.part, excerpt=code[0], slot=self.hole.slot)
        if not value.strip() and self._shows_a_gap():
            excerpt = f"{self.before.lstrip()}{value}{self.after.rstrip()}"
            return Literal(part=self.part, excerpt=excerpt, slot=self.hole.slot)
        return None

    def _shows_a_gap(self) -> bool:
        """Say whether the words beside an empty hole give it away: "Beste ,", or nothing at all."""
        before, after = self.before.strip(), self.after.strip()
        if not before and not after:
            return True
        return bool(_GAP.match(self.after)) and (not before or self.before[-1].isspace())


def _spots(rendered: RenderedIssue) -> Iterator[_Spot]:
    # What differs in the HTML differs in these as well, save what only the template says.
    elsewhere = {
        hole.slot for part in (rendered.subject, rendered.preheader, rendered.text) for hole in part.holes()
    }
    for name, part in (
        ("subject", rendered.subject),
        *([("subject", rendered.subject_b)] if rendered.subject_b else []),
        ("preheader", rendered.preheader),
        ("text", rendered.text),
        ("html", rendered.html),
    ):
        for index, piece in enumerate(part.parts):
            if isinstance(piece, str) or piece.slot.is_link or (name == "html" and piece.slot in elsewhere):
                continue
            yield _Spot(
                part=name,
                before=_TAG.sub("", _fixed(part, index - 1)[-_REACH:]).rpartition("\n")[2][-_AROUND:],
                hole=piece,
                after=_TAG.sub("", _fixed(part, index + 1)[:_REACH]).partition("\n")[0][:_AROUND],
            )


def _fixed(text: SlottedText, index: int) -> str:
    piece = text.parts[index] if 0 <= index < len(text.parts) else ""
    return piece if isinstance(piece, str) else ""
