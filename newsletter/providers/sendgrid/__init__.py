"""SendGrid's v3 API: a thousand readers a request, and only a 202 counts as taken."""

from __future__ import annotations

from newsletter.config.schema import Config
from newsletter.errors import ConfigError, Problem
from newsletter.protocols import Provider

__all__ = ["open_provider"]


def open_provider(config: Config) -> Provider:
    """Return the provider for `[provider.sendgrid]`.

    Raises ConfigError for a wrong region or host, and when the extra `sendgrid` is not installed.
    """
    try:
        from newsletter.providers.sendgrid.provider import SendgridProvider  # SendGrid's library is an extra
    except ModuleNotFoundError as error:
        raise ConfigError(
            Problem(
                what=f"the package {error.name} is not installed, and SendGrid needs it",
                fix="pip install 'newsletter-as-code[sendgrid]'",
            )
        ) from error
    return SendgridProvider(config)
