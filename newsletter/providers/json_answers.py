"""What an API says in JSON, read without trusting its shape."""

from __future__ import annotations

import json
from collections.abc import Mapping

__all__ = ["one_line", "read_json", "read_object"]


def read_json(body: bytes) -> object:
    """Return what `body` holds as JSON (RFC 8259); None when it is none."""
    try:
        answer: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return answer


def read_object(body: bytes) -> Mapping[str, object]:
    """Return the JSON object in `body`; an empty one when it holds anything else."""
    answer = read_json(body)
    return answer if isinstance(answer, dict) else {}


def one_line(value: object) -> str:
    """Return a text on one line; "" for whatever is no text."""
    return " ".join(value.split()) if isinstance(value, str) else ""
