"""Amazon SES v2: the very bytes that were checked, one signed request per reader, without boto3.

Plain HTTP and not boto3, for three reasons. boto3 repeats a request by itself when the answer is lost or
is a 500, up to three times, which can mail one reader three times. Its errors do not say whether the whole
request left, so "not sent" and "unknown" cannot be told apart. And it brings 30 MB of service descriptions
for the one call that is needed; a signature (SigV4) is forty lines.
"""

from __future__ import annotations

from newsletter.config.schema import Config
from newsletter.protocols import Provider
from newsletter.providers.ses.provider import SesProvider

__all__ = ["open_provider"]


def open_provider(config: Config) -> Provider:
    """Return the provider for `[provider.ses]`. Raises ConfigError for a wrong region or host."""
    return SesProvider(config)
