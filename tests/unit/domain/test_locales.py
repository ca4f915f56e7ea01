"""Dates and numbers are written as people of a language do, and the library for it is loaded late."""

import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.domain.locales import DateForm, date_text, decimal_text

MOMENT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lang", "short", "medium", "long", "full"),
    [
        ("nl", "24-11-2026", "24 nov 2026", "24 november 2026", "dinsdag 24 november 2026"),
        ("en", "24/11/2026", "24 Nov 2026", "24 November 2026", "Tuesday, 24 November 2026"),
        ("en-US", "11/24/26", "Nov 24, 2026", "November 24, 2026", "Tuesday, November 24, 2026"),
        ("de", "24.11.26", "24.11.2026", "24. November 2026", "Dienstag, 24. November 2026"),
        ("fr", "24/11/2026", "24 nov. 2026", "24 novembre 2026", "mardi 24 novembre 2026"),
        ("xx", "24/11/2026", "24 Nov 2026", "24 November 2026", "Tuesday, 24 November 2026"),
    ],
)
def test_a_date_has_four_lengths(lang: str, short: str, medium: str, long: str, full: str) -> None:
    forms = (DateForm.SHORT, DateForm.MEDIUM, DateForm.LONG, DateForm.FULL)

    assert tuple(date_text(MOMENT, form, lang) for form in forms) == (short, medium, long, full)


def test_a_date_has_parts() -> None:
    forms = (DateForm.WEEKDAY, DateForm.DAY, DateForm.MONTH, DateForm.YEAR, DateForm.TIME)

    assert [date_text(MOMENT, form, "nl") for form in forms] == [
        "dinsdag",
        "24",
        "november",
        "2026",
        "09:30",
    ]


def test_a_region_that_is_not_known_is_written_as_its_language() -> None:
    assert date_text(date(2026, 3, 1), DateForm.LONG, "nl-XX") == "1 maart 2026"


@given(st.text(max_size=12), st.sampled_from(DateForm), st.dates(), st.floats(allow_nan=False))
def test_every_language_tag_gets_a_text(lang: str, form: DateForm, day: date, number: float) -> None:
    assert date_text(day, form, lang)
    assert decimal_text(number, lang)


def test_babel_is_loaded_only_when_a_date_is_written() -> None:
    code = "import sys, newsletter.cli, newsletter.domain.locales; print('babel' in sys.modules)"

    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout == "False\n"
