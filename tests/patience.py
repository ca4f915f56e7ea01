"""How long tests wait for a server of their own: long, unless its silence is what they are about."""

from __future__ import annotations

import re

import pytest

__all__ = ["LONG_S", "patience_s"]

LONG_S = 30.0
"""What is asked for comes at once, but on a busy machine that may take a while; this ends only a hang."""

_IS_SILENT = re.compile(r"\bhang\b")


def patience_s(request: pytest.FixtureRequest, silence_s: float = 0.5) -> float:
    """Return how long to wait in a test: `silence_s` when one of its parameters is a fault that hangs."""
    _, _, parameters = request.node.name.partition("[")
    return silence_s if _IS_SILENT.search(parameters) else LONG_S
