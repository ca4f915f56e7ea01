"""For every test: properties are judged by what they find, not by how fast the machine is.

They look at the same examples in every run, so that a change is blamed for what it did; with NEWSLETTER_FUZZ
set they look elsewhere each time.

Kill tests need strace, and say so where it is missing; with NEWSLETTER_REQUIRE_TOOLS=1, as in `.ci/run`,
they run and fail instead.
"""

from __future__ import annotations

import os
import shutil

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "patient",
    deadline=None,
    derandomize="NEWSLETTER_FUZZ" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip kill tests where there is no strace."""
    if shutil.which("strace") or os.environ.get("NEWSLETTER_REQUIRE_TOOLS") == "1":
        return
    for item in items:
        if item.get_closest_marker("kill"):
            item.add_marker(pytest.mark.skip(reason="strace is not installed; on Debian: apt install strace"))
