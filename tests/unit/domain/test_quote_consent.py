"""Consent of a reader: it changes in one way only, and never grows by itself."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsletter.domain.quote import IllegalQuoteTransition, QuoteConsent, QuoteEvent, quote_transition

BY_READER = (QuoteEvent.ALLOW_NAMED, QuoteEvent.ALLOW_ANONYMOUS)


@given(st.lists(st.sampled_from(QuoteEvent), max_size=8))
def test_words_are_granted_only_after_a_question_or_on_the_authors_word(events: list[QuoteEvent]) -> None:
    state, taken = QuoteConsent.NONE, []
    for event in events:
        try:
            state = quote_transition(state, event)
        except IllegalQuoteTransition:
            continue
        taken.append(event)

    if state.is_granted:
        assert {QuoteEvent.ASK, QuoteEvent.NOTE_NAMED, QuoteEvent.NOTE_ANONYMOUS}.intersection(taken)
    if QuoteEvent.NOTE_NAMED not in taken and QuoteEvent.ALLOW_NAMED not in taken:
        assert state is not QuoteConsent.NAMED


def test_a_no_is_not_turned_around_by_a_later_mail() -> None:
    for event in BY_READER:
        try:
            quote_transition(QuoteConsent.REFUSED, event)
        except IllegalQuoteTransition:
            continue
        raise AssertionError(event)
