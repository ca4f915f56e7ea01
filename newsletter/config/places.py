"""Where a key of the configuration stands, for what is wrong with its value."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from newsletter.config.locate import KeyPath, line_of, locate_keys
from newsletter.config.schema import Config
from newsletter.source import Place

__all__ = ["config_place"]

_FILE = "newsletter.toml"


def config_place(config: Config, *key: str) -> Place:
    """Return the line of `key`, such as `("sender", "from")`, or of the nearest table around it.

    Without a line when neither stands in the file, as when the value came from elsewhere.
    """
    try:
        text = (config.root / _FILE).read_text("utf-8-sig")
    except (OSError, ValueError):
        return Place(path=config.shown_path)
    return Place(path=config.shown_path, line=line_of(_located(text), key))


@lru_cache(maxsize=8)
def _located(text: str) -> Mapping[KeyPath, int]:
    return locate_keys(text)
