"""What an API says in JSON, read without trusting its shape."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

__all__ = ["one_line", "one_lines", "read_json", "read_object"]


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


def one_lines(values: Sequence[object]) -> list[str]:
    """Return each of `values` as `one_line` does; fast where thousands of them are on one line already."""
    texts = [value for value in values if isinstance(value, str)]
    if not texts:
        return [""] * len(values)
    if not _are_tidy(texts):
        return [one_line(value) for value in values]
    return texts if len(texts) == len(values) else [v if isinstance(v, str) else "" for v in values]


def _are_tidy(texts: Sequence[str]) -> bool:
    """Say whether `one_line` would change none of `texts`; False where that is not told at one look."""
    together = "".join(texts)
    if " " not in together:
        return together.split() == [together]
    # Of all that is white space only the space itself is printable.
    return together.isprintable() and "  " not in f" {' '.join(texts)} "
