"""Typography of running text: quotes of the language, apostrophes, dashes, spaces that must not break.

Runs over a paragraph's inline tokens after Markdown, in linear time, and leaves code, link targets and
bare addresses alone. What the author escapes with a backslash stays as typed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate

from markdown_it.token import Token

__all__ = ["set_typography"]

_NBSP = "\u00a0"
_QUOTES = {  # opening and closing double, opening and closing single
    "de": ("„", "“", "‚", "‘"),
    "fr": (f"«{_NBSP}", f"{_NBSP}»", f"‹{_NBSP}", f"{_NBSP}›"),
}
_DEFAULT_QUOTES = ("“", "”", "‘", "’")
_APOSTROPHE = "’"

# Words that begin with an apostrophe; behind them comes no letter.
_ELISIONS = {
    "nl": re.compile(r"'(?:s|t|n|k|m|r|ns|er|ie|em|[0-9]{2})(?![\w'])", re.IGNORECASE),
    "en": re.compile(r"'(?:tis|twas|em|til|cause|n|[0-9]{2}s?)(?![\w'])", re.IGNORECASE),
}
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>]+")
_DASHES = (
    (re.compile(r"(?<=\S)[ \u00a0](?:-|--|–)(?=[ \u00a0]\S|[ \u00a0]?$)"), f"{_NBSP}–"),
    (re.compile(r"(?<=[^-\s])---(?=[^-\s])"), "—"),
    (re.compile(r"(?<=[^-\s])--(?=[^-\s])"), "–"),
    (re.compile(r"(?<!\.)\.\.\.(?!\.)"), "…"),
    (re.compile(r"(?<=[0-9]) (?=(?:%|‰|°C|km|cm|mm|kg|m²|euro\b|€))"), _NBSP),
    (re.compile(r"(?<=€) (?=[0-9])"), _NBSP),
)
_FRENCH_SPACES = re.compile(r" (?=[:;?!»])")
_OPEN_PUNCTUATION = "([{<–—-/«„“‘‚\u00a0"


def set_typography(children: list[Token], lang: str) -> None:
    """Change the text tokens among `children` in place; `lang` is a BCP 47 tag."""
    language = lang.partition("-")[0].lower()
    texts = _running_text(children)
    for token in texts:
        if token.type == "text":
            token.content = _outside_addresses(token.content, language)
    if any('"' in token.content or "'" in token.content for token in texts):
        _set_quotes(texts, language)


def _running_text(children: list[Token]) -> list[Token]:
    """Return stand-ins for what the reader sees, in order; only those of type `text` may be changed."""
    texts: list[Token] = []
    in_address = False
    for token in children:
        if token.type in ("link_open", "link_close") and token.info == "auto":
            in_address = token.type == "link_open"
        elif token.type == "text" and not in_address and "raw" not in token.meta:
            texts.append(token)
        elif token.type in ("softbreak", "hardbreak"):
            texts.append(Token("space", "", 0, content=" "))
        elif token.type in ("text", "text_special"):
            texts.append(Token("fixed", "", 0, content=re.sub(r"[\"']", "x", token.content)))
        elif token.type in ("code_inline", "image", "footnote_ref"):
            texts.append(Token("fixed", "", 0, content="x"))
    return texts


def _outside_addresses(text: str, language: str) -> str:
    parts: list[str] = []
    position = 0
    for match in _ADDRESS.finditer(text):
        parts += [_set_dashes(text[position : match.start()], language), match[0]]
        position = match.end()
    return "".join([*parts, _set_dashes(text[position:], language)])


def _set_dashes(text: str, language: str) -> str:
    for pattern, replacement in _DASHES:
        text = pattern.sub(replacement, text)
    return _FRENCH_SPACES.sub(_NBSP, text) if language == "fr" else text


@dataclass(slots=True)
class _Quote:
    index: int  # in the running text
    mark: str


def _set_quotes(texts: list[Token], language: str) -> None:
    running = "".join(token.content for token in texts)
    fixed = _fixed_positions(texts)
    replaced = _pair_quotes(running, fixed, language)
    starts = [0, *accumulate(len(token.content) for token in texts)]
    changes: dict[int, list[tuple[int, str]]] = {}
    number = 0
    for index in sorted(replaced):
        while starts[number + 1] <= index:
            number += 1
        changes.setdefault(number, []).append((index - starts[number], replaced[index]))
    for number, places in changes.items():
        characters = list(texts[number].content)
        for position, text in places:
            characters[position] = text
        texts[number].content = "".join(characters)


def _fixed_positions(texts: list[Token]) -> bytearray:
    """Return a 1 for each character of the running text that stays: other tokens and addresses."""
    fixed = bytearray()
    for token in texts:
        part = bytearray(len(token.content))
        if token.type != "text":
            part[:] = b"\1" * len(part)
        for match in _ADDRESS.finditer(token.content):
            part[match.start() : match.end()] = b"\1" * len(match[0])
        fixed += part
    return fixed


def _pair_quotes(running: str, fixed: bytearray, language: str) -> dict[int, str]:
    """Return what each straight quote becomes, by index; a single one without partner is an apostrophe."""
    opening_double, closing_double, opening_single, closing_single = _QUOTES.get(language, _DEFAULT_QUOTES)
    openings, closings = (
        {'"': opening_double, "'": opening_single},
        {'"': closing_double, "'": closing_single},
    )
    elision = _ELISIONS.get(language)
    result: dict[int, str] = {}
    stack: list[_Quote] = []
    waiting = {'"': 0, "'": 0}
    for match in re.finditer("[\"']", running):
        index, mark = match.start(), match[0]
        if fixed[index]:
            continue
        before, after = running[index - 1 : index] or " ", running[index + 1 : index + 2] or " "
        can_open = not after.isspace() and (
            before.isspace() or before in _OPEN_PUNCTUATION or before in "\"'"
        )
        can_close = not before.isspace()
        if mark == "'":
            result[index] = _APOSTROPHE  # until a partner is found
            if (before.isalnum() and after.isalnum()) or (
                can_open and elision and elision.match(running, index)
            ):
                continue
        if can_close and waiting[mark] and not (can_open and before in _OPEN_PUNCTUATION):
            while True:
                opened = stack.pop()
                waiting[opened.mark] -= 1
                if opened.mark == mark:
                    break
            result[opened.index], result[index] = openings[mark], closings[mark]
        elif can_open:
            stack.append(_Quote(index, mark))
            waiting[mark] += 1
    return result
