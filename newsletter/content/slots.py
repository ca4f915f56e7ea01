"""Slots in an author's text: found, judged, and carried through other languages as inert tokens."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from urllib.parse import quote

from markdown_it.token import Token

from newsletter.content.issue_date import DATE_WORD, IssueDate
from newsletter.content.typography import set_typography
from newsletter.domain.issue import Issue
from newsletter.domain.slot import LINK_SLOTS, SLOT_NAME, Slot
from newsletter.errors import Problem
from newsletter.source import Place

__all__ = ["TOKEN_PATTERN", "Marks", "ProtectedLine", "make_token", "protect_front_matter", "protect_line"]

TOKEN_PATTERN = re.compile(r"nlph[0-9a-f]{8}q", re.IGNORECASE)
"""What an inert token looks like: letters and digits alone, so that Markdown, MJML and inliners keep it."""

# In order: what a backslash makes literal; slots; half slots; the merge tags of other programs
# (Handlebars, Liquid and Jinja, Mailchimp); text that looks like an inert token.
_SCAN = re.compile(
    r"(?P<literal>\\\\|\\\{\{[^{}\n`]*\}\}|\\[{}*][{}|]?)"
    r"|(?P<mark>\{\{\{[^{}\n`]*\}\}\}|\{\{[^{}\n`]*\}\}|\{\{|\}\}|\{%[^%\n`]*%\}|\*\|[A-Za-z0-9_:]+\|\*"
    r"|nlph[0-9A-Fa-f]{8}q)"
)
_DEFAULT = re.compile(r"default\b|else\b|or\b", re.IGNORECASE)


def make_token(name: str, fallback: str | None) -> str:
    """Return the inert token of the slot `name` with `fallback`: the same for the same two, always."""
    shape = name if fallback is None else f"{name}\0{fallback}"
    return f"nlph{sha256(shape.encode()).hexdigest()[:8]}q"


def _judge_slot(
    raw: str, place: Place, fallbacks: Mapping[str, str], issue_date: IssueDate
) -> Slot | Problem | str:
    """Read `{{ name }}` or `{{ name | fallback }}`; anything else is a problem that says what to type.

    `fallbacks` holds the configured fallback of a field, used when the text gives none. `{{ date }}` is
    no slot but text, the same for every reader.
    """
    if not (raw.startswith("{{") and raw.endswith("}}") and len(raw) >= 4) or raw.startswith("{{{"):
        return _foreign(raw, place)
    name, bar, fallback = (part.strip() for part in raw[2:-2].partition("|"))
    if not SLOT_NAME.fullmatch(name):
        return _bad_name(raw, name, place)
    if name == DATE_WORD:
        return issue_date.write(fallback, raw, place)
    if not bar:
        return Slot(name=name, fallback=None if name in LINK_SLOTS else fallbacks.get(name), place=place)
    if name in LINK_SLOTS:
        return Problem(
            what=f"{raw} has a fallback, but that link is always there",
            place=place,
            fix=f"write {{{{ {name} }}}}",
        )
    if fallback[:1] in ("'", '"', "“") or _DEFAULT.match(fallback):
        return Problem(
            what=f"the fallback in {raw} would show exactly as it stands: {fallback}",
            place=place,
            fix=f"write only the word: {{{{ {name} | lezer }}}}",
        )
    return Slot(name=name, fallback=fallback, place=place)


@dataclass(frozen=True, slots=True)
class ProtectedLine:
    """A line of text with inert tokens for its slots."""

    text: str
    slots: Mapping[str, Slot]
    problems: tuple[Problem, ...]


def protect_line(
    text: str, place: Place, fallbacks: Mapping[str, str], issue_date: IssueDate
) -> ProtectedLine:
    """Return `text`, such as a subject, with an inert token for every slot. `\\{{` stands for braces."""
    slots: dict[str, Slot] = {}
    problems: list[Problem] = []

    def replace(match: re.Match[str]) -> str:
        if match["literal"]:
            literal = match["literal"]
            return literal[1:] if literal[1:2] in ("{", "}") else literal
        found = _judge_slot(match["mark"], place, fallbacks, issue_date)
        if isinstance(found, Problem):
            problems.append(found)
            return match["mark"]
        if isinstance(found, str):
            return found
        token = make_token(found.name, found.fallback)
        slots.setdefault(token, found)
        return token

    return ProtectedLine(_SCAN.sub(replace, text), slots, tuple(problems))


def protect_front_matter(issue: Issue, fallbacks: Mapping[str, str]) -> tuple[ProtectedLine, ...]:
    """Return subjects, preheader and title of `issue`, protected; places have no column, as none is known."""
    lines = (
        ("subject", issue.subject),
        ("subject_b", issue.subject_b or ""),
        ("preheader", issue.preheader),
        ("title", issue.title or ""),
    )
    own = IssueDate.of(issue)
    return tuple(
        protect_line(text, replace(issue.place(key), column=None), fallbacks, own) for key, text in lines
    )


@dataclass(slots=True)
class _Mark:
    raw: str
    offset: int
    verdict: Slot | Problem | str | None = None


class Marks:
    """Everything in a body that is or looks like a slot, each under a temporary token of its own.

    Only Markdown knows what is code, so all are protected first. After parsing, `literal` gives back what
    the author wrote (in code) and `settle` turns it into the slot's inert token (everywhere else).
    """

    def __init__(self, issue: Issue, fallbacks: Mapping[str, str]) -> None:
        """Scan the body of `issue`."""
        self._issue = issue
        self._date = IssueDate.of(issue)
        self._fallbacks = fallbacks
        self._marks: dict[str, _Mark] = {}
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", issue.body))]
        self.protected = _SCAN.sub(self._protect, issue.body)

    def literal(self, text: str) -> str:
        """Return `text` as the author wrote it."""
        return TOKEN_PATTERN.sub(lambda match: self._raw(match[0]), text) if "nlph" in text else text

    def settle(self, text: str) -> str:
        """Return `text` with the inert token of each slot; what is no slot is written out, as a problem."""
        return TOKEN_PATTERN.sub(lambda match: self._settled(match[0]), text) if "nlph" in text else text

    def settle_address(self, url: str) -> str:
        """Return `url` as `settle` does, with what is written out percent-encoded (RFC 3986 2.1)."""
        if "nlph" not in url:
            return url
        return TOKEN_PATTERN.sub(lambda match: self._settled(match[0], in_address=True), url)

    @property
    def uses(self) -> tuple[Slot, ...]:
        """Return the settled slots, each use apart, in reading order."""
        return tuple(mark.verdict for mark in self._marks.values() if isinstance(mark.verdict, Slot))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return what is no slot outside code, in reading order."""
        return tuple(mark.verdict for mark in self._marks.values() if isinstance(mark.verdict, Problem))

    def _protect(self, match: re.Match[str]) -> str:
        if match["literal"]:
            return match["literal"]
        token = f"nlph{len(self._marks):08x}q"
        self._marks[token] = _Mark(match["mark"], match.start())
        return token

    def _raw(self, token: str) -> str:
        mark = self._marks.get(token)
        return mark.raw if mark else token

    def _settled(self, token: str, *, in_address: bool = False) -> str:
        mark = self._marks.get(token)
        if mark is None:
            return token
        if mark.verdict is None:
            mark.verdict = _judge_slot(mark.raw, self._place(mark.offset), self._fallbacks, self._date)
        if isinstance(mark.verdict, Problem):
            return mark.raw
        if isinstance(mark.verdict, str):
            return quote(mark.verdict, safe="") if in_address else self._typeset(mark.verdict)
        return make_token(mark.verdict.name, mark.verdict.fallback)

    def _typeset(self, text: str) -> str:
        token = Token("text", "", 0, content=text)
        set_typography([token], self._issue.lang)
        return token.content

    def _place(self, offset: int) -> Place:
        line = bisect_right(self._line_starts, offset) - 1
        return self._issue.body_place(line, offset - self._line_starts[line] + 1)


def _foreign(raw: str, place: Place) -> Problem:
    if raw == "{{":
        return Problem(
            what="{{ is not closed on this line",
            place=place,
            fix="write {{ first_name }}; for two braces in the letter, write \\{{",
        )
    if raw == "}}":
        return Problem(
            what="}} closes nothing on this line",
            place=place,
            fix="write {{ first_name }}; for two braces in the letter, write \\}}",
        )
    if TOKEN_PATTERN.fullmatch(raw):
        return Problem(
            what=f"{raw} looks like a mark this program uses inside", place=place, fix="write it another way"
        )
    return Problem(
        what=f"{raw} is how another program writes a slot",
        place=place,
        fix="write {{ first_name }} or {{ first_name | fallback }}; to show it as it is, put it in `code`",
    )


def _bad_name(raw: str, name: str, place: Place) -> Problem:
    mended = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return Problem(
        what=f"{raw} names no slot",
        place=place,
        why="a name has small letters, digits and underscores",
        fix=f"did you mean {{{{ {mended} }}}}?" if SLOT_NAME.fullmatch(mended) else "write {{ first_name }}",
    )
