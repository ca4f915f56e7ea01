"""Postmark's API: up to 500 letters a request, and an answer for each of them."""

from __future__ import annotations

from newsletter.config.schema import Config
from newsletter.protocols import Provider
from newsletter.providers.postmark.provider import PostmarkProvider

__all__ = ["open_provider"]


def open_provider(config: Config) -> Provider:
    """Return the provider for `[provider.postmark]`. Raises ConfigError for a wrong host or stream."""
    return PostmarkProvider(config)
