"""The outbox: a directory of `.eml` files, one subdirectory per issue."""

from __future__ import annotations

import os
from pathlib import Path

from newsletter.config.schema import Config
from newsletter.domain.mailing import Mailing
from newsletter.domain.outcome import Outcome, OutcomeKind
from newsletter.errors import ConfigError, Problem
from newsletter.protocols import Capabilities
from newsletter.providers.outbox.shipment import OutboxShipment
from newsletter.render.message import MessageTemplate

__all__ = ["OutboxProvider"]


class OutboxProvider:
    """Writes mail to files; nothing leaves this machine."""

    name = "outbox"
    capabilities = Capabilities(batch_size=100, is_conclusive=True, leaves_machine=False)

    def __init__(self, config: Config) -> None:
        """Read `[provider.outbox]`. Raises ConfigError for an empty directory name."""
        name = config.provider.outbox.dir
        if not name.strip() or "\0" in name:
            raise ConfigError(Problem(what="[provider.outbox] dir is empty", fix='write dir = "outbox"'))
        self._shown = name
        self._directory = config.root / Path(name).expanduser()

    def prepare(self, mailing: Mailing) -> OutboxShipment:
        """Encode what all readers share. Raises ConfigError for a slug that is no directory name."""
        slug = mailing.rendered.slug
        if slug in ("", ".", "..") or "/" in slug or "\0" in slug:
            raise ConfigError(Problem(what=f'"{slug}" cannot be the name of a directory'))
        return OutboxShipment(self._directory / slug, MessageTemplate(mailing).build)

    def probe(self) -> Outcome:
        """Say whether the directory, or the first one above it that exists, can be written to."""
        existing = next(path for path in (self._directory, *self._directory.parents) if path.exists())
        if existing.is_dir() and os.access(existing, os.W_OK | os.X_OK):
            return Outcome(kind=OutcomeKind.ACCEPTED, detail=f"{self._directory} can be written to")
        return Outcome(kind=OutcomeKind.HALT, detail=f"{existing} cannot be written to")

    def describe(self) -> str:
        """Return the directory, as it is configured."""
        return f"files in {self._shown} (no mail leaves this machine)"
