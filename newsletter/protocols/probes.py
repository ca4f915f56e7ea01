"""What checks ask on request: links, names, a browser, a spam filter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from newsletter.domain.dns_answer import DnsAnswer, RecordType
from newsletter.domain.link_answer import LinkAnswer
from newsletter.domain.picture import PictureFile
from newsletter.domain.sighting import Sighting
from newsletter.domain.spam_verdict import SpamVerdict

__all__ = ["LinkProbe", "NameProbe", "PageProbe", "SpamProbe"]


class LinkProbe(Protocol):
    """Looks whether links lead anywhere."""

    def ask(self, urls: Iterable[str]) -> Mapping[str, LinkAnswer]:
        """Return an answer for each of `urls` (http and https), within a time of its own.

        Never raises for what one server does. Raises CannotAsk when the network itself cannot be reached.
        """


class NameProbe(Protocol):
    """Asks the domain name system."""

    def ask(self, name: str, kind: RecordType) -> DnsAnswer:
        """Return the records of `name`. Raises CannotAsk when nobody answers for it."""


class PageProbe(Protocol):
    """Shows a letter in a browser and looks at it."""

    def look(self, html: str, pictures: Mapping[str, PictureFile]) -> Sequence[Sighting]:
        """Return what a reader would trip over in `html`, whose blocks are marked with their lines.

        `pictures` are its own, by address; nothing else is loaded. Raises CannotAsk when there is no browser.
        """


class SpamProbe(Protocol):
    """A spam filter."""

    def judge(self, message: bytes) -> SpamVerdict:
        """Return what it thinks of `message` (RFC 5322). Raises CannotAsk when its word means nothing."""
