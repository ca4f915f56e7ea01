"""Which element each token stands in; tags that do not pair, and depth that would crash the compiler."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from newsletter.render.mjml.schema import elements
from newsletter.render.mjml.tokens import Fault, Kind, Token

__all__ = ["MAX_DEPTH", "VOID", "Nested", "nest"]

MAX_DEPTH = 64
"""Deepest nesting let through. mjml-python recurses and dies (SIGSEGV) between 1,000 and 10,000 levels;
its upstream plans to cap at 64 (mrml pull request 694)."""

VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
"""HTML elements that have no end tag (HTML Living Standard 13.1.2)."""


@dataclass(frozen=True, slots=True)
class Nested:
    """A token with the name of the element around it ("" at the top).

    `ending` is the MJML element whose text or HTML content this token is part of, None in MJML proper.
    """

    token: Token
    parent: str
    ending: str | None


class _Nester:
    """The open elements while walking over the tokens."""

    def __init__(self) -> None:
        self.open: list[Token] = []
        self.ending: tuple[int, str] | None = None  # depth and name of the ending element we are in
        self.nested: list[Nested] = []
        self.faults: list[Fault] = []

    def add(self, token: Token) -> bool:
        """Place one token; False when it goes too deep to look further."""
        if token.kind is Kind.CLOSE:
            self._close(token)
            return True
        self._note(token)
        if token.kind is Kind.OPEN and not token.is_self_closed and not self._is_void(token):
            self.open.append(token)
            if len(self.open) > MAX_DEPTH:
                self.faults.append(
                    Fault(offset=token.start, what=f"elements are nested more than {MAX_DEPTH} deep")
                )
                return False
            element = elements().get(token.name)
            if self.ending is None and element is not None and element.is_ending:
                self.ending = (len(self.open), token.name)
        return True

    def finish(self) -> None:
        """Note every element still open."""
        self._unclosed(self.open)

    def _is_void(self, token: Token) -> bool:
        return self.ending is not None and token.name in VOID

    def _note(self, token: Token) -> None:
        parent = self.open[-1].name if self.open else ""
        self.nested.append(Nested(token, parent, self.ending[1] if self.ending else None))

    def _close(self, token: Token) -> None:
        if self._is_void(token):
            self.faults.append(Fault(offset=token.start, what=f"</{token.name}> does not exist"))
            return
        depth = len(self.open) - 1
        while depth >= 0 and self.open[depth].name != token.name:
            depth -= 1
        if depth < 0:
            self.faults.append(Fault(offset=token.start, what=f"</{token.name}> closes nothing"))
            return
        self._unclosed(self.open[depth + 1 :])
        del self.open[depth:]
        if self.ending is not None and len(self.open) < self.ending[0]:
            self.ending = None
        self._note(token)

    def _unclosed(self, tokens: Iterable[Token]) -> None:
        for token in tokens:
            self.faults.append(
                Fault(offset=token.start, what=f"<{token.name}> is not closed", fix=f"add </{token.name}>")
            )


def nest(tokens: Iterable[Token]) -> tuple[tuple[Nested, ...], tuple[Fault, ...]]:
    """Return every token with the element it stands in, and every tag without its pair."""
    nester = _Nester()
    for token in tokens:
        if not nester.add(token):
            return tuple(nester.nested), tuple(nester.faults)
    nester.finish()
    return tuple(nester.nested), tuple(nester.faults)
