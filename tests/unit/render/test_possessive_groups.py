"""No pattern of ours repeats a group possessively: Python before 3.11.5 matches that wrongly.

CPython gh-106052: where what is repeated can backtrack, the match is lost. An atomic group says the same.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import newsletter

_SOURCES = Path(newsletter.__file__).parent
_REPEATED = re.compile(r"\)(?:[*+?]|\{\d*,?\d*\})\+(?!,)")


@pytest.mark.parametrize("suffix", ["py", "toml"])
def test_no_group_is_repeated_possessively(suffix: str) -> None:
    sources = {one.relative_to(_SOURCES).as_posix(): one for one in _SOURCES.rglob(f"*.{suffix}")}

    found = [name for name, one in sources.items() if _REPEATED.search(one.read_text("utf-8"))]

    assert len(sources) > 1
    assert found == []
