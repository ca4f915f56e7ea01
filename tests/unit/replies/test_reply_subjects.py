"""Subjects compared as people and programs answer them."""

from __future__ import annotations

import pytest

from newsletter.replies.subjects import bare_subject, subject_fits


@pytest.mark.parametrize(
    "answered",
    [
        "Re: Wie past op?", "RE: [EXTERN] FW: wie past op?", "Antw: Re[3]: Wie  past op?", "AW: wié past op?",
        "*EXTERN* Doorst: Wie past op?", "Automatisch antwoord: Wie past op?", "re：Wie past op?",
    ],
)  # fmt: skip
def test_what_programs_put_in_front_does_not_count(answered: str) -> None:
    assert "wie past op?" == bare_subject(answered)


@pytest.mark.parametrize(
    ("ours", "theirs", "fits"),
    [
        ("{{ first_name | lezer }}, wie past op?", "Re: Wilma, wie past op?", True),
        ("{{ first_name }}, wie past op?", "Re: Wilma: wie past er op?", False),
        ("Dag {{ first_name }} van {{ place }}, lees dit", "RE: Dag Jan van Ede, lees dit", True),
        ("{{ title }}", "Re: wat dan ook", False),
        ("Wie past op?", "Wie past op? Niemand", False),
        ("[Brief] Wie past op?", "Re: [Brief] Wie past op?", True),
        ("Regels voor groepen", "Re: Regels voor groepen", True),
    ],
)
def test_a_slot_stands_for_any_text(ours: str, theirs: str, fits: bool) -> None:
    assert fits is subject_fits(ours, theirs)
