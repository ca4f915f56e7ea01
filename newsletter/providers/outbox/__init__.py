"""Mails as files: the provider for trying out, for tests and for handing mail to another program."""

from __future__ import annotations

from newsletter.config.schema import Config
from newsletter.protocols import Provider
from newsletter.providers.outbox.provider import OutboxProvider

__all__ = ["open_provider"]


def open_provider(config: Config) -> Provider:
    """Return the provider for `[provider.outbox]`. Raises ConfigError for an empty directory name."""
    return OutboxProvider(config)
