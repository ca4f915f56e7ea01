"""How a key of `newsletter.toml` is declared: its default and what it means."""

from __future__ import annotations

from dataclasses import field
from typing import Any

__all__ = ["key"]


def key(help_text: str, default: Any = None) -> Any:  # dataclasses.field is typed as the field's value
    """Return a dataclass field with `default`; `help_text` is what the reference page says of it."""
    if isinstance(default, dict):
        return field(default_factory=dict, metadata={"help": help_text})
    return field(default=default, metadata={"help": help_text})
