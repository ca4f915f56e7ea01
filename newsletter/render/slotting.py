"""Inert tokens become holes, each with the context it stands in, so that every value is escaped right."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping

from newsletter.content.slots import TOKEN_PATTERN
from newsletter.domain.slot import Hole, Slot, SlotContext, SlottedText
from newsletter.errors import ContentError, Problem

__all__ = ["count_tokens", "slot_html", "slot_text"]

# One pass over HTML as libxml2 writes it (quotes closed, `<` escaped). `<!--[if mso]>` and `<![endif]-->`
# are passed over as marks, so that what classic Outlook reads between them counts as HTML as well.
_MARKUP = re.compile(
    r"""(?P<conditional><!--\[if\s[^\]]*\]>(?:<!-->|-->)?|<!--<!\[endif\]-->|<!\[endif\]-->)"""
    r"""|(?P<comment><!--.*?-->|<!--.*\Z)"""
    r"""|(?P<style><style\b[^<>]*>.*?</style\s*>)"""
    r"""|(?P<tag></?[A-Za-z][^\s<>/"']*(?>(?:[^<>"']|"[^"]*"|'[^']*')*)>)""",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"""(?P<name>[^\s=/>"'<]+)\s*=\s*(?P<value>"[^"]*"|'[^']*'|[^\s"'<>]+)""")
_ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s<>]+", re.IGNORECASE)
_URL_ATTRIBUTES = frozenset(
    ["href", "src", "action", "formaction", "background", "cite", "poster", "srcset", "data", "xlink:href"]
)


def slot_text(text: str, slots: Mapping[str, Slot], context: SlotContext) -> SlottedText:
    """Return `text` (a header, plain text) with its tokens as holes of `context`.

    In plain text a token inside an address becomes a hole of TEXT_URL.
    Raises ContentError for a token that is not in `slots`.
    """
    parts: list[str | Hole] = []
    done = 0
    if context is SlotContext.TEXT:
        for match in _ADDRESS.finditer(text):
            _split(text[done : match.start()], slots, SlotContext.TEXT, parts)
            _split(match.group(), slots, SlotContext.TEXT_URL, parts)
            done = match.end()
    _split(text[done:], slots, context, parts)
    return SlottedText(tuple(_joined(parts)))


def slot_html(html: str, slots: Mapping[str, Slot]) -> SlottedText:
    """Return `html` with its tokens as holes: URL, ATTRIBUTE or HTML by where each stands.

    Raises ContentError with every slot that stands where no value can be made safe: in a style sheet or
    style attribute, in a comment, in an event handler, or as the begin of a URL without being a link slot.
    """
    tokens = [match.start() for match in TOKEN_PATTERN.finditer(html)]
    parts: list[str | Hole] = []
    problems: list[Problem] = []
    done = passed = 0
    for match in _MARKUP.finditer(html):
        start, end = match.span()
        text_ends = bisect_left(tokens, start, passed)
        passed = bisect_left(tokens, end, text_ends)
        if passed == text_ends:  # no token in this tag, as in nearly all
            continue
        _split(html[done:start], slots, SlotContext.HTML, parts)
        done = end
        piece = match.group()
        if match["tag"]:
            _split_tag(piece, slots, parts, problems)
        else:
            where = "a style sheet" if match["style"] else "a comment"
            problems += [_misplaced(slot, where) for slot in _slots_in(piece, slots)]
    _split(html[done:], slots, SlotContext.HTML, parts)
    ContentError.raise_if(problems)
    return SlottedText(tuple(_joined(parts)))


def count_tokens(text: str) -> Counter[str]:
    """Return how often each inert token stands in `text`."""
    return Counter(match.group().lower() for match in TOKEN_PATTERN.finditer(text))


def _split(text: str, slots: Mapping[str, Slot], context: SlotContext, parts: list[str | Hole]) -> None:
    done = 0
    for match in TOKEN_PATTERN.finditer(text):
        parts.append(text[done : match.start()])
        parts.append(Hole(slot=_slot(match.group(), slots), context=context))
        done = match.end()
    parts.append(text[done:])


def _split_tag(tag: str, slots: Mapping[str, Slot], parts: list[str | Hole], problems: list[Problem]) -> None:
    done = 0
    for match in _ATTRIBUTE.finditer(tag):
        value = match["value"]
        if TOKEN_PATTERN.search(value) is None:
            continue
        name = match["name"].lower()
        context = SlotContext.URL if name in _URL_ATTRIBUTES else SlotContext.ATTRIBUTE
        problem = _attribute_problem(name, value.strip("\"' "), context, slots)
        if problem is not None:
            problems.append(problem)
        parts.append(tag[done : match.start("value")])
        _split(value, slots, context, parts)
        done = match.end()
    rest = tag[done:]
    problems += [_misplaced(slot, "the name of a tag or attribute") for slot in _slots_in(rest, slots)]
    parts.append(rest)


def _attribute_problem(
    name: str, value: str, context: SlotContext, slots: Mapping[str, Slot]
) -> Problem | None:
    first = next(_slots_in(value, slots))
    if name == "style" or name.startswith("on"):
        return _misplaced(first, f"a {name} attribute")
    starts = TOKEN_PATTERN.match(value) is not None
    if context is SlotContext.URL and starts and not first.is_link:
        return Problem(
            what=f"the link starts with {{{{ {first.name} }}}}",
            place=first.place,
            why="a field is percent-encoded in a link, so it cannot be the whole address",
            fix="write the begin of the address out: https://…/{{ " + first.name + " }}",
        )
    if context is SlotContext.URL and not starts and first.is_link:
        return Problem(
            what=f"{{{{ {first.name} }}}} stands inside another address",
            place=first.place,
            why="it is a complete address already",
            fix="leave out what stands before it",
        )
    return None


def _slots_in(text: str, slots: Mapping[str, Slot]) -> Iterator[Slot]:
    for match in TOKEN_PATTERN.finditer(text):
        yield _slot(match.group(), slots)


def _slot(token: str, slots: Mapping[str, Slot]) -> Slot:
    slot = slots.get(token.lower())
    if slot is None:
        raise ContentError(
            Problem(
                what=f'"{token}" looks like the mark of a slot, but is none',
                why="such marks are made while building",
                fix='take it out of the text, or use slot("name") in the template',
            )
        )
    return slot


def _misplaced(slot: Slot, where: str) -> Problem:
    return Problem(
        what=f"{{{{ {slot.name} }}}} stands in {where}",
        place=slot.place,
        why="no value can be made safe there",
        fix="move it into the text or a link",
    )


def _joined(parts: list[str | Hole]) -> Iterator[str | Hole]:
    """Yield `parts` with neighbouring texts made one, and empty ones left out."""
    fixed: list[str] = []
    for part in parts:
        if isinstance(part, str):
            fixed.append(part)
            continue
        if text := "".join(fixed):
            yield text
        fixed.clear()
        yield part
    if text := "".join(fixed):
        yield text
