"""Placeholders of other programs in a text: written as ours are, or as plain text that is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

__all__ = ["Marked", "TranslatedText", "mark_placeholders", "translate_markdown"]

# What looks like a slot or a merge tag to a letter here; fenced and inline code show it as it stands.
_MARK = r"\{\{\{[^{}\n]*\}\}\}|\{\{-?[^{}\n]*\}\}|\{%[^%\n]*%\}|\*\|[A-Za-z0-9_:]+\|\*|\{\{|\}\}"
_MARKS = re.compile(_MARK)
_CODE_OR_MARK = re.compile(
    rf"(?P<code>^(?P<fence>```+|~~~+)[^\n]*\n(?:.*?^(?P=fence)[^\n]*$|.*\Z)|(?P<ticks>`+)[^`\n]+(?P=ticks))"
    rf"|(?P<mark>{_MARK})",
    re.MULTILINE | re.DOTALL,
)
_SLOT = re.compile(r"\{\{ ([a-z_][a-z0-9_]*)")
_TOKEN = re.compile(r"zqmark(\d{1,9})qz")
_IN_ADDRESS = re.compile(r"\]\((?:[^()\s]|\([^()\s]*\))*")

Translate = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class TranslatedText:
    """A text with our `slots`; `unknown` are the placeholders we have nothing like, shown as they stood."""

    text: str
    unknown: Sequence[str]
    slots: Sequence[str]


def translate_markdown(text: str, translate: Translate) -> TranslatedText:
    """Return the Markdown `text` with our slots."""
    found = _Found(translate)

    def write(match: re.Match[str]) -> str:
        return match["code"] or found.written(match["mark"])

    return found.text(_CODE_OR_MARK.sub(write, text))


class _Found:
    """The placeholders of one text, as they are met."""

    def __init__(self, translate: Translate) -> None:
        self._translate = translate
        self._unknown: list[str] = []
        self._slots: list[str] = []

    def written(self, raw: str, escape: Callable[[str], str] | None = None) -> str:
        """Return what to write for `raw`; what there is nothing like is escaped."""
        inside = raw.strip("{}").strip("-").strip()
        known = self._translate(inside) if raw.startswith("{{") and raw.endswith("}}") and inside else None
        if known is not None:
            self._slots += _SLOT.findall(known)
            return known
        self._unknown.append(raw)
        if escape:
            return escape(raw)
        if re.fullmatch(r"\{\{[^{}`]*\}\}", raw):
            return f"\\{raw}"
        return re.sub(r"([{}*])", r"\\\1", raw)

    def text(self, text: str) -> TranslatedText:
        """Return `text` with what was met in it."""
        return TranslatedText(text, tuple(self._unknown), tuple(self._slots))


class Marked:
    """HTML with a plain word for each placeholder, so that turning it into Markdown leaves them alone."""

    def __init__(self, html: str, translate: Translate) -> None:
        """Put words for the placeholders in `html`."""
        self._translate = translate
        self._raw: list[str] = []
        self.text = _MARKS.sub(self._mark, html)

    def _mark(self, match: re.Match[str]) -> str:
        self._raw.append(match[0])
        return f"zqmark{len(self._raw) - 1}qz"

    def settle(self, markdown: str) -> TranslatedText:
        """Return `markdown`, made of `text`, with our slots in place of the words."""
        found = _Found(self._translate)

        def settled(word: re.Match[str], escape: Callable[[str], str] | None = None) -> str:
            number = int(word[1])
            is_ours = number < len(self._raw)  # the letter itself may have such a word
            return found.written(self._raw[number], escape) if is_ours else word[0]

        def in_address(address: re.Match[str]) -> str:
            return _TOKEN.sub(lambda word: settled(word, lambda raw: quote(raw, safe="")), address[0])

        return found.text(_TOKEN.sub(settled, _IN_ADDRESS.sub(in_address, markdown)))


def mark_placeholders(html: str, translate: Translate) -> Marked:
    """Return `html` with its placeholders out of the way."""
    return Marked(html, translate)
