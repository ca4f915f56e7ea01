"""Each tag has a page with a name that can be read, and tags that mean something else have another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.domain.tag import tag_slug


@pytest.mark.parametrize(
    ("tag", "slug"),
    [
        ("Gemeente", "gemeente"),
        ("wonen & zorg", "wonen-zorg"),
        ("wonen + zorg", "wonen-zorg"),
        ("#gemeente", "gemeente"),
        ("Café", "cafe"),
        ("Straße", "strasse"),
        ("Node.js", "node-js"),
        ("2026", "2026"),
    ],
)
def test_an_ordinary_tag_has_the_page_it_always_had(tag: str, slug: str) -> None:
    assert tag_slug(tag) == slug


@pytest.mark.parametrize(
    ("tag", "slug"),
    [
        ("C", "c"),
        ("C++", "c-plus-plus"),
        ("C#", "c-sharp"),
        (".NET", "dot-net"),
        ("50+", "50-plus"),
        ("C/C++", "c-c-plus-plus"),
        ("Smørrebrød", "smorrebrod"),
        ("Łódź", "lodz"),
        ("Æon", "aeon"),
    ],
)
def test_signs_and_letters_that_make_another_word_are_spelled_out(tag: str, slug: str) -> None:
    assert tag_slug(tag) == slug


@pytest.mark.parametrize(("one", "other"), [("C语言", "c"), ("日本 2026", "2026"), ("日本", "中国")])
def test_a_tag_partly_in_another_script_does_not_share_the_page_of_its_latin_part(
    one: str, other: str
) -> None:
    assert tag_slug(one) != tag_slug(other)


@given(st.text(min_size=1))
def test_every_tag_is_a_name_that_any_address_can_hold_and_stays_itself(tag: str) -> None:
    slug = tag_slug(tag)

    assert slug
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert tag_slug(slug) == slug
