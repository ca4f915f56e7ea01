"""What stands in parsed Markdown: slots settled, and links, images and headings listed with their places."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.common.normalize_url import normalizeLink
from markdown_it.token import Token

from newsletter.content.document import Heading, Image, Link, LinkKind
from newsletter.content.inline_text import inline_text
from newsletter.content.links import judge_target
from newsletter.content.pictures import read_picture
from newsletter.content.slots import Marks, make_token
from newsletter.content.tree import lone_picture
from newsletter.domain.issue import Issue
from newsletter.domain.slot import Slot
from newsletter.errors import Problem
from newsletter.source import Place

__all__ = ["Contents"]

_BARE_ADDRESS = re.compile(r"https?://[^\s<>]+[^\s<>.,;:!?)]")


class Contents:
    """Reads tokens once, in order, and gathers what the checks ask for."""

    def __init__(self, issue: Issue, marks: Marks) -> None:
        """Start empty."""
        self._issue = issue
        self._marks = marks
        self.slots: dict[str, Slot] = {}
        self.links: list[Link] = []
        self.images: list[Image] = []
        self.headings: list[Heading] = []
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []

    def read(self, tokens: Sequence[Token]) -> None:
        """Settle every slot in `tokens`, in place, and fill the lists."""
        for token in tokens:
            if token.type == "inline":
                self._settle_inline(token)
            elif token.type == "directive_open":
                is_address = token.info == "button"  # others are words, which know no slots
                settled = self._marks.settle_address if is_address else self._marks.literal
                token.meta["argument"] = settled(token.meta["argument"])
            else:
                token.content = self._marks.literal(token.content)
                token.info = self._marks.literal(token.info)
        for slot in self._marks.uses:
            self.slots.setdefault(make_token(slot.name, slot.fallback), slot)
        for index, token in enumerate(tokens):
            if token.type == "inline":
                self._read_inline(token)
            elif token.type == "heading_open":
                self._read_heading(token, tokens[index + 1])
            elif token.type == "directive_open" and token.info == "button":
                self._read_button(token, tokens[index + 1 : index + 5])

    def _settle_inline(self, token: Token) -> None:
        token.content = self._marks.literal(token.content)
        for child in token.children or ():
            if child.type == "code_inline":
                child.content = self._marks.literal(child.content)
                continue
            child.content = self._marks.settle(child.content)
            for name, value in child.attrs.items():
                child.attrs[name] = self._marks.settle_address(str(value))
            if child.children:
                self._settle_inline_children(child)

    def _settle_inline_children(self, image: Token) -> None:
        for child in image.children or ():
            is_code = child.type == "code_inline"
            child.content = (
                self._marks.literal(child.content) if is_code else self._marks.settle(child.content)
            )
            if child.children:
                self._settle_inline_children(child)

    def _read_heading(self, token: Token, inline: Token) -> None:
        place = self._place(token.map[0] if token.map else 0)
        self.headings.append(
            Heading(level=int(token.tag[1:]), text=inline_text(inline.children or ()), place=place)
        )
        if token.markup == "-":
            self.notes.append(
                Problem(
                    what="the --- below this line makes it a heading",
                    place=place,
                    fix="for a rule, put an empty line above ---; for a heading, write ## before the text",
                )
            )

    def _read_inline(self, inline: Token) -> None:
        children = inline.children or []
        line = int(inline.meta.get("line", 0))
        is_alone = lone_picture(children) is not None
        opened: tuple[int, Token] | None = None
        for index, child in enumerate(children):
            line += child.type in ("softbreak", "hardbreak")
            if child.type == "link_open":
                opened = index, child
            elif child.type == "link_close" and opened is not None:
                self._add_link(opened[1], children[opened[0] + 1 : index])
                opened = None
            elif child.type == "image":
                self._add_image(
                    child, is_alone=is_alone, link=str(opened[1].attrs["href"]) if opened else None
                )
            elif child.type == "text" and opened is None:
                self._note_bare_addresses(child.content, line)

    def _add_link(self, token: Token, label_tokens: Sequence[Token]) -> None:
        url = str(token.attrs["href"])
        place = self._place(int(token.meta.get("line", 0)))
        label = inline_text(label_tokens)
        kind = LinkKind.BARE if token.info == "auto" else LinkKind.TEXT
        if any(child.type == "image" for child in label_tokens):
            kind = LinkKind.IMAGE
        elif not label.strip():
            self.problems.append(
                Problem(what="the link has no text to click", place=place, fix="write [what it is](address)")
            )
        self._link(url, label, kind, place)

    def _link(self, url: str, label: str, kind: LinkKind, place: Place) -> None:
        problem = judge_target(url, self.slots, place)
        if problem is not None:
            self.problems.append(problem)
        self.links.append(Link(url=url, label=label, kind=kind, place=place, slot=self.slots.get(url)))

    def _add_image(self, token: Token, *, is_alone: bool, link: str | None) -> None:
        found = read_picture(
            str(token.attrs["src"]), self._issue, self._place(int(token.meta.get("line", 0)))
        )
        self.problems += found.problems
        self.notes += found.notes
        self.images.append(
            Image(
                source=found.source,
                path=found.path,
                alt=inline_text(token.children or ()).strip(),
                place=found.place,
                is_alone=is_alone,
                link=link,
            )
        )

    def _read_button(self, token: Token, following: Sequence[Token]) -> None:
        place = self._place(token.map[0] if token.map else 0)
        argument = token.meta["argument"]
        if not argument:
            return  # told with the other slips of directives
        url = "" if " " in argument else normalizeLink(argument)
        token.meta["argument"] = url or argument
        types = [each.type for each in following]
        if types[:1] == ["directive_close"]:
            return
        label = following[1].children or [] if types[:2] == ["paragraph_open", "inline"] else []
        if types != ["paragraph_open", "inline", "paragraph_close", "directive_close"] or any(
            child.type in ("link_open", "image", "footnote_ref") for child in label
        ):
            self.problems.append(
                Problem(
                    what="a button holds one line of text and nothing else",
                    place=place,
                    fix="write  ::: button https://…  then the text, then  :::",
                )
            )
        if url:
            self._link(url, inline_text(label), LinkKind.BUTTON, place)
            return
        self.problems.append(
            Problem(what=f'"{argument[:80]}" is not one address', place=place, fix="write %20 for a space")
        )

    def _note_bare_addresses(self, text: str, line: int) -> None:
        for match in _BARE_ADDRESS.finditer(text):
            self.notes.append(
                Problem(
                    what=f"{match[0][:80]} is not a link",
                    place=self._place(line),
                    why="many mail programs make it one, not all",
                    fix=f"write <{match[0][:80]}>, or [what it is]({match[0][:80]})",
                )
            )

    def _place(self, line: int) -> Place:
        return self._issue.body_place(line)
