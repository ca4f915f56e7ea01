"""Any mail server, with an honest answer for every mail: taken, not sent, refused or unknown."""

from __future__ import annotations

from newsletter.config.schema import Config
from newsletter.protocols import Provider
from newsletter.providers.smtp.provider import SmtpProvider

__all__ = ["open_provider"]


def open_provider(config: Config) -> Provider:
    """Return the provider for `[provider.smtp]`. Raises ConfigError when it cannot work."""
    return SmtpProvider(config)
