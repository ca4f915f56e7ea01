"""Everything that can be found wrong is told in whole sentences, once, and is in the reference."""

from __future__ import annotations

from pathlib import Path

from newsletter.doctor.ailments import AREAS
from newsletter.domain.diagnosis import Health

ALL = [one for area in AREAS.values() for one in area]
REFERENCE = Path(__file__).parents[3] / "docs/reference/diagnoses.md"


def test_every_code_is_of_one_ailment_and_stands_in_the_reference() -> None:
    page = REFERENCE.read_text("utf-8")
    codes = [one.code for one in ALL]

    assert len(set(codes)) == len(codes) > 40
    assert all(f"### `{code}`" in page for code in codes)


def test_every_ailment_says_what_why_and_what_to_do() -> None:
    for one in ALL:
        assert one.title.endswith(".") or one.title.endswith(")."), one
        assert one.why[0].isupper(), one
        assert one.why.endswith("."), one
        assert not one.advice.endswith("."), one
        assert one.health in (Health.WARNING, Health.PROBLEM), one
