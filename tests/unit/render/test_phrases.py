from __future__ import annotations

import re

import pytest

from newsletter.render.phrases import LANGUAGES, phrase, phrases_for


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_every_phrase_with_the_same_places_to_fill(lang: str):
    english, own = phrases_for("en"), phrases_for(lang)

    assert own.keys() == english.keys()
    assert all(text.strip() for text in own.values())
    assert {key: re.findall("{[a-z]+}", text) for key, text in own.items()} == {
        key: re.findall("{[a-z]+}", text) for key, text in english.items()
    }


def test_a_region_uses_the_phrases_of_its_language():
    assert phrase("de-CH", "sources", "Brief") == "Quellen"


def test_a_language_without_phrases_gets_english():
    assert phrase("pl", "why", "Brief") == "You get this letter because you signed up for Brief."
