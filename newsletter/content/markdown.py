"""Markdown: the body of an issue becomes a Document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markdown_it.token import Token

from newsletter.content.closing_lines import keep_closing_lines
from newsletter.content.comments import strip_comments
from newsletter.content.conditions import find_conditions
from newsletter.content.contents import Contents
from newsletter.content.directives import directive_problems
from newsletter.content.document import Document, Heading, Image, Link, LinkKind
from newsletter.content.parser import ParsedMarkdown, SlipKind, parse_tokens
from newsletter.content.slots import Marks
from newsletter.domain.issue import Issue
from newsletter.errors import Problem, reading_order

__all__ = ["MAX_BODY", "MAX_DEPTH", "Document", "Heading", "Image", "Link", "LinkKind", "parse_markdown"]

MAX_BODY = 100_000
"""Most characters of Markdown, comments apart. A letter may become 100,000 bytes of HTML."""

MAX_BRACKETS = 4_000
"""Most opening brackets; with more, finding the links takes time that grows with the square."""

MAX_DEPTH = 16
"""Most blocks inside each other (a list is two). Deep nesting is unreadable, and mjml dies of it."""

_MAX_PROBLEMS = 100


def parse_markdown(issue: Issue, *, fallbacks: Mapping[str, str] | None = None) -> Document:
    """Parse the body of `issue`; `fallbacks` maps fields to their configured fallback (`[fields.NAME]`).

    Never raises for what an author can write: read `Document.problems`, or call `require_sound`.
    """
    marks = Marks(issue, fallbacks or {})
    text, unclosed = strip_comments(marks.protected)
    early = _early_problem(text, unclosed, issue)
    if early is not None:
        return Document(issue=issue, tokens=(), problems=(early,))
    parsed = parse_tokens(text, issue.lang)
    if not parsed.tokens:
        return Document(issue=issue, tokens=(), problems=(_no_text(issue),))
    problems = [*_depth_problems(parsed.tokens, issue), *directive_problems(parsed.tokens, issue)]
    contents = Contents(issue, marks)
    contents.read(parsed.tokens)
    conditions = find_conditions(parsed.tokens, issue)
    # Where blocks may be hidden, what closes the letter differs per variant.
    tokens = parsed.tokens if conditions else keep_closing_lines(parsed.tokens)
    slip_problems, notes = _told_slips(parsed, issue, marks)
    problems += [*slip_problems, *contents.problems, *marks.problems]
    return Document(
        issue=issue,
        tokens=tuple(tokens),
        slots=contents.slots,
        slot_uses=marks.uses,
        links=tuple(contents.links),
        images=tuple(contents.images),
        headings=tuple(contents.headings),
        conditions=conditions,
        problems=_ordered(problems),
        notes=_ordered([*notes, *contents.notes]),
    )


def _early_problem(text: str, unclosed: int | None, issue: Issue) -> Problem | None:
    if unclosed is not None:
        return Problem(
            what="the comment that opens here is never closed",
            place=issue.body_place(unclosed),
            fix="close it with -->, or remove <!--",
        )
    if not text.strip():
        return _no_text(issue)
    if len(text) > MAX_BODY:
        return Problem(
            what=f"the letter has {len(text):,} characters, more than {MAX_BODY:,}",
            place=issue.body_place(0),
            why="mail programs cut off a letter of more than 100,000 bytes",
            fix="put the long part on a page and link to it",
        )
    if text.count("[") > MAX_BRACKETS:
        return Problem(
            what=f"the letter has {text.count('['):,} opening brackets, more than {MAX_BRACKETS:,}",
            place=issue.body_place(0),
            fix="was something pasted that does not belong here?",
        )
    return None


def _no_text(issue: Issue) -> Problem:
    return Problem(what="the letter has no text", place=issue.body_place(0), fix="write it below the ---")


def _depth_problems(tokens: Sequence[Token], issue: Issue) -> list[Problem]:
    line = 0
    for token in tokens:
        line = token.map[0] if token.map else line
        depth = token.level
        if token.type == "inline":
            depth += _inline_depth(token.children or ())
        if depth > MAX_DEPTH:
            return [
                Problem(
                    what="lists, quotes or emphasis stand too deep inside each other",
                    place=issue.body_place(line),
                    why=f"the most is {MAX_DEPTH} levels, and a list takes two",
                    fix="take some of the > or the indent away",
                )
            ]
    return []


def _inline_depth(children: Sequence[Token]) -> int:
    depth = deepest = 0
    for child in children:
        depth += child.nesting
        deepest = max(deepest, depth)
    return deepest


def _told_slips(parsed: ParsedMarkdown, issue: Issue, marks: Marks) -> tuple[list[Problem], list[Problem]]:
    problems: list[Problem] = []
    notes: list[Problem] = []
    for slip in dict.fromkeys(parsed.slips):
        what, fix = _SLIPS[slip.kind]
        shown = " ".join(marks.literal(slip.text)[:80].split())
        told = Problem(what=what.format(shown=shown), place=issue.body_place(slip.line), fix=fix)
        (notes if slip.kind is SlipKind.RAW_HTML else problems).append(told)
    notes += [
        Problem(
            what=f"nothing refers to footnote [^{marks.literal(label)[:40]}], so it is left out",
            place=issue.place(),
            fix=f"write [^{marks.literal(label)[:40]}] where it belongs",
        )
        for label in parsed.unused_footnotes
    ]
    return problems, notes


_SLIPS = {
    SlipKind.BROKEN_LINK: (
        "{shown} is not a link",
        "an address has no spaces: write %20 for each; for plain text write \\[",
    ),
    SlipKind.UNKNOWN_REFERENCE: (
        "{shown} refers to an address that is not given",
        "add a line such as  [name]: https://…  or write \\[ for plain text",
    ),
    SlipKind.UNKNOWN_FOOTNOTE: (
        "there is no text for footnote {shown}",
        "add a line such as  [^1]: The source is …  or write \\[ for plain text",
    ),
    SlipKind.NESTED_FOOTNOTE: (
        "the text of footnote {shown} stands inside that of another",
        "put it at the beginning of a line of its own",
    ),
    SlipKind.SECOND_FOOTNOTE: ("footnote {shown} has a text already", "give one of the two another name"),
    SlipKind.RAW_HTML: (
        "{shown} is shown to the reader as it stands: HTML has no effect here",
        "use Markdown, or put it in `code` if it is meant to be read",
    ),
}


def _ordered(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    distinct = dict.fromkeys(problems)
    in_order = sorted(distinct, key=reading_order)
    if len(in_order) <= _MAX_PROBLEMS:
        return tuple(in_order)
    more = Problem(what=f"… and {len(in_order) - _MAX_PROBLEMS:,} more", place=in_order[_MAX_PROBLEMS].place)
    return (*in_order[:_MAX_PROBLEMS], more)
