"""No package comes along whose licence a project under MIT cannot take."""

from __future__ import annotations

import importlib.util
from importlib.metadata import Distribution
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[3] / ".ci" / "licences.py"
_spec = importlib.util.spec_from_file_location("licences", SCRIPT)
assert _spec is not None
assert _spec.loader is not None
licences = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(licences)


def test_what_comes_along_fits(capsys: pytest.CaptureFixture[str]) -> None:
    assert licences.main() == 0, capsys.readouterr().out


def test_much_comes_along_and_what_only_tests_need_is_left_out() -> None:
    found = licences.brought(licences.PROJECT)

    assert {"sqlalchemy", "markupsafe", "sendgrid"} <= found
    assert not {"hypothesis", "ruff", "mypy"} & found


@pytest.mark.parametrize(
    "told",
    [
        "MIT",
        "MIT AND PSF-2.0",
        "LGPL-3.0-or-later",
        "Apache-2.0 OR GPL-3.0-only",
        "Mozilla Public License 2.0 (MPL 2.0)",
        "GNU General Public License v2 or later (GPLv2+) OR GNU Lesser General Public License v2 or later",
    ],
)
def test_a_licence_that_fits_is_taken(told: str) -> None:
    assert licences.is_fine(told)


@pytest.mark.parametrize(
    "told",
    [
        "GPL-3.0-only",
        "AGPL-3.0-or-later",
        "MIT AND GPL-2.0-only",
        "GNU General Public License v3 (GPLv3)",
        "GNU Affero General Public License v3",
        "Proprietary",
        "Free for non-commercial use",
        "see LICENSE.txt",
    ],
)
def test_a_licence_that_does_not_fit_or_is_not_known_is_refused(told: str) -> None:
    assert not licences.is_fine(told)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("License-Expression: MIT\nLicense: other\n", "MIT"),
        ("Classifier: License :: OSI Approved :: BSD License\n", "BSD License"),
        ("License: The MIT License\n  and more\n", "The MIT License"),
        ("Summary: x\n", ""),
    ],
)
def test_the_licence_is_read_where_packages_say_it(tmp_path: Path, lines: str, told: str) -> None:
    folder = tmp_path / "x-1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.4\nName: x\nVersion: 1\n{lines}")

    assert licences.licence(Distribution.at(folder)) == told
