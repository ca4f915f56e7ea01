"""Comments in a letter that wave a finding through, with the reason: what they say, and for which lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from newsletter.checks.context import CheckContext
from newsletter.checks.need import Need
from newsletter.checks.registry import Rule
from newsletter.checks.waivers import covers
from newsletter.content.comments import strip_comments
from newsletter.domain.finding import Finding
from newsletter.source import Place

__all__ = ["CommentWaiver", "read_waivers", "waives"]

_COMMENT = re.compile(
    r"<!--\s*newsletter-ignore-(?P<kind>next|start|end)\b(?P<codes>[^:>]{0,200})(?::(?P<reason>.{0,500}?))?-->"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentWaiver:
    """One comment: codes or starts of codes, the reason ("" when none is given), and the lines it is for.

    `first` and `last` count from 1 in the file.
    """

    patterns: tuple[str, ...]
    reason: str
    place: Place
    first: int
    last: int

    def is_about(self, finding: Finding) -> bool:
        """Say whether `finding` stands on one of the lines and has one of the codes."""
        place = finding.place
        return (
            place is not None
            and place.path == self.place.path
            and place.line is not None
            and self.first <= place.line <= self.last
            and any(covers(pattern, finding.code) for pattern in self.patterns)
        )


def read_waivers(context: CheckContext) -> Sequence[CommentWaiver]:
    """Return the waivers in the body of the issue, in order; none when it cannot be read.

    `<!-- newsletter-ignore-next CODE: reason -->` is for the block below it, and
    `<!-- newsletter-ignore-start CODE: reason -->` for all up to `<!-- newsletter-ignore-end -->`.
    """
    if context.lacks(Need.ISSUE) is not None or "newsletter-ignore-" not in context.issue.body:
        return ()
    return tuple(_read(context))


def waives(waivers: Sequence[CommentWaiver], rule: Rule, finding: Finding) -> bool:
    """Say whether one of `waivers` waves `finding` through; law, list and the like never are."""
    return rule.waivable and any(waiver.reason and waiver.is_about(finding) for waiver in waivers)


def _read(context: CheckContext) -> Iterator[CommentWaiver]:
    issue = context.issue
    lines = issue.body.split("\n")
    kept, _ = strip_comments(issue.body)
    is_comment = {
        number: line != after
        for number, (line, after) in enumerate(zip(lines, kept.split("\n"), strict=True))
    }
    for number, match in _comments(lines, is_comment):
        if match["kind"] == "end":
            continue
        first, last = _reach(lines, number, match["kind"], is_comment)
        yield CommentWaiver(
            patterns=tuple(match["codes"].replace(",", " ").split()),
            reason=(match["reason"] or "").strip(),
            place=issue.body_place(number, match.start() + 1),
            first=issue.body_line + first,
            last=issue.body_line + last,
        )


def _comments(lines: Sequence[str], is_comment: Mapping[int, bool]) -> Iterator[tuple[int, re.Match[str]]]:
    for number, line in enumerate(lines):
        if is_comment[number] and "newsletter-ignore-" in line:
            yield from ((number, match) for match in _COMMENT.finditer(line))


def _reach(lines: Sequence[str], number: int, kind: str, is_comment: Mapping[int, bool]) -> tuple[int, int]:
    """Return the first and last line (from 0) of the body that a comment on line `number` is for."""
    if kind == "start":
        ends = (
            later
            for later in range(number + 1, len(lines))
            if is_comment[later] and "newsletter-ignore-end" in lines[later]
        )
        return number + 1, next(ends, len(lines) - 1)
    first = number + 1
    while first < len(lines) - 1 and not lines[first].strip():
        first += 1
    last = first
    while last < len(lines) - 1 and lines[last + 1].strip():
        last += 1
    return first, last
