"""Letters of another program as files of issues."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import PurePosixPath

import yaml

from newsletter.domain.issue import MAX_SLUG, SLUG_PATTERN
from newsletter.errors import Problem
from newsletter.project.issues.starting import slug_of
from newsletter.project.moving.html_text import html_to_markdown
from newsletter.project.moving.moved import MovedLetter, Program
from newsletter.project.moving.pictures import in_markdown, stayed_away
from newsletter.project.moving.placeholders import TranslatedText, mark_placeholders, translate_markdown
from newsletter.project.sending.elsewhere import SENT_ELSEWHERE
from newsletter.source import Place

__all__ = ["IssueFile", "issue_files"]

_TAG = 40
_BRACES = re.compile(r"\{\{[^{}]*\}\}|\{%[^%]*%\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueFile:
    """A file of an issue: its name and text, the slots in it, what to look at, and pictures that stayed."""

    name: str
    text: str
    slots: Sequence[str]
    notes: Sequence[Problem]
    pictures: Sequence[Problem]


def issue_files(letters: Sequence[MovedLetter], program: Program, today: date) -> Iterator[IssueFile]:
    """Yield a file for each of `letters`, the oldest first; no two have one slug."""
    taken: set[str] = set()
    nameless = datetime(today.year, today.month, today.day, tzinfo=UTC)
    for letter in sorted(letters, key=lambda one: one.sent or one.made or nameless):
        slug = _free(_slug(letter), taken)
        taken.add(slug)
        day = (letter.sent or letter.made or nameless).date()
        yield _file(letter, program, PurePosixPath(f"issues/{day.isoformat()}-{slug}.md"))


def _slug(letter: MovedLetter) -> str:
    own = letter.slug.strip()
    if SLUG_PATTERN.fullmatch(own) and len(own) <= MAX_SLUG:
        return own
    return slug_of(own) or slug_of(_BRACES.sub("", letter.subject)) or "letter"


def _free(slug: str, taken: set[str]) -> str:
    if slug not in taken:
        return slug
    number = 2
    while (found := f"{slug[: MAX_SLUG - 8].rstrip('-')}-{number}") in taken:
        number += 1
    return found


def _file(letter: MovedLetter, program: Program, path: PurePosixPath) -> IssueFile:
    body = _body(letter, program)
    subject = _line(letter.subject, program)
    preheader = _line(letter.preheader, program)
    head: dict[str, object] = {"subject": subject.text or path.stem[11:]}
    if preheader.text:
        head["preheader"] = preheader.text
    if letter.sent:
        head["date"] = letter.sent.isoformat(timespec="seconds")
    if letter.is_sent:
        head["archive"] = str(letter.visibility)
        head[SENT_ELSEWHERE] = program.name
    written = yaml.safe_dump(head, allow_unicode=True, sort_keys=False, width=10_000)
    tags = _tags(letter.tags)
    if tags:
        written += f"tags: {yaml.safe_dump(tags, allow_unicode=True, default_flow_style=True, width=10_000)}"
    head_text = f"---\n{written}---\n\n"
    text = f"{head_text}{body.text.strip()}\n"
    unknown = (*subject.unknown, *preheader.unknown, *body.unknown)
    return IssueFile(
        name=str(path),
        text=text,
        slots=tuple(dict.fromkeys((*subject.slots, *preheader.slots, *body.slots))),
        notes=tuple(_notes(str(path), text, unknown, program)),
        pictures=tuple(stayed_away(str(path), body.text.strip(), head_text.count("\n") + 1)),
    )


def _body(letter: MovedLetter, program: Program) -> TranslatedText:
    if not letter.is_html:
        return translate_markdown(in_markdown(letter.body), program.slots)
    marked = mark_placeholders(letter.body, program.slots)
    return marked.settle(html_to_markdown(marked.text)[0])


def _line(text: str, program: Program) -> TranslatedText:
    plain = "".join(char if char.isprintable() else " " for char in text)
    return translate_markdown(" ".join(plain.split()), program.slots)


def _tags(words: Sequence[str]) -> list[str]:
    short = (" ".join(word.replace(",", " ").split())[:_TAG].strip() for word in words)
    return list(dict.fromkeys(word for word in short if word))


def _notes(name: str, text: str, unknown: Sequence[str], program: Program) -> Iterator[Problem]:
    lines = text.split("\n")
    for raw in dict.fromkeys(unknown):
        core = raw.strip("{}*|%").strip()
        line = next((n for n, one in enumerate(lines, start=1) if raw in one or (core and core in one)), None)
        yield Problem(
            what=f"{raw} is a placeholder of {program.title} with nothing like it here",
            place=Place(path=name, line=line),
            why="it stands in the letter as plain text",
            fix="write what it should say",
        )
