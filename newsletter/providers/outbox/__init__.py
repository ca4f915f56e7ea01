"""Mails as files: the provider for trying out and for tests.

Leave the files where they are until their campaign is finished: a file that is not there counts as proof
that the mail was never made.
"""

from __future__ import annotations

from newsletter.config.schema import Config
from newsletter.protocols import Provider
from newsletter.providers.outbox.provider import OutboxProvider

__all__ = ["open_provider"]


def open_provider(config: Config) -> Provider:
    """Return the provider for `[provider.outbox]`. Raises ConfigError for an empty directory name."""
    return OutboxProvider(config)
