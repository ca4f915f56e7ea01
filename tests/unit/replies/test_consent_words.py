"""What readers say who are asked whether they may be quoted; whatever is not clear changes nothing."""

from __future__ import annotations

import runpy
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.replies import consent_words
from newsletter.replies.consent_words import ConsentWord, consent_word

BELOW = "\n\nOp 24 november 2026 schreef Renata:\n> Antwoord met ja, anoniem of nee."


@pytest.mark.parametrize(
    "text",
    [
        "ja, prima",
        "Ja!",
        "Ja hoor, ga je gang.\n\nGroet, Wilma",
        "Akkoord",
        "Geen bezwaar",
        "Prima hoor",
        "Yes, sure",
        "Natuurlijk mag dat",
        "Oké",
        "no problem at all",
        "Graag!",
        "Doe maar",
        "Beste Renata,\n\nJa, dat mag.\n\nMet vriendelijke groet,\n\nWilma de Vries",
    ],
)
def test_a_clear_yes(text: str) -> None:
    assert ConsentWord.YES is consent_word(text + BELOW)


@pytest.mark.parametrize(
    "text",
    [
        "Ja, maar zonder mijn naam",
        "anoniem graag",
        "Anoniem mag",
        "Anoniem",
        "Anonymous.",
        "yes, but anonymously please",
        "ja, liever geen naam",
        "Prima, maar liever niet met mijn naam erbij",
    ],
)
def test_a_yes_without_the_name(text: str) -> None:
    assert ConsentWord.YES_ANONYMOUS is consent_word(text + BELOW)


@pytest.mark.parametrize(
    "text", ["Nee", "Liever niet", "nee, doe maar niet", "No, rather not.", "Nee dank je", "Nein"]
)
def test_a_clear_no(text: str) -> None:
    assert consent_word(text + BELOW) in (ConsentWord.NO, ConsentWord.UNCLEAR)


@pytest.mark.parametrize(
    "text",
    [
        "Ja, als je het eerst laat zien",
        "Ja, maar haal de gemeente eruit",
        "Moet ik dat overleggen?",
        "",
        "Hoi!",
        "Ik vraag het mijn leidinggevende",
        "Ja en nee",
        "Ja, mits zonder de laatste zin",
        "ja? ",
        "Dank voor je brief",
        "anoniem, of liever toch niet",
        "Ik ben afwezig tot maandag, graag tot dan.",
        "Graag wel mijn naam weglaten.",
        "Ja, gebruik alleen mijn voornaam.",
        "Ja, ik denk er nog over na.",
        "Mag ik er nog over nadenken.",
        "Prima brief weer!",
        "Ja, haal mij van de lijst",
        "Ja\nbel eerst morgen",
        "I'm fine, thanks.",
        "Of course you may, just change groep to team.",
    ],
)
def test_a_doubtful_answer_is_left_to_the_author(text: str) -> None:
    assert ConsentWord.UNCLEAR is consent_word(text + BELOW)


@pytest.mark.parametrize(
    "text",
    ["Nee", "Liever niet", "No", "Nee, toch maar niet.", "Nee, maar bedankt", "No, but thanks for asking"],
)
def test_a_plain_no_is_heard(text: str) -> None:
    assert ConsentWord.NO is consent_word(text)


@given(st.text(max_size=2_000))
def test_any_text_gets_an_answer(text: str) -> None:
    assert consent_word(text) in ConsentWord


def test_the_words_are_read_with_the_first_answer_and_not_before(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    loads = tomllib.loads
    monkeypatch.setattr(tomllib, "loads", lambda text: read.append(text) or loads(text))

    module = runpy.run_path(consent_words.__file__)
    assert read == []

    assert module["consent_word"]("Ja hoor, prima.") == "yes"
    assert len(read) == 1
