"""The one tree of errors a user can meet, each with its exit code.

    NewsletterError
    ├── ChecksFailed        1   a check found a fault at error level
    ├── UsageError          2   a wrong option, name or value
    │   ├── ConfigError     2   newsletter.toml, its environment, a provider or a plugin
    │   └── CannotAsk       2   network, browser or another program that does not answer
    ├── ContentError        3   the issue cannot be built: front matter, Markdown, template, slots
    ├── DeliveryIncomplete  4   paused, unknown or rejected left; `newsletter resume` goes on
    ├── DeliveryRefused     5   refused or halted by the provider or by a gate
    ├── StoreError          6   the database
    ├── InboundError        7   replies and webhooks
    └── AnotherRunner      75   another process holds this campaign

Anything else is a bug and ends with exit code 70. Errors become exits in one place, `cli/_boundary.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from newsletter.source import Place

__all__ = [
    "AnotherRunner",
    "CannotAsk",
    "ChecksFailed",
    "ConfigError",
    "ContentError",
    "DeliveryIncomplete",
    "DeliveryRefused",
    "InboundError",
    "NewsletterError",
    "Problem",
    "StoreError",
    "UsageError",
    "reading_order",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong, in the author's words.

    `what` has no final period; `why` is left out where it is obvious; `fix` is what to type or change.
    `excerpt` shows text that stands in no file, such as an option, with a caret below it.
    """

    what: str
    place: Place | None = None
    why: str | None = None
    fix: str | None = None
    excerpt: str | None = None

    def __str__(self) -> str:
        """Render as `place: what`, then `excerpt`, `why` and `fix` on lines of their own."""
        lines = [f"{self.place}: {self.what}" if self.place else self.what]
        if self.excerpt:
            lines += [f"    {line}" for line in self.excerpt.splitlines()]
        if self.why:
            lines.append(f"  why: {self.why}")
        if self.fix:
            lines.append(f"  fix: {self.fix}")
        return "\n".join(lines)


def reading_order(problem: Problem) -> tuple[str, int, int]:
    """Return what to sort problems by, so that they are told from the top of each file to its end."""
    place = problem.place
    return (place.path, place.line or 0, place.column or 0) if place else ("", 0, 0)


class NewsletterError(Exception):
    """Something the user can mend; carries every problem found, not only the first."""

    exit_code: ClassVar[int] = 70

    def __init__(self, *problems: Problem | str) -> None:
        """Keep `problems` (a bare string is a problem without a place); at least one is needed."""
        if not problems:
            raise ValueError("an error needs at least one problem")
        self.problems: tuple[Problem, ...] = tuple(
            Problem(what=problem) if isinstance(problem, str) else problem for problem in problems
        )
        super().__init__(*self.problems)

    @classmethod
    def raise_if(cls, problems: Sequence[Problem]) -> None:
        """Raise this error when `problems` is not empty."""
        if problems:
            raise cls(*problems)

    def __str__(self) -> str:
        """Render every problem, one below the other."""
        return "\n".join(str(problem) for problem in self.problems)


class ChecksFailed(NewsletterError):
    """A check found a fault at error level."""

    exit_code = 1


class UsageError(NewsletterError):
    """A wrong option, name or value."""

    exit_code = 2


class ConfigError(UsageError):
    """The configuration, its environment, a provider or a plugin is wrong."""


class CannotAsk(UsageError):
    """What was to be asked of the network or of another program cannot be asked on this machine."""


class ContentError(NewsletterError):
    """The issue cannot be built."""

    exit_code = 3


class DeliveryIncomplete(NewsletterError):
    """Recipients are left pending, unknown or rejected."""

    exit_code = 4


class DeliveryRefused(NewsletterError):
    """The provider or a gate refused; nothing further was sent."""

    exit_code = 5


class StoreError(NewsletterError):
    """The database cannot be read or written, or does not belong to this version."""

    exit_code = 6


class InboundError(NewsletterError):
    """Mail or an event coming in could not be taken."""

    exit_code = 7


class AnotherRunner(NewsletterError):
    """Another process holds this campaign."""

    exit_code = 75
