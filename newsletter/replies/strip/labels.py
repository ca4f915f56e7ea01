"""Which line is what: one label for each line, put there by one rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from newsletter.domain.stripped import PieceKind
from newsletter.replies.strip.lines import Line
from newsletter.replies.strip.phrases import is_name, is_signoff
from newsletter.replies.strip.sent import Echo
from newsletter.replies.words import MailWords

__all__ = ["Sheet"]

_CERTAINTY = {
    "header-block": 0.97,
    "separator": 0.97,
    "attribution-unmarked": 0.85,
    "attribution-bare": 0.7,
    "below-footer": 0.6,
    "blockquote": 0.8,
    "wrapped-quote": 0.85,
    "signature-weak": 0.85,
    "unattributed-quote": 0.85,
    "disclaimer": 0.95,
}


@dataclass(slots=True)
class Sheet:
    """The lines of a mail, and for each what it is and by which rule; no label means the writer's own.

    `is_passed_on` says that the mail is one of somebody else, forwarded without a word.
    """

    lines: Sequence[Line]
    words: MailWords
    echo: Echo | None
    has_letter: bool
    kinds: list[PieceKind | None] = field(init=False)
    rules: list[str] = field(init=False)
    is_passed_on: bool = field(init=False, default=False)
    _own_from: int = field(init=False, default=0)
    _signed_at: int | None = field(init=False, default=None)
    _signed_seen: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        """Begin with every line the writer's own."""
        self.kinds = [None] * len(self.lines)
        self.rules = [""] * len(self.lines)

    def label(self, indices: Iterable[int], kind: PieceKind, rule: str) -> None:
        """Label lines that have no label yet."""
        for index in indices:
            if self.kinds[index] is None:
                self.kinds[index] = kind
                self.rules[index] = rule

    def free(self, indices: Iterable[int]) -> None:
        """Give lines back to the writer."""
        for index in indices:
            self.kinds[index] = None
            self.rules[index] = ""
            self._own_from = min(self._own_from, index)

    def is_own(self, index: int) -> bool:
        """Tell whether a line is the writer's and not blank."""
        return self.kinds[index] is None and not self.lines[index].is_blank

    def has_own_before(self, index: int) -> bool:
        """Tell whether the writer said anything above a line."""
        while self._own_from < index and not self.is_own(self._own_from):
            self._own_from += 1
        return self._own_from < index

    def has_signed_before(self, index: int) -> bool:
        """Tell whether the writer said goodbye above a line, or put a name on a line of its own there."""
        while self._signed_at is None and self._signed_seen < index:
            at = self._signed_seen
            if self.is_own(at) and self.has_own_before(at) and self._is_signed(at):
                self._signed_at = at
            self._signed_seen += 1
        return self._signed_at is not None and self._signed_at < index

    def _is_signed(self, at: int) -> bool:
        is_end = at + 1 == len(self.lines) or not self.is_own(at + 1)
        return is_signoff(self.lines[at].body, self.words) or (is_end and is_name(self.lines[at].body))

    def stretches(self) -> Iterator[tuple[int, int]]:
        """Yield the stretches of lines without a label that hold something, as start and end."""
        start = None
        for index in range(len(self.lines) + 1):
            is_free = index < len(self.lines) and self.kinds[index] is None
            if is_free and start is None:
                start = index
            elif not is_free and start is not None:
                if any(not self.lines[one].is_blank for one in range(start, index)):
                    yield start, index
                start = None

    def certainty(self) -> float:
        """Return how sure the least sure rule is."""
        return min((_CERTAINTY.get(rule, 0.99) for rule in set(self.rules) if rule), default=0.95)
