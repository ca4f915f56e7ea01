"""The digests of what in the configuration shapes a letter, to which campaigns and receipts are bound."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict

from newsletter.config.schema import Config

__all__ = ["config_digest", "config_digests", "digest_of"]


def config_digest(config: Config) -> str:
    """Return the SHA-256 (hex) of `[newsletter]`, `[sender]`, `[theme]`, `[typography]`, the fields with
    their types and fallbacks, and whether opens and clicks are tracked, as JSON with sorted keys.

    Secrets, store, provider, checks and descriptions for people change no letter and are left out. So is what
    only shapes the pictures: the digest of the rendered issue has them to the byte.
    """
    return digest_of(_shaping(config))


def config_digests(config: Config) -> dict[str, str]:
    """Return the SHA-256 (hex) of each of those sections, by name."""
    return {name: digest_of(section) for name, section in _shaping(config).items()}


def digest_of(value: object) -> str:
    """Return the SHA-256 (hex) of `value` as JSON with sorted keys."""
    canonical = json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _shaping(config: Config) -> Mapping[str, object]:
    return {
        "newsletter": asdict(config.newsletter),
        "sender": asdict(config.sender),
        "theme": asdict(config.theme),
        "typography": asdict(config.typography),
        "fields": {name: [declared.type, declared.fallback] for name, declared in config.fields.items()},
        "privacy": [config.privacy.open_tracking, config.privacy.click_tracking],
    }
