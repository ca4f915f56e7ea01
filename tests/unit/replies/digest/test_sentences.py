"""Sentences of mails: split where people end them, with every word kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.replies.digest.blocks import MOST_READ, text_blocks
from newsletter.replies.digest.language import LANGUAGES, digest_language
from newsletter.replies.digest.questions import find_questions
from newsletter.replies.digest.quotable import quotable_lines
from newsletter.replies.digest.sentences import split_sentences
from newsletter.replies.digest.terms import terms_of

_CODES = st.sampled_from(LANGUAGES)
_PIECES = st.sampled_from(
    (
        *"\"'‘’()?!.… \né",
        "> ",
        "- ",
        "1. ",
        "http://a.nl/?b",
        "a@b.nl",
        "groet",
        "Best",
        "Can you explain",
        "Ik",
        "ik vraag me af of",
        "z.s.m.",
        "no.",
        "Dr.",
        "het",
        "\N{PILE OF POO}",
    )
)
_MAILS = st.one_of(st.text(), st.lists(_PIECES).map("".join), st.lists(_PIECES).map(" ".join))


def _split(text: str, code: str) -> list[str]:
    return [one.text for one in split_sentences(text, digest_language(code))]


@pytest.mark.parametrize(
    ("text", "code", "sentences"),
    [
        ("bedankt. ik vraag het na", "nl", ["bedankt.", "ik vraag het na"]),
        ("Graag z.s.m. een antwoord.", "nl", ["Graag z.s.m. een antwoord."]),
        ("Volgens art. 5 mag het. Fijn.", "nl", ["Volgens art. 5 mag het.", "Fijn."]),
        ("She said no. That hurt.", "en", ["She said no.", "That hurt."]),
        ("See no. 5 of Dr. Brown.", "en", ["See no. 5 of Dr. Brown."]),
        ("At 10.30 a.m. we met.", "en", ["At 10.30 a.m. we met."]),
        ("Well... maybe not. Yes", "en", ["Well... maybe not.", "Yes"]),
        ('She asked "why?" and left.', "en", ['She asked "why?" and left.']),
        ("He asked 'Why? How?' Then he left.", "en", ["He asked 'Why? How?'", "Then he left."]),
        ("Zie https://a.example/?p=1. Klaar!", "nl", ["Zie https://a.example/?p=1.", "Klaar!"]),
        ("Zo'n ding? Ja!", "nl", ["Zo'n ding?", "Ja!"]),
    ],
)
def test_a_sentence_ends_where_a_person_would_end_it(text: str, code: str, sentences: list[str]) -> None:
    assert sentences == _split(text, code)


@given(text=_MAILS, code=_CODES)
def test_no_word_is_lost_and_none_is_added(text: str, code: str) -> None:
    assert text.split() == " ".join(_split(text, code)).split()


@given(text=_MAILS, code=_CODES)
def test_what_is_covered_keeps_its_length(text: str, code: str) -> None:
    assert all(len(one.text) == len(one.covered) for one in split_sentences(text, digest_language(code)))


@given(text=_MAILS, code=_CODES)
def test_a_sentence_that_was_split_is_not_split_again_at_its_end(text: str, code: str) -> None:
    assert all(one == one.strip() and one for one in _split(text, code))


@given(text=_MAILS, code=_CODES)
def test_every_word_of_a_block_question_line_or_term_was_in_the_mail(text: str, code: str) -> None:
    language = digest_language(code)
    words = set(text.split())

    blocks = [word for block in text_blocks(text, language) for word in block.split()]
    asked = [word for one in find_questions(text, language) for word in one.text.split()]
    lines = [word for line in quotable_lines(text, language) for word in line.split()]

    assert words.issuperset(blocks)
    assert words.issuperset((*asked, *lines))
    small = text.lower()
    assert all(
        part in small for ways in terms_of(text, language).values() for way in ways for part in way.split()
    )


def test_of_a_mail_no_person_writes_only_the_beginning_is_read() -> None:
    read = "".join(text_blocks("a" * (2 * MOST_READ), digest_language("en")))

    assert len(read) == MOST_READ
