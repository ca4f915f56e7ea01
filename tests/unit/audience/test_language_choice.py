"""Who gets which language: what the list is asked says what the plain function says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsletter.audience.conditions import key_of, read_condition
from newsletter.audience.evaluate import Facts
from newsletter.audience.names import Names
from newsletter.domain.languages import LanguageChoice, choose_language, language_order
from newsletter.domain.subscriber import Subscriber, SubscriberStatus

TAGS = st.sampled_from(["nl", "nl-BE", "nl-SR", "en", "en-GB", "EN-us", "fr", "zh-Hant-TW", "zh-Hant", "zh"])
SPOKEN = st.none() | TAGS | st.from_regex(r"\A[a-zA-Z]{2,3}(-[a-zA-Z0-9]{1,8}){0,3}\Z") | st.text(max_size=8)


def reader(lang: str | None) -> Subscriber:
    return Subscriber(id=1, email="a@b.example", key="a@b.example", status=SubscriberStatus.ACTIVE, lang=lang)


@given(st.lists(TAGS, min_size=2, max_size=5, unique_by=str.casefold), TAGS, st.lists(SPOKEN, max_size=12))
def test_the_conditions_choose_what_the_function_chooses(
    known: list[str], own: str, spoken: list[str | None]
):
    langs = language_order(known, own)
    choice = LanguageChoice(langs=langs, spoken=tuple(tag for tag in spoken if tag is not None))
    asked = [read_condition(text, Names()) for text in choice.conditions]

    for lang in spoken:
        marks = key_of(asked, reader(lang), Facts())
        assert marks.count("1") <= 1
        assert choice.lang_of(marks) == choose_language(langs, lang)


def test_who_has_no_language_of_the_issue_gets_the_first_and_is_told_apart():
    choice = LanguageChoice(langs=("nl", "en"), spoken=("nl", "nl-BE", "fr"))

    assert choice.conditions == ("lang:(nl,nl-BE)", "lang:(en)")
    assert [choice.lang_of(marks) for marks in ("10", "01", "00")] == ["nl", "en", "nl"]
    assert [choice.falls_back(marks) for marks in ("10", "01", "00")] == [False, False, True]
