"""Front matter: the keys above a letter, read with every slip named at its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import TypeVar

import yaml

from newsletter.content.front_matter_keys import CODE, LANG, TEMPLATE, VAR
from newsletter.content.values import (
    ValueSlip,
    read_date,
    read_free,
    read_scalar,
    read_tags,
    read_text,
    read_whole_number,
)
from newsletter.content.yaml_nodes import NodePlaces, compose_mapping, entries, is_bare
from newsletter.domain.address import AddressError, Mailbox, parse_mailbox
from newsletter.domain.issue import MAX_SLUG, SLUG_PATTERN, Scalar
from newsletter.domain.nearest import nearest
from newsletter.domain.visibility import Visibility
from newsletter.errors import Problem
from newsletter.source import Place

__all__ = ["KEYS", "FrontMatter", "read_front_matter", "split_front_matter"]

KEYS = (
    "subject",
    "subject_b",
    "preheader",
    "number",
    "slug",
    "date",
    "lang",
    "segment",
    "from",
    "reply_to",
    "template",
    "title",
    "vars",
    "checks",
    "tags",
    "archive",
)
"""Every key of the front matter; beside these only `x-…`."""

_MAX_FRONT_MATTER = 20_000
"""Most characters of front matter read; more is a file that is not an issue."""

# Text keys, True for prose, in which # is no comment.
_TEXT_KEYS = {
    key: key in ("subject", "subject_b", "preheader", "title")
    for key in (
        "subject",
        "subject_b",
        "preheader",
        "title",
        "slug",
        "lang",
        "segment",
        "from",
        "reply_to",
        "template",
    )
}
_MEANT = {
    "onderwerp": "subject",
    "tag": "tags",
    "keywords": "tags",
    "trefwoorden": "tags",
    "categories": "tags",
    "visibility": "archive",
    "archief": "archive",
    "summary": "preheader",
    "description": "preheader",
    "preview": "preheader",
    "datum": "date",
    "published": "date",
    "taal": "lang",
    "language": "lang",
    "author": "from",
    "sender": "from",
    "van": "from",
    "layout": "template",
    "theme": "template",
    "titel": "title",
    "nummer": "number",
    "variables": "vars",
    "audience": "segment",
    "list": "segment",
}
_FENCE = re.compile(r"---[ \t]*")

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """What stands above the letter; None where a key is absent or empty."""

    subject: str = ""
    subject_b: str | None = None
    preheader: str | None = None
    number: int | None = None
    slug: str | None = None
    date: datetime | None = None
    lang: str | None = None
    segment: str | None = None
    sender: Mailbox | None = None
    reply_to: Mailbox | None = None
    template: str | None = None
    title: str | None = None
    vars: Mapping[str, Scalar] = field(default_factory=dict)
    ignored_checks: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    archive: Visibility | None = None
    extra: Mapping[str, object] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)


def split_front_matter(text: str, shown_path: str) -> tuple[str, str, int] | Problem:
    """Return (front matter, body, line of the body's first line, from 1), or why there is none."""
    first, _, rest = text.partition("\n")
    top = Place(path=shown_path, line=1)
    if not _FENCE.fullmatch(first):
        return Problem(
            what="the file does not begin with front matter",
            place=top,
            why="the subject and other keys stand between two lines of ---, the first on line 1",
            fix='begin with ---, then  subject: "…", then --- and the letter',
        )
    lines = rest.split("\n")
    for number, line in enumerate(lines):
        if _FENCE.fullmatch(line):
            head = "\n".join(lines[:number])
            if len(head) > _MAX_FRONT_MATTER:
                return Problem(
                    what=f"the front matter is longer than {_MAX_FRONT_MATTER:,} characters", place=top
                )
            return head, "\n".join(lines[number + 1 :]), number + 3
    return Problem(
        what="the front matter is not closed",
        place=top,
        fix="put a line of --- between the keys and the letter",
    )


def read_front_matter(source: str, shown_path: str, zone: tzinfo) -> tuple[FrontMatter, list[Problem]]:
    """Read the YAML between the two lines of `---`; it starts on line 2 of the file.

    Dates without a zone get `zone`. Returns what could be read and every problem found.
    """
    problems: list[Problem] = []
    places = NodePlaces(shown_path, first_line=2)
    node = compose_mapping(source, places, _TEXT_KEYS, problems)
    if node is None:
        return FrontMatter(), problems
    nodes: dict[str, yaml.Node] = {}
    key_places: dict[str, Place] = {}
    extra: dict[str, object] = {}
    for key, key_node, value_node in entries(node, places, problems):
        key_places[key] = places.of(key_node)
        if key.startswith("x-") and len(key) > 2:
            extra[key] = read_free(value_node)
        elif key in KEYS:
            nodes[key] = value_node
        else:
            problems.append(_unknown_key(key, KEYS, key_places[key]))
    reader = _Reader(nodes, places, problems)
    front = FrontMatter(
        subject=reader.value("subject", lambda node: read_text(node, "subject")) or "",
        subject_b=reader.text("subject_b"),
        preheader=reader.text("preheader"),
        number=reader.value("number", lambda node: read_whole_number(node, "number")),
        slug=reader.matching("slug", SLUG_PATTERN, "lower-case letters, digits and hyphens", "wel-of-niet"),
        date=reader.value("date", lambda node: read_date(node, "date", zone)),
        lang=reader.matching("lang", LANG, "a language code", "nl"),
        segment=reader.text("segment"),
        sender=reader.mailbox("from"),
        reply_to=reader.mailbox("reply_to"),
        template=reader.matching("template", TEMPLATE, "the name of a template", "letter"),
        title=reader.text("title"),
        vars=reader.vars(),
        ignored_checks=reader.ignored_checks(),
        tags=reader.value("tags", read_tags) or (),
        archive=reader.value("archive", _visibility),
        extra=extra,
        places=key_places,
    )
    if not front.subject and not reader.has_slipped("subject"):
        problems.append(_no_subject(key_places.get("subject"), shown_path))
    return front, problems


class _Reader:
    """Reads key after key from composed nodes, gathering problems."""

    def __init__(self, nodes: Mapping[str, yaml.Node], places: NodePlaces, problems: list[Problem]) -> None:
        self._nodes = nodes
        self._places = places
        self._problems = problems
        self._slipped: set[str] = set()

    def has_slipped(self, key: str) -> bool:
        return key in self._slipped

    def value(self, key: str, read: Callable[[yaml.Node], T]) -> T | None:
        node = self._nodes.get(key)
        if node is None or (isinstance(node, yaml.ScalarNode) and node.style is None and not node.value):
            return None
        try:
            return read(node)
        except ValueSlip as slip:
            self._slipped.add(key)
            self._slip(node, slip)
            return None

    def text(self, key: str) -> str | None:
        return self.value(key, lambda node: read_text(node, key)) or None

    def matching(self, key: str, pattern: re.Pattern[str], wanted: str, example: str) -> str | None:
        def read(node: yaml.Node) -> str:
            value = read_text(node, key)
            if not pattern.fullmatch(value) or len(value) > MAX_SLUG:
                raise ValueSlip(
                    f'the {key} "{value[:100]}" is not {wanted}', f"write for example {key}: {example}"
                )
            return value

        return self.value(key, read)

    def mailbox(self, key: str) -> Mailbox | None:
        def read(node: yaml.Node) -> Mailbox:
            value = read_text(node, key)
            try:
                return parse_mailbox(value)
            except AddressError as error:
                raise ValueSlip(
                    f'"{value[:100]}" cannot be mailed: {error}', f'write {key}: "Name <name@example.org>"'
                ) from error

        return self.value(key, read)

    def vars(self) -> dict[str, Scalar]:
        result: dict[str, Scalar] = {}
        for name, key_node, value_node in self._mapping("vars", self._nodes.get("vars"), '{colour: "#0b5"}'):
            if not VAR.fullmatch(name):
                self._slip(
                    key_node, ValueSlip(f'"{name}" is not a name', "use letters, digits and underscores")
                )
                continue
            try:
                result[name] = read_scalar(value_node, name)
            except ValueSlip as slip:
                self._slip(value_node, slip)
        return result

    def ignored_checks(self) -> dict[str, str]:
        result: dict[str, str] = {}
        example = '{ignore: {TX004: "a quotation"}}'
        for key, key_node, node in self._mapping("checks", self._nodes.get("checks"), example):
            if key != "ignore":
                self._problems.append(_unknown_key(key, ("ignore",), self._places.of(key_node)))
                continue
            for code, code_node, reason in self._mapping("ignore", node, '{TX004: "why"}'):
                try:
                    result[code] = _reason(code, reason)
                except ValueSlip as slip:
                    self._slip(code_node, slip)
        return result

    def _mapping(
        self, key: str, node: yaml.Node | None, example: str
    ) -> list[tuple[str, yaml.ScalarNode, yaml.Node]]:
        if node is None or (is_bare(node) and not node.value):
            return []
        if not isinstance(node, yaml.MappingNode):
            self._slip(node, ValueSlip(f"{key} takes names with values", f"write {key}: {example}"))
            return []
        return list(entries(node, self._places, self._problems))

    def _slip(self, node: yaml.Node, slip: ValueSlip) -> None:
        self._problems.append(
            Problem(what=slip.what, place=self._places.of(node), why=slip.why, fix=slip.fix)
        )


def _visibility(node: yaml.Node) -> Visibility:
    value = read_text(node, "archive")
    try:
        return Visibility(value)
    except ValueError:
        near = nearest(value.lower(), list(Visibility)) or Visibility.UNLISTED
        raise ValueSlip(
            f'archive takes {", ".join(Visibility)}, and here is "{value[:60]}"', f"write archive: {near}"
        ) from None


def _reason(code: str, node: yaml.Node) -> str:
    if not CODE.fullmatch(code):
        raise ValueSlip(f'"{code}" is not the code of a check', "write a code such as TX004")
    reason = read_text(node, "reason")
    if not reason:
        raise ValueSlip(f"{code} is ignored without a reason", f'write {code}: "why it does not matter here"')
    return reason


def _unknown_key(key: str, known: tuple[str, ...], place: Place) -> Problem:
    plain = key.strip().lower().replace("-", "_")
    near = (_MEANT.get(plain) if known is KEYS else None) or nearest(plain, known)
    own = f"call it x-{plain.replace('_', '-') or 'name'} if it is your own"
    return Problem(
        what=f'there is no key "{key[:60]}"',
        place=place,
        why=f"known are: {', '.join(known)}",
        fix=f'did you mean "{near}"? Else {own}' if near else own,
    )


def _no_subject(place: Place | None, shown_path: str) -> Problem:
    return Problem(
        what="the letter has no subject",
        place=place or Place(path=shown_path, line=1),
        fix='add  subject: "What the letter is about"',
    )
