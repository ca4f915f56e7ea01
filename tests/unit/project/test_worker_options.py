"""Options of `newsletter worker` that cannot be meant are refused before anything is opened."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from newsletter.cli import cli


@pytest.mark.parametrize("seconds", ["nan", "inf", "2", "3601", "soon"])
def test_a_lease_lasts_for_a_time_that_ends(seconds: str) -> None:
    result = CliRunner().invoke(cli, ["worker", "--once", "--lease", seconds], standalone_mode=False)

    assert isinstance(result.exception, click.BadParameter)
