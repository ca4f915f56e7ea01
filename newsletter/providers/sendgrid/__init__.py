"""SendGrid's v3 API: a thousand readers a request, and only a 202 counts as taken."""

from __future__ import annotations

from newsletter.config.schema import Config
from newsletter.protocols import Provider
from newsletter.providers.sendgrid.provider import SendgridProvider

__all__ = ["open_provider"]


def open_provider(config: Config) -> Provider:
    """Return the provider for `[provider.sendgrid]`. Raises ConfigError for a wrong region or host."""
    return SendgridProvider(config)
